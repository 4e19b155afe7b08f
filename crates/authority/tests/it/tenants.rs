use crate::{
    scene::{Scene, email, new_tenant, on_each_scene, operator},
    walk::{administrators_form, pickup_form},
};
use authority::{
    delivery::PickupRefusal,
    ra::{ApplyRefusal, DataEntryRefusal},
    tenants::{ContractChange, TenantError},
};
use domain::{
    application_form::ApplyField,
    data_entry::{DataEntry, DataEntryError},
    denial::Denial,
    id::TenantId,
    license::LicenseRefusal,
    slug::TenantSlug,
    tenant::TenantState,
    tenant_form::{TenantField, TenantForm},
    time::DAY,
};

async fn read(scene: &Scene, file: &str) -> Result<DataEntry, DataEntryRefusal> {
    scene.authority.registration().read_data_entry(file).await.expect("the store answers")
}

#[tokio::test]
async fn a_new_tenant_comes_with_issuer_sites_and_a_sheet_that_says_what_was_agreed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut reader = scene.store.read().await.expect("reads");
        let sites = reader.tenant(sheet.tenant.id).sites().await.expect("sites");
        let mut hosts: Vec<_> = sites.iter().map(|site| site.host.to_string()).collect();
        hosts.sort_unstable();
        assert_eq!(hosts, ["sample.desk.gate.example", "sample.gate.example"]);
        drop(reader);
        scene.issuer_of(sheet.tenant.id).await;
        assert_eq!(sheet.administrator_email, email("hanako@sample.example"));
        let entry = read(&scene, &sheet.data_entry_file).await.expect("the file is good");
        assert_eq!(entry.identification_code, sheet.tenant.identification_code);
        assert_eq!((entry.seats, entry.valid_until.as_str()), (10, "2027-11-30"));
        assert_eq!(
            (entry.contract_number.as_str(), entry.organization.as_str()),
            ("C-0001", "Sample Co., Ltd.")
        );
        let (page, tenant) = (sheet.sheet_file.expose(), &sheet.tenant);
        let printed = [
            sheet.password.grouped().expose().clone(),
            tenant.identification_code.grouped(),
            "hanako@sample.example".to_owned(),
            "https://sample.desk.gate.example".to_owned(),
            "2027年11月30日".to_owned(),
        ];
        for text in printed {
            assert!(page.contains(&text), "{text} is not on the sheet: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_slug_is_given_once_and_the_second_try_leaves_nothing_behind() {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        let log = scene.audit_log().await.len();
        let again = scene.add_tenant(new_tenant("sample")).await;
        assert!(matches!(&again, Err(TenantError::SlugTaken(slug)) if slug == "sample"), "{again:?}");
        let tenants = scene.store.read().await.expect("reads").every_tenant().await.expect("some");
        assert_eq!(tenants.len(), 2);
        assert_eq!(scene.audit_log().await.len(), log);
    })
    .await;
}

#[tokio::test]
async fn data_entry_is_still_good_after_notepad() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let saved = sheet.data_entry_file.replace('\n', "  \r\n\r\n");
        let entry = read(&scene, &format!("\u{feff}{saved}")).await.expect("still good");
        assert_eq!(entry.identification_code, sheet.tenant.identification_code);
    })
    .await;
}

#[tokio::test]
async fn each_thing_wrong_with_data_entry_has_its_own_answer() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let file = &sheet.data_entry_file;
        let refused = async |file: String| read(&scene, &file).await.expect_err("refused");

        let changed = refused(file.replace("seats=10", "seats=99")).await;
        assert_eq!(changed, DataEntryRefusal::File(DataEntryError::Signature));
        let added = refused(format!("{file}colour=red\n")).await;
        assert_eq!(added, DataEntryRefusal::File(DataEntryError::Line(8)));
        let missing = refused(file.replace("contract_number=C-0001\n", "")).await;
        assert_eq!(missing, DataEntryRefusal::File(DataEntryError::Missing(vec!["contract_number"])));

        let other = scene.customer("other").await;
        let mut form = administrators_form(&sheet);
        form.set(ApplyField::DataEntry, other.data_entry_file);
        let answer = scene.apply(form).await;
        assert!(matches!(answer, Err(ApplyRefusal::DataEntry(DataEntryRefusal::OtherTenant))), "{answer:?}");

        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        read(&scene, file).await.expect("a suspended tenant's file is still good");
    })
    .await;
}

#[tokio::test]
async fn the_file_of_a_contract_that_has_ended_says_so() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.forward(DAY * 374);
        read(&scene, &sheet.data_entry_file).await.expect("good on the last day");
        scene.forward(DAY * 2);
        let answer = read(&scene, &sheet.data_entry_file).await;
        let ended = LicenseRefusal::Expired(sheet.tenant.license.valid_until);
        assert_eq!(answer, Err(DataEntryRefusal::License(ended)));
    })
    .await;
}

#[tokio::test]
async fn the_file_of_a_contract_whose_seats_are_taken_says_so() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.seats = 1).await;
        read(&scene, &sheet.data_entry_file).await.expect("a seat is free");
        scene.administrator(&sheet).await;
        let answer = read(&scene, &sheet.data_entry_file).await;
        assert_eq!(answer, Err(DataEntryRefusal::License(LicenseRefusal::SeatsUsedUp(1))));
    })
    .await;
}

#[tokio::test]
async fn a_new_sheet_spends_the_old_password() {
    on_each_scene(async |scene| {
        let old = scene.customer("sample").await;
        let new = scene.new_sheet(old.tenant.id, None).await.expect("a new sheet");
        assert_ne!(old.password.expose(), new.password.expose());
        let answer = scene.apply(administrators_form(&old)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        scene.apply(administrators_form(&new)).await.expect("the new password works");
    })
    .await;
}

#[tokio::test]
async fn a_mistyped_administrators_address_is_corrected_and_what_went_to_it_opens_nothing() {
    on_each_scene(async |scene| {
        let mistyped = scene.customer("sample").await;
        let tenant = mistyped.tenant.id;
        let (reference, pin) = scene.approved(&mistyped).await;
        let corrected = Some(email("boss@sample.example"));
        let sheet = scene.new_sheet(tenant, corrected).await.expect("a new sheet");
        assert_eq!(sheet.administrator_email.as_str(), "boss@sample.example");
        let log = scene.audit_log().await;
        let row = log.iter().find(|row| row.act == "new-sheet").expect("a row");
        assert_eq!(row.detail, "address_changed=true invitations_spent=0 applications_withdrawn=1");
        let pickup = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(pickup, Err(PickupRefusal::NotFound)), "{pickup:?}");
        let answer = scene.apply(administrators_form(&mistyped)).await;
        assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        let holder = scene.administrator(&sheet).await;
        assert_eq!(holder.user.email.as_str(), "boss@sample.example");
        scene.at_the_gate(&holder.certificate).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_known_to_be_read_or_taken_is_not_corrected() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let (jiro, _) = scene.invited(&sheet.tenant, "jiro").await;
        let taken = scene.new_sheet(tenant, Some(jiro.email)).await;
        assert!(matches!(taken, Err(TenantError::EmailTaken)), "{taken:?}");
        scene.administrator(&sheet).await;
        let other = Some(email("boss@sample.example"));
        let answer = scene.new_sheet(tenant, other).await;
        assert!(matches!(answer, Err(TenantError::AdministratorEstablished)), "{answer:?}");
        let same = Some(email("Hanako@sample.example"));
        let new = scene.new_sheet(tenant, same).await.expect("a new sheet");
        assert_eq!(new.administrator_email.as_str(), "hanako@sample.example");
    })
    .await;
}

#[tokio::test]
async fn name_contact_language_and_policy_change_and_a_contact_is_never_missing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let entered = TenantForm::default()
            .with(TenantField::DisplayName, "新しい名前")
            .with(TenantField::SupportContact, "")
            .with(TenantField::ApprovalRequired, "yes");
        scene.authority.tenants().edit_tenant(&operator(), tenant, entered, |_| true).await.expect("changes");
        let wrong = TenantForm::default().with(TenantField::CertificateDays, "0");
        let refused = scene.authority.tenants().edit_tenant(&operator(), tenant, wrong, |_| true).await;
        assert!(matches!(&refused, Err(TenantError::Settings(errors)) if errors.len() == 1), "{refused:?}");
        let mut reader = scene.store.read().await.expect("reads");
        let record = reader.tenant(tenant).record().await.expect("reads").expect("the tenant");
        assert_eq!(record.display_name, "新しい名前");
        assert_eq!(record.support_contact, "support@service.example");
        assert!(record.policy.approval_required && record.policy.printed_slips_allowed);
        assert_eq!(record.organization, sheet.tenant.organization);
        let log = scene.audit_log().await;
        let edits: Vec<_> = log.iter().filter(|row| row.act == "edit-tenant").collect();
        assert!(edits.len() == 1 && edits[0].detail.contains("approval_required=true"), "{edits:?}");
        read(&scene, &sheet.data_entry_file).await.expect("the file stays good");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_tenant_is_shut_out_and_resumed_once() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let id = sheet.tenant.id;
        let asked = scene.gates.times_asked();
        scene.authority.tenants().suspend_tenant(&operator(), id).await.expect("suspends");
        assert!(scene.gates.times_asked() > asked, "the act waits for the gates");
        assert_eq!(scene.at_the_gate(&holder.certificate).await.err(), Some(Denial::TenantSuspended));
        let again = scene.authority.tenants().suspend_tenant(&operator(), id).await;
        assert!(matches!(again, Err(TenantError::State(TenantState::Suspended))), "{again:?}");
        scene.authority.tenants().resume_tenant(&operator(), id).await.expect("resumes");
        scene.at_the_gate(&holder.certificate).await.expect("passes again");
        let unknown = TenantId::new(scene.now(), &mut *scene.authority.rng());
        let nobody = scene.authority.tenants().suspend_tenant(&operator(), unknown).await;
        assert!(matches!(nobody, Err(TenantError::NotFound)), "{nobody:?}");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_tenant_ends_for_good() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let (authority, id) = (&scene.authority, sheet.tenant.id);
        let too_early = authority.tenants().end_tenant(&operator(), id).await;
        assert!(matches!(too_early, Err(TenantError::State(TenantState::Active))), "{too_early:?}");
        scene.at_the_gate(&holder.certificate).await.expect("nothing was done");
        authority.tenants().suspend_tenant(&operator(), id).await.expect("suspends");
        authority.tenants().end_tenant(&operator(), id).await.expect("ends");
        assert_eq!(scene.at_the_gate(&holder.certificate).await.err(), Some(Denial::TenantSuspended));

        let ended = |result: Result<(), TenantError>| {
            assert!(matches!(result, Err(TenantError::State(TenantState::Ended))), "{result:?}");
        };
        ended(authority.tenants().resume_tenant(&operator(), id).await);
        ended(authority.tenants().end_tenant(&operator(), id).await);
        ended(authority.tenants().set_upstream(&operator(), id, None, |_| true).await);
        ended(
            authority.tenants().edit_tenant(&operator(), id, TenantForm::default(), |_| true).await.map(drop),
        );
        ended(
            authority
                .tenants()
                .new_sheet(&operator(), id, None, authority.new_invitation_id())
                .await
                .map(drop),
        );
        let more_seats = ContractChange { seats: Some(60), ..ContractChange::default() };
        ended(authority.tenants().change_contract(&operator(), id, more_seats, |_| true).await.map(drop));
        let acts = scene.audit_log().await.into_iter().filter(|row| row.act == "end-tenant").count();
        assert_eq!(acts, 1);
    })
    .await;
}

#[tokio::test]
async fn the_operators_own_tenant_is_not_suspended() {
    on_each_scene(async |scene| {
        let mut reader = scene.store.read().await.expect("reads");
        let own =
            reader.tenant_by_slug(&TenantSlug::console()).await.expect("reads").expect("the operators'");
        drop(reader);
        let refused = scene.authority.tenants().suspend_tenant(&operator(), own.id).await;
        assert!(matches!(refused, Err(TenantError::OperatorTenant)), "{refused:?}");
        let ops = scene.new_operator("ops").await;
        scene.at_the_gate(&ops.certificate).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn a_tenant_cannot_take_the_public_sites_own_name() {
    on_each_scene(async |scene| {
        let addresses = scene.authority.addresses();
        let host = addresses.public_url.split("://").nth(1).expect("an authority").to_owned();
        let slug =
            host.strip_suffix(&format!(".{}", addresses.site_suffix)).expect("below the sites' suffix");
        let added = scene.add_tenant(new_tenant(slug)).await;
        assert!(matches!(added, Err(TenantError::PublicHost(_))), "{added:?}");
    })
    .await;
}
