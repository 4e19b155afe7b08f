use crate::{
    scene::{Scene, new_user, on_each_scene, operator},
    walk::users_form,
};
use authority::{
    import::{Agreed, ImportError},
    users::{InvitationChannel, UserError},
};
use domain::{
    bounds::{BoundReached, TenantBounds},
    grant::{Grant, ManageUsers, RevokeCertificate},
    id::{ImportId, TenantId},
    import::{CellError, Column, FileError, NewUser},
    login_name::LoginName,
    revocation::Request,
    status_change::StatusChange,
    tenant::TenantState,
    time::{DAY, SignedDuration},
    user::{Role, User},
};
use pki::RevocationReason;
use store::{
    PageRequest,
    imports::{Import, ImportCounts, ImportRow, ImportRowState, ImportState},
};

pub(crate) const HEADER: &str = "氏名,family_name,given_name,login_name,email\n";

pub(crate) fn row(login: &str) -> String {
    format!("鈴木 {login},Suzuki,{login},{login},{login}@sample.example\n")
}

pub(crate) async fn judge(scene: &Scene, tenant: TenantId, file: &str) -> Result<ImportId, ImportError> {
    let bytes = file.as_bytes().to_vec();
    scene.authority.imports().judge_import(&operator::<ManageUsers>(), tenant, "users.csv", bytes).await
}

pub(crate) async fn import(scene: &Scene, tenant: TenantId, id: ImportId) -> Import {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).import(id).await.expect("reads").expect("the import")
}

pub(crate) async fn rows(scene: &Scene, tenant: TenantId, id: ImportId) -> Vec<ImportRow> {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).import_rows(id, &PageRequest::first(500)).await.expect("rows").rows
}

pub(crate) async fn user_count(scene: &Scene, tenant: TenantId) -> u64 {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).user_count("").await.expect("reads")
}

pub(crate) async fn user(scene: &Scene, tenant: TenantId, login: &str) -> User {
    let login = LoginName::parse(login).expect("a login name");
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).user_by_login_name(&login).await.expect("reads").expect("the user")
}

/// Line, state and what is wrong.
type Verdict = (u32, ImportRowState, Vec<(Column, CellError)>);

fn verdicts(rows: &[ImportRow]) -> Vec<Verdict> {
    let told = |row: &ImportRow| match &row.judged.verdict {
        Ok(_) => Vec::new(),
        Err(refused) => refused.errors.iter().map(|told| (told.column, told.error.clone())).collect(),
    };
    rows.iter().map(|row| (row.judged.line, row.state, told(row))).collect()
}

#[tokio::test]
async fn a_dry_run_tells_each_row_its_verdict_and_adds_nobody() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        scene.invited(&sheet.tenant, "jiro").await;
        let file = format!(
            "{HEADER}{}{}鈴木,Suzuki,四郎,shiro,shiro\n{}",
            row("saburo"),
            "鈴木,Suzuki,Jiro,jiro,hanako@sample.example\n",
            row("saburo")
        );
        let id = judge(&scene, tenant, &file).await.expect("judged");
        let (line, waiting, refused) = (2, ImportRowState::Waiting, ImportRowState::Refused);
        let taken = |column| (column, CellError::Taken);
        let doubled = |column| (column, CellError::DoubledInFile { line });
        assert_eq!(
            verdicts(&rows(&scene, tenant, id).await),
            [
                (2, waiting, vec![]),
                (3, refused, vec![taken(Column::LoginName), taken(Column::Email)]),
                (
                    4,
                    refused,
                    vec![
                        (Column::RomanGivenName, CellError::CertificateLetter('四')),
                        (Column::Email, CellError::Email),
                    ]
                ),
                (5, refused, vec![doubled(Column::LoginName), doubled(Column::Email)]),
            ]
        );
        let judged = import(&scene, tenant, id).await;
        assert_eq!((judged.state, judged.total, judged.done), (ImportState::Checked, 4, 3));
        scene.authority.imports().run_imports().await.expect("nothing runs yet");
        assert_eq!(user_count(&scene, tenant).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_as_a_whole() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let answer = judge(&scene, tenant, "氏名,login\n").await;
        assert!(matches!(answer, Err(ImportError::File(_))), "{answer:?}");
        let bytes = b"\xff\xff\xff\n".to_vec();
        let answer = scene.authority.imports().judge_import(&operator(), tenant, "users.csv", bytes).await;
        assert!(matches!(answer, Err(ImportError::File(FileError::Characters))), "{answer:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_revoked_while_a_file_of_100_000_rows_is_judged() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let certificate = scene.colleague(&sheet.tenant, "jiro").await.certificate;
        let file = (1..=100_000).map(|number| row(&format!("user{number}"))).collect::<String>();
        let (one, file) = (scene.clone(), format!("{HEADER}{file}"));
        let began = std::time::Instant::now();
        let judging = tokio::spawn(async move { judge(&one, tenant, &file).await });
        let mut back_door = scene.back_door().await;
        while back_door.number("SELECT COUNT(*) FROM user_import_row").await == 0 {}
        let grant = operator::<RevokeCertificate>();
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let revoked =
            scene.authority.revocation().decide_certificate(&grant, tenant, certificate.id, request).await;
        revoked.expect("waits for some of the rows at most");
        let unfinished = "SELECT COUNT(*) FROM user_import WHERE state = 'cancelled'";
        assert_eq!(back_door.number(unfinished).await, 1, "the file was still being judged");

        let id = judging.await.expect("no panic").expect("judged");
        eprintln!("judged in {:?}", began.elapsed());
        let judged = import(&scene, tenant, id).await;
        assert_eq!((judged.state, judged.total, judged.done), (ImportState::Checked, 100_000, 0));
        let mut reader = scene.store.read().await.expect("reads");
        let counts = reader.tenant(tenant).import_counts(id).await.expect("counts");
        assert_eq!(counts, ImportCounts { waiting: 100_000, ..ImportCounts::default() });
    })
    .await;
}

#[tokio::test]
async fn a_file_whose_judging_broke_off_cannot_be_run_and_is_erased() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let mut back_door = scene.back_door().await;
        back_door.break_writes_where("INSERT", "user_import_row", "NEW.line > 1500").await;
        let file = (1..=2000).map(|number| row(&format!("user{number}"))).collect::<String>();
        judge(&scene, tenant, &format!("{HEADER}{file}")).await.expect_err("the disk is full");
        back_door.mend_writes("user_import_row").await;
        let rows = "SELECT COUNT(*) FROM user_import_row";
        assert_eq!(back_door.number(rows).await, 1000, "some are kept");
        let mut reader = scene.store.read().await.expect("reads");
        let left = reader.tenant(tenant).imports(10).await.expect("reads").remove(0);
        drop(reader);
        assert_eq!(left.state, ImportState::Incomplete);
        let begun =
            scene.authority.imports().start_import(&operator(), tenant, left.id, Agreed::default()).await;
        assert!(matches!(begun, Err(ImportError::Begun)), "{begun:?}");

        scene.forward(DAY);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number(rows).await, 1000, "perhaps somebody is at it");
        scene.forward(SignedDuration::from_secs(1));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number(rows).await, 0);
        assert_eq!(back_door.number("SELECT COUNT(*) FROM user_import").await, 0);
    })
    .await;
}

#[tokio::test]
async fn hundreds_of_rows_are_imported_in_the_background_and_go_on_after_a_crash() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let file = (1..=250).map(|number| row(&format!("user{number}"))).collect::<String>();
        let id = judge(&scene, tenant, &format!("{HEADER}{file}")).await.expect("judged");
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, id, Agreed::default())
            .await
            .expect("begins");
        let mut back_door = scene.back_door().await;
        back_door.break_writes_where("UPDATE", "user_import_row", "NEW.line > 150").await;
        scene.authority.imports().run_imports().await.expect_err("the disk is full");
        let half = import(&scene, tenant, id).await;
        assert_eq!((half.state, half.total), (ImportState::Running, 250));
        assert!(half.done > 0 && half.done < 250, "{}", half.done);
        assert_eq!(
            user_count(&scene, tenant).await,
            u64::from(half.done) + 1,
            "a row and its user go together"
        );
        back_door.mend_writes("user_import_row").await;

        scene.restart().await;
        scene.authority.imports().run_imports().await.expect("goes on");
        let whole = import(&scene, tenant, id).await;
        assert_eq!((whole.state, whole.done), (ImportState::Done, 250));
        assert_eq!(user_count(&scene, tenant).await, 251);
        assert!(rows(&scene, tenant, id).await.iter().all(|row| row.state == ImportRowState::Done));

        scene.post().await;
        let mails = scene.mailbox.mails();
        assert_eq!(mails.len(), 250, "one invitation each");
        let invitation = scene.mailbox.newest_to("user250@sample.example");
        let form = users_form(&sheet.tenant, &new_user("user250"), &invitation.one_time_password());
        scene.apply(form).await.expect("the mailed password works");
    })
    .await;
}

#[tokio::test]
async fn an_import_that_cannot_go_on_does_not_hold_up_another_companys() {
    on_each_scene(async |scene| {
        let mut begun = Vec::new();
        for slug in ["first", "second"] {
            let tenant = scene.customer(slug).await.tenant.id;
            let id = judge(&scene, tenant, &format!("{HEADER}{}", row(slug))).await.expect("judged");
            scene
                .authority
                .imports()
                .start_import(&operator(), tenant, id, Agreed::default())
                .await
                .expect("begins");
            begun.push((tenant, id));
            scene.forward(SignedDuration::from_secs(1));
        }
        let mut back_door = scene.back_door().await;
        back_door.break_writes_where("INSERT", "user_account", "NEW.login_name = 'first'").await;
        scene.authority.imports().run_imports().await.expect_err("tells of the first one");
        let [(first, bad), (second, good)] = begun[..] else { panic!("two imports") };
        assert_eq!(import(&scene, first, bad).await.state, ImportState::Running);
        assert_eq!(import(&scene, second, good).await.state, ImportState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_somebody_added_at_the_desk_with_one_of_its_addresses_both_end() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let file = (1..=100).map(|number| row(&format!("user{number}"))).collect::<String>();
        let id = judge(&scene, tenant, &format!("{HEADER}{file}")).await.expect("judged");
        authority.imports().start_import(&operator(), tenant, id, Agreed::default()).await.expect("begins");
        // Whoever numbers a change waits for the end of whoever numbered one before.
        let mut transaction = scene.store.begin("another_act").await.expect("begins");
        let change = StatusChange::Tenant(tenant);
        transaction.insert_status_change(change, scene.now()).await.expect("numbers");
        let (one, other) = (authority.clone(), authority.clone());
        let importing = tokio::spawn(async move { other.imports().run_imports().await });
        // Until it has come as far as it can.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let adding = tokio::spawn(async move {
            one.people()
                .add_user(
                    &operator(),
                    tenant,
                    new_user("user100"),
                    InvitationChannel::Mail,
                    one.new_invitation_id(),
                )
                .await
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        transaction.commit().await.expect("commits");
        let added = adding.await.expect("no panic");
        assert!(matches!(added, Ok(_) | Err(UserError::Taken(_))), "{added:?}");
        importing.await.expect("no panic").expect("runs");
        let whole = import(&scene, tenant, id).await;
        assert_eq!((whole.state, whole.done), (ImportState::Done, 100));
        assert_eq!(user_count(&scene, tenant).await, 101);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_tenants_import_rests_and_goes_on_when_the_tenant_does() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let (id, done) = broken_off(&scene, &operator(), tenant).await;
        authority.imports().import_begun().await;

        authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
        authority.imports().run_imports().await.expect("has nothing to do");
        let resting = import(&scene, tenant, id).await;
        assert_eq!((resting.state, resting.done), (ImportState::Running, done));
        assert_eq!(user_count(&scene, tenant).await, u64::from(done) + 1);

        authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
        authority.imports().import_begun().await;
        authority.imports().run_imports().await.expect("goes on");
        let whole = import(&scene, tenant, id).await;
        assert_eq!((whole.state, whole.done), (ImportState::Done, 250));
        assert_eq!(user_count(&scene, tenant).await, 251);
    })
    .await;
}

/// An import of 250 rows, begun by such a permission, that broke off in between; how many are done.
async fn broken_off(scene: &Scene, grant: &Grant<ManageUsers>, tenant: TenantId) -> (ImportId, u32) {
    let file = (1..=250).map(|number| row(&format!("user{number}"))).collect::<String>();
    let bytes = format!("{HEADER}{file}").into_bytes();
    let id = scene.authority.imports().judge_import(grant, tenant, "users.csv", bytes).await.expect("judged");
    scene.authority.imports().start_import(grant, tenant, id, Agreed::default()).await.expect("begins");
    let mut back_door = scene.back_door().await;
    back_door.break_writes_where("UPDATE", "user_import_row", "NEW.line > 150").await;
    scene.authority.imports().run_imports().await.expect_err("the disk is full");
    back_door.mend_writes("user_import_row").await;
    let done = import(scene, tenant, id).await.done;
    assert!(done > 0 && done < 250, "{done}");
    (id, done)
}

#[tokio::test]
async fn an_import_stops_with_its_administrator_until_another_one_goes_on() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let second = NewUser { role: Some(Role::Administrator), ..new_user("jiro") };
        scene.update_user(tenant, jiro.user.id, second).await.expect("a second one");
        let by_hanako = scene.permission::<ManageUsers>(&hanako).await;
        let (id, done) = broken_off(&scene, &by_hanako, tenant).await;
        let before = user_count(&scene, tenant).await;

        authority.people().suspend_user(&operator(), tenant, hanako.user.id).await.expect("suspends");
        authority.imports().run_imports().await.expect("stops");
        let stopped = import(&scene, tenant, id).await;
        assert_eq!((stopped.state, stopped.done), (ImportState::Stopped, done));
        assert_eq!(stopped.administrator, Some(hanako.user.id));
        assert_eq!(user_count(&scene, tenant).await, before);
        assert_eq!(scene.times_audited("stop-import").await, 1);
        authority.people().resume_user(&operator(), tenant, hanako.user.id).await.expect("resumes");
        authority.imports().run_imports().await.expect("has nothing to do");
        assert_eq!(import(&scene, tenant, id).await.done, done, "it waits for a word");

        let by_jiro = scene.permission::<ManageUsers>(&jiro).await;
        authority.imports().start_import(&by_jiro, tenant, id, Agreed::default()).await.expect("goes on");
        let demoted = NewUser { email: hanako.user.email.clone(), ..new_user("hanako") };
        scene.update_user(tenant, hanako.user.id, demoted).await.expect("demotes");
        authority.imports().run_imports().await.expect("runs");
        let whole = import(&scene, tenant, id).await;
        assert_eq!((whole.state, whole.done), (ImportState::Done, 250), "in the other one's name");
        assert_eq!(whole.administrator, Some(jiro.user.id));
    })
    .await;
}

#[tokio::test]
async fn an_import_stops_when_its_administrator_becomes_an_ordinary_user() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (authority, tenant) = (&scene.authority, sheet.tenant.id);
        let hanako = scene.administrator(&sheet).await;
        let second = NewUser { role: Some(Role::Administrator), ..new_user("jiro") };
        scene.add_user(tenant, second, InvitationChannel::Mail).await.expect("a second one");
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let (id, done) = broken_off(&scene, &grant, tenant).await;
        let demoted = NewUser { email: hanako.user.email.clone(), ..new_user("hanako") };
        scene.update_user(tenant, hanako.user.id, demoted).await.expect("demotes");
        authority.imports().run_imports().await.expect("stops");
        let stopped = import(&scene, tenant, id).await;
        assert_eq!((stopped.state, stopped.done), (ImportState::Stopped, done));
    })
    .await;
}

#[tokio::test]
async fn an_import_rests_once_the_contract_and_its_days_of_grace_are_over() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (id, done) = broken_off(&scene, &operator(), sheet.tenant.id).await;
        let suspended_from = sheet.tenant.license.valid_until + DAY * 30;
        scene.forward(suspended_from.duration_since(scene.now()));
        scene.authority.imports().run_imports().await.expect("has nothing to do");
        let resting = import(&scene, sheet.tenant.id, id).await;
        assert_eq!((resting.state, resting.done), (ImportState::Running, done));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_added_once_the_suspension_is_done() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let id = judge(&scene, tenant, &format!("{HEADER}{}", row("jiro"))).await.expect("judged");
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, id, Agreed::default())
            .await
            .expect("begins");
        let mut transaction = scene.store.begin("another_act").await.expect("begins");
        transaction.tenant(tenant).lock().await.expect("locks");
        let authority = scene.authority.clone();
        let running = tokio::spawn(async move { authority.imports().run_imports().await });
        // Until the import has read what it can read without waiting.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let (active, suspended) = (TenantState::Active, TenantState::Suspended);
        let moved = transaction.tenant(tenant).set_tenant_state(active, suspended, scene.now()).await;
        assert!(moved.expect("suspends"));
        transaction.commit().await.expect("commits");
        running.await.expect("no panic").expect("rests");
        assert_eq!(user_count(&scene, tenant).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_name_taken_since_the_dry_run_refuses_its_row_and_no_other() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let file = format!("{HEADER}{}{}", row("jiro"), row("saburo"));
        let id = judge(&scene, tenant, &file).await.expect("judged");
        scene.invited(&sheet.tenant, "jiro").await;
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, id, Agreed::default())
            .await
            .expect("begins");
        scene.authority.imports().run_imports().await.expect("runs");
        let taken = vec![(Column::LoginName, CellError::Taken), (Column::Email, CellError::Taken)];
        let expected = [(2, ImportRowState::Refused, taken), (3, ImportRowState::Done, vec![])];
        assert_eq!(verdicts(&rows(&scene, tenant, id).await), expected);
        assert_eq!(import(&scene, tenant, id).await.state, ImportState::Done);
    })
    .await;
}

#[tokio::test]
async fn an_import_begins_once_and_only_in_its_own_tenant() {
    on_each_scene(async |scene| {
        let (sample, other) = (scene.customer("sample").await, scene.customer("other").await);
        let stranger = scene.permission::<ManageUsers>(&scene.administrator(&other).await).await;
        let tenant = sample.tenant.id;
        let id = judge(&scene, tenant, &format!("{HEADER}{}", row("jiro"))).await.expect("judged");
        let elsewhere =
            scene.authority.imports().start_import(&stranger, other.tenant.id, id, Agreed::default()).await;
        assert!(matches!(elsewhere, Err(ImportError::NotFound)), "{elsewhere:?}");
        let out_of_reach =
            scene.authority.imports().start_import(&stranger, tenant, id, Agreed::default()).await;
        assert!(matches!(out_of_reach, Err(ImportError::NotFound)), "{out_of_reach:?}");
        let file = format!("{HEADER}{}", row("mallory")).into_bytes();
        let judged = scene.authority.imports().judge_import(&stranger, tenant, "users.csv", file).await;
        assert!(matches!(judged, Err(ImportError::NotFound)), "{judged:?}");
        let kept = scene.store.read().await.expect("reads").tenant(tenant).imports(10).await;
        assert_eq!(kept.expect("reads").len(), 1, "nothing is kept of the stranger's file");
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, id, Agreed::default())
            .await
            .expect("begins");
        let again = scene.authority.imports().start_import(&operator(), tenant, id, Agreed::default()).await;
        assert!(matches!(again, Err(ImportError::Begun)), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn imports_take_turns_between_companies() {
    on_each_scene(async |scene| {
        let (big, small) =
            (scene.customer("sample").await.tenant.id, scene.customer("other").await.tenant.id);
        let mut file = HEADER.to_owned();
        (0..450).for_each(|number| file += &row(&format!("user{number}")));
        let first = judge(&scene, big, &file).await.expect("judged");
        let second = judge(&scene, small, &format!("{HEADER}{}", row("jiro"))).await.expect("judged");
        for (tenant, id) in [(big, first), (small, second)] {
            scene
                .authority
                .imports()
                .start_import(&operator(), tenant, id, Agreed::default())
                .await
                .expect("begins");
        }
        scene.authority.imports().run_imports().await.expect("imports");
        let log = scene.audit_log().await;
        let finished: Vec<_> =
            log.iter().filter(|row| row.act == "finish-import").map(|row| row.tenant).collect();
        assert_eq!(finished, [Some(small), Some(big)], "one row does not wait for 450");
    })
    .await;
}

#[tokio::test]
async fn a_judged_file_that_nobody_imports_is_erased_after_a_day_with_its_rows() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let file = format!("{HEADER}{}", row("jiro"));
        let begun = judge(&scene, tenant, &file).await.expect("judged");
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, begun, Agreed::default())
            .await
            .expect("begins");
        scene.authority.imports().run_imports().await.expect("imports");
        let left = judge(&scene, tenant, &format!("{HEADER}{}", row("saburo"))).await.expect("judged");
        scene.forward(DAY - SignedDuration::from_secs(1));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(rows(&scene, tenant, left).await.len(), 1);
        scene.forward(SignedDuration::from_secs(2));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert!(rows(&scene, tenant, left).await.is_empty());
        let gone = scene.authority.imports().start_import(&operator(), tenant, left, Agreed::default()).await;
        assert!(matches!(gone, Err(ImportError::NotFound)), "{gone:?}");
        assert_eq!(import(&scene, tenant, begun).await.state, ImportState::Done, "what was imported is kept");
    })
    .await;
}

#[tokio::test]
async fn bounds_that_the_operator_has_set_are_told_at_the_dry_run_and_at_every_other_door() {
    on_each_scene(async |mut scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let bounds = TenantBounds { people_max: 4, imports_kept_max: 2, bulk_mails_per_day_max: 3 };
        scene.authority = scene.with_bounds(bounds).await;
        let three = format!("{HEADER}{}{}{}", row("jiro"), row("saburo"), row("shiro"));
        let four = format!("{three}{}", row("goro"));
        let people = judge(&scene, tenant, &four).await;
        let expected = BoundReached::People { max: 4, would: 5 };
        assert!(matches!(people, Err(ImportError::Bound(bound)) if bound == expected), "{people:?}");
        let twice = [judge(&scene, tenant, &three).await, judge(&scene, tenant, &three).await];
        let [first, second] = twice.map(|judged| judged.expect("fits"));
        let third = judge(&scene, tenant, &three).await;
        let expected = BoundReached::Imports { max: 2 };
        assert!(matches!(third, Err(ImportError::Bound(bound)) if bound == expected), "{third:?}");

        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, first, Agreed::default())
            .await
            .expect("begins");
        scene.authority.imports().run_imports().await.expect("imports");
        assert_eq!(user_count(&scene, tenant).await, 4);
        let fifth = scene.add_user(tenant, new_user("goro"), InvitationChannel::Mail).await;
        assert!(matches!(fifth, Err(UserError::Bound(BoundReached::People { .. }))), "{fifth:?}");

        let beyond =
            scene.authority.imports().start_import(&operator(), tenant, second, Agreed::default()).await;
        let expected = BoundReached::People { max: 4, would: 7 };
        assert!(matches!(beyond, Err(ImportError::Bound(bound)) if bound == expected), "{beyond:?}");

        let roomier = TenantBounds { people_max: 100, ..bounds };
        scene.authority = scene.with_bounds(roomier).await;
        let saburo = user(&scene, tenant, "saburo").await;
        let among_many = async || {
            let (mail, id) = (InvitationChannel::Mail, scene.authority.new_invitation_id());
            scene.authority.people().invite_among_many(&operator(), tenant, saburo.id, mail, id).await
        };
        let again = among_many().await;
        let expected = BoundReached::BulkMails { max: 3, would: 4 };
        assert!(matches!(again, Err(UserError::Bound(bound)) if bound == expected), "{again:?}");
        let mails = judge(&scene, tenant, &format!("{HEADER}{}", row("goro"))).await;
        let expected = BoundReached::BulkMails { max: 3, would: 4 };
        assert!(matches!(mails, Err(ImportError::Bound(bound)) if bound == expected), "{mails:?}");
        scene.add_user(tenant, new_user("goro"), InvitationChannel::Mail).await.expect("one alone");
        scene.post().await;
        scene.forward(DAY + SignedDuration::from_secs(1));
        let next_day = judge(&scene, tenant, &format!("{HEADER}{}", row("rokuro"))).await;
        next_day.expect("the finished import made room, and the day is over");
        among_many().await.expect("the day is over");
        let kept = scene.store.read().await.expect("reads").tenant(tenant).imports(10).await;
        assert!(kept.expect("reads").iter().all(|import| import.id != first), "the oldest finished one");
    })
    .await;
}

#[tokio::test]
async fn of_two_imports_that_begin_at_the_same_moment_one_finds_the_bound_reached() {
    on_each_scene(async |mut scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        scene.authority = scene.with_bounds(TenantBounds { people_max: 3, ..TenantBounds::default() }).await;
        let one = judge(&scene, tenant, &format!("{HEADER}{}{}", row("jiro"), row("saburo"))).await;
        let other = judge(&scene, tenant, &format!("{HEADER}{}{}", row("shiro"), row("goro"))).await;
        let (one, other) = (one.expect("fits"), other.expect("fits"));
        let begin = |id| {
            let authority = scene.authority.clone();
            Box::pin(async move {
                authority.imports().start_import(&operator(), tenant, id, Agreed::default()).await
            })
        };
        let (one, other) = tokio::join!(begin(one), begin(other));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let refused = one.and(other).expect_err("one is refused");
        let expected = BoundReached::People { max: 3, would: 5 };
        assert!(matches!(refused, ImportError::Bound(bound) if bound == expected), "{refused:?}");
    })
    .await;
}
