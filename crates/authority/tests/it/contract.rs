use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::users_form,
};
use authority::{
    ra::{ApplyRefusal, DataEntryRefusal},
    sheet::HandOver,
    tenants::{ContractChange, TenantError},
};
use domain::{
    denial::Denial,
    grant::RevokeCertificate,
    id::TenantId,
    license::{LicenseChangeRefusal, LicenseRefusal},
    revocation::Request,
    tenant::{Tenant, TenantState},
    time::DAY,
};
use jiff::civil::{Date, date};

/// A customer whose contract ends in three weeks.
async fn short_customer(scene: &Scene) -> HandOver {
    scene.customer_with("sample", |new| new.valid_until = date(2026, 12, 10)).await
}

fn until(day: Date) -> ContractChange {
    ContractChange { valid_until: Some(day), ..ContractChange::default() }
}

fn seats(seats: u32) -> ContractChange {
    ContractChange { seats: Some(seats), ..ContractChange::default() }
}

async fn change(scene: &Scene, id: TenantId, change: ContractChange) -> Result<Tenant, TenantError> {
    scene.authority.tenants().change_contract(&operator(), id, change, |_| true).await
}

async fn on_record(scene: &Scene, id: TenantId) -> Tenant {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(id).record().await.expect("reads").expect("the tenant")
}

#[tokio::test]
async fn an_extended_contract_lets_in_whom_its_end_shut_out_and_nobody_else() {
    on_each_scene(async |scene| {
        let sheet = short_customer(&scene).await;
        let id = sheet.tenant.id;
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let saburo = scene.colleague(&sheet.tenant, "saburo").await;
        let (held, request) = (jiro.certificate.id, Request::Hold);
        let grant = operator::<RevokeCertificate>();
        scene.authority.revocation().decide_certificate(&grant, id, held, request).await.expect("holds");
        scene.authority.people().suspend_user(&operator(), id, saburo.user.id).await.expect("suspends");

        scene.forward(DAY * 30);
        scene.at_the_gate(&hanako.certificate).await.expect("passes in the days of grace");
        scene.forward(DAY * 30);
        for holder in [&hanako, &jiro, &saburo] {
            assert_eq!(scene.at_the_gate(&holder.certificate).await.err(), Some(Denial::TenantSuspended));
        }

        let asked = scene.gates.times_asked();
        let changed = change(&scene, id, until(date(2027, 12, 10))).await.expect("extends");
        assert!(scene.gates.times_asked() > asked, "the act waits for the gates");
        assert_eq!(scene.authority.service().last_day(&changed), date(2027, 12, 10));
        assert_eq!(on_record(&scene, id).await.license, changed.license);
        assert_eq!(changed.license.seats, 10, "what was not asked for stays");
        scene.at_the_gate(&hanako.certificate).await.expect("passes again");
        assert_eq!(scene.at_the_gate(&jiro.certificate).await.err(), Some(Denial::OnHold));
        assert_eq!(scene.at_the_gate(&saburo.certificate).await.err(), Some(Denial::UserSuspended));
        let log = scene.audit_log().await;
        let row = log.iter().find(|row| row.act == "change-contract").expect("a row");
        assert_eq!((row.tenant, row.detail.as_str()), (Some(id), "seats=10 valid_until=2027-12-10"));
    })
    .await;
}

#[tokio::test]
async fn a_tenant_suspended_by_an_act_stays_so_when_its_contract_is_extended() {
    on_each_scene(async |scene| {
        let sheet = short_customer(&scene).await;
        let hanako = scene.administrator(&sheet).await;
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        scene.forward(DAY * 60);
        let changed = change(&scene, sheet.tenant.id, until(date(2027, 12, 10))).await.expect("extends");
        assert_eq!(changed.state, TenantState::Suspended);
        assert_eq!(scene.at_the_gate(&hanako.certificate).await.err(), Some(Denial::TenantSuspended));
        scene.authority.tenants().resume_tenant(&operator(), sheet.tenant.id).await.expect("resumes");
        scene.at_the_gate(&hanako.certificate).await.expect("passes again");
    })
    .await;
}

#[tokio::test]
async fn a_data_entry_handed_over_before_stays_good_after_the_contract_was_extended() {
    on_each_scene(async |scene| {
        let sheet = scene
            .customer_with("sample", |new| {
                new.valid_until = date(2026, 12, 10);
                new.seats = 1;
            })
            .await;
        scene.forward(DAY * 25);
        let ended = LicenseRefusal::Expired(sheet.tenant.license.valid_until);
        let refused =
            scene.authority.registration().read_data_entry(&sheet.data_entry_file).await.expect("reads");
        assert_eq!(refused, Err(DataEntryRefusal::License(ended)));
        let both = ContractChange { seats: Some(2), valid_until: Some(date(2027, 12, 10)) };
        change(&scene, sheet.tenant.id, both).await.expect("extends");
        let entry =
            scene.authority.registration().read_data_entry(&sheet.data_entry_file).await.expect("reads");
        let entry = entry.expect("the old file is good");
        let said = (entry.seats, entry.valid_until.as_str());
        assert_eq!(said, (1, "2026-12-10"), "it says what it said when it was made");
        scene.administrator(&sheet).await;
        scene.colleague(&sheet.tenant, "jiro").await;
        let (saburo, password) = scene.invited(&sheet.tenant, "saburo").await;
        let form = users_form(&sheet.tenant, &saburo, &password);
        let third = scene.apply(form).await;
        let used_up = LicenseRefusal::SeatsUsedUp(2);
        assert!(matches!(third, Err(ApplyRefusal::License(why)) if why == used_up), "{third:?}");
        let changed = sheet.data_entry_file.replace("2026-12-10", "2027-12-10");
        let refused = scene.authority.registration().read_data_entry(&changed).await.expect("reads");
        assert!(matches!(refused, Err(DataEntryRefusal::File(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_all_reasons_and_changes_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let id = sheet.tenant.id;
        scene.administrator(&sheet).await;
        scene.colleague(&sheet.tenant, "jiro").await;
        let refusals = async |asked| match change(&scene, id, asked).await {
            Err(TenantError::Contract(refusals)) => refusals,
            other => panic!("{asked:?}: {other:?}"),
        };
        let in_use = LicenseChangeRefusal::SeatsInUse { used: 2 };
        assert_eq!(refusals(seats(1)).await, [in_use]);
        assert_eq!(refusals(seats(0)).await, [LicenseChangeRefusal::SeatsOutOfRange]);
        let today = scene.now().to_zoned(scene.authority.service().time_zone.clone()).date();
        let yesterday = today.yesterday().expect("a day");
        assert_eq!(refusals(until(yesterday)).await, [LicenseChangeRefusal::Ended]);
        let both = ContractChange { seats: Some(1), valid_until: Some(date(2025, 12, 10)) };
        assert_eq!(refusals(both).await, [in_use, LicenseChangeRefusal::Ended]);
        assert_eq!(on_record(&scene, id).await.license, sheet.tenant.license);
        assert_eq!(scene.times_audited("change-contract").await, 0);
        change(&scene, id, seats(2)).await.expect("as many as are in use will do");
        change(&scene, id, until(today)).await.expect("a last day that is not over");
        change(&scene, id, until(date(9999, 12, 31))).await.expect("without an end");
    })
    .await;
}

#[tokio::test]
async fn the_same_change_sent_twice_is_one() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        for _ in 0..2 {
            let changed = change(&scene, sheet.tenant.id, seats(20)).await.expect("changes");
            assert_eq!(changed.license.seats, 20);
        }
        assert_eq!(scene.times_audited("change-contract").await, 1);
    })
    .await;
}

#[tokio::test]
async fn only_a_customers_contract_that_has_not_ended_for_good_is_changed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        scene.authority.tenants().end_tenant(&operator(), sheet.tenant.id).await.expect("ends");
        let ended = change(&scene, sheet.tenant.id, seats(20)).await;
        assert!(matches!(ended, Err(TenantError::State(TenantState::Ended))), "{ended:?}");
        let mut reader = scene.store.read().await.expect("reads");
        let every = reader.every_tenant().await.expect("reads");
        drop(reader);
        let own = every.iter().find(|tenant| tenant.id != sheet.tenant.id).expect("the installation's own");
        let operators = change(&scene, own.id, seats(20)).await;
        assert!(matches!(operators, Err(TenantError::OperatorTenant)), "{operators:?}");
        let unknown = TenantId::new(scene.now(), &mut *scene.authority.rng());
        let nobody = change(&scene, unknown, seats(20)).await;
        assert!(matches!(nobody, Err(TenantError::NotFound)), "{nobody:?}");
    })
    .await;
}
