//! A file that tells of people on record, too: the result that was mended, the whole staff list of a month later.

use crate::{
    import::{HEADER, import, judge, row, rows, user, user_count},
    scene::{Scene, new_user, on_each_scene, operator},
};
use authority::import::{Agreed, ImportError};
use domain::{
    act,
    grant::ManageUsers,
    id::{ImportId, TenantId, UserId},
    import::{CellError, Column, NewUser, RowKind},
    time::SignedDuration,
    user::{GroupKey, Role, User},
};
use store::{
    PageRequest,
    imports::{ImportCounts, ImportRowState, ImportState},
};

const WITH_CHANGES: Agreed = Agreed { changes: true, administrators: false };
/// As [`HEADER`], with groups and role.
const LONG_HEADER: &str = "氏名,family_name,given_name,login_name,email,groups,role\n";

fn long_row(login: &str, groups: &str, role: &str) -> String {
    format!("鈴木 {login},Suzuki,{login},{login},{login}@sample.example,{groups},{role}\n")
}

async fn counts(scene: &Scene, tenant: TenantId, id: ImportId) -> ImportCounts {
    let mut reader = scene.store.read().await.expect("reads");
    reader.tenant(tenant).import_counts(id).await.expect("counts")
}

async fn run(scene: &Scene, tenant: TenantId, id: ImportId, agreed: Agreed) {
    scene.authority.imports().start_import(&operator(), tenant, id, agreed).await.expect("begins");
    scene.authority.imports().run_imports().await.expect("runs");
    assert_eq!(import(scene, tenant, id).await.state, ImportState::Done);
}

fn groups(user: &User) -> Vec<&str> {
    user.groups.iter().map(GroupKey::as_str).collect()
}

/// A staff list, judged and imported.
async fn imported(scene: &Scene, tenant: TenantId, file: &str) {
    let id = judge(scene, tenant, file).await.expect("judged");
    run(scene, tenant, id, Agreed { changes: false, administrators: true }).await;
}

/// By whom records were changed, whose, and what the log says of it.
async fn changes_logged(scene: &Scene, tenant: TenantId) -> Vec<(Option<UserId>, String, String)> {
    let mut reader = scene.store.read().await.expect("reads");
    let page = reader.tenant(tenant).audit_rows(&PageRequest::first(500)).await.expect("reads");
    let rows = page.rows.into_iter().filter(|row| row.act == act::Act::UpdateUser.name());
    rows.map(|row| (row.actor_user, row.subject, row.detail)).collect()
}

#[tokio::test]
async fn a_staff_list_that_is_sent_again_adds_the_new_ones_and_refuses_nobody() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let staff: String = (1..=250).map(|number| row(&format!("user{number}"))).collect();
        imported(&scene, tenant, &format!("{HEADER}{staff}")).await;
        let id = judge(&scene, tenant, &format!("{HEADER}{staff}{}", row("newcomer"))).await.expect("judged");
        let judged = counts(&scene, tenant, id).await;
        assert_eq!(judged, ImportCounts { waiting: 1, same: 250, ..ImportCounts::default() });
        let record = import(&scene, tenant, id).await;
        assert_eq!((record.total, record.done), (251, 250), "one is yet to be added");
        assert!(record.summary.causes.is_empty());

        run(&scene, tenant, id, Agreed::default()).await;
        let ended = counts(&scene, tenant, id).await;
        assert_eq!(ended, ImportCounts { done: 1, same: 250, ..ImportCounts::default() });
        assert_eq!(user_count(&scene, tenant).await, 252);
        assert!(changes_logged(&scene, tenant).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn cells_that_differ_are_told_and_changed_only_where_that_is_agreed_to() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "sales", ""))).await;
        let file = format!("{LONG_HEADER}{}{}", long_row("jiro", "dev", ""), long_row("saburo", "", ""));
        let id = judge(&scene, tenant, &file).await.expect("judged");
        let judged = rows(&scene, tenant, id).await.remove(0);
        let change = &judged.judged.changes()[0];
        assert_eq!((judged.judged.kind(), judged.state), (RowKind::Change, ImportRowState::Waiting));
        assert_eq!(
            (change.column, change.from.as_str(), change.to.as_str()),
            (Column::Groups, "sales", "dev")
        );

        run(&scene, tenant, id, Agreed::default()).await;
        let ended = counts(&scene, tenant, id).await;
        assert_eq!(ended, ImportCounts { done: 1, changes: 1, ..ImportCounts::default() });
        assert_eq!(groups(&user(&scene, tenant, "jiro").await), ["sales"]);

        let id = judge(&scene, tenant, &file).await.expect("judged");
        run(&scene, tenant, id, WITH_CHANGES).await;
        let ended = counts(&scene, tenant, id).await;
        assert_eq!(ended, ImportCounts { changed: 1, same: 1, ..ImportCounts::default() });
        let jiro = user(&scene, tenant, "jiro").await;
        assert_eq!(groups(&jiro), ["dev"]);
        let logged = changes_logged(&scene, tenant).await;
        assert_eq!(logged, [(None, jiro.id.to_string(), format!("role=user import={id}"))]);
        scene.post().await;
        assert_eq!(scene.mailbox.mails().len(), 2, "nobody is invited by a change");
    })
    .await;
}

#[tokio::test]
async fn a_change_is_logged_in_the_name_of_the_administrator_whose_import_it_is() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let hanako = scene.administrator(&sheet).await;
        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "sales", ""))).await;
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let file = format!("{LONG_HEADER}{}", long_row("jiro", "dev", ""));
        let imports = scene.authority.imports();
        let id = imports.judge_import(&grant, tenant, "users.csv", file.into()).await.expect("judged");
        imports.start_import(&grant, tenant, id, WITH_CHANGES).await.expect("begins");
        imports.run_imports().await.expect("runs");
        let hanako = Some(hanako.user.id);
        assert_eq!(
            changes_logged(&scene, tenant).await.iter().map(|row| row.0).collect::<Vec<_>>(),
            [hanako]
        );
    })
    .await;
}

#[tokio::test]
async fn a_crash_loses_no_change_and_makes_none_twice() {
    on_each_scene(async |mut scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let file = |group: &str| {
            let rows = (1..=250).map(|number| long_row(&format!("user{number}"), group, ""));
            format!("{LONG_HEADER}{}", rows.collect::<String>())
        };
        imported(&scene, tenant, &file("sales")).await;
        let id = judge(&scene, tenant, &file("dev")).await.expect("judged");
        scene.authority.imports().start_import(&operator(), tenant, id, WITH_CHANGES).await.expect("begins");
        let mut back_door = scene.back_door().await;
        back_door.break_writes_where("UPDATE", "user_import_row", "NEW.line > 150").await;
        scene.authority.imports().run_imports().await.expect_err("the disk is full");
        back_door.mend_writes("user_import_row").await;
        let half = counts(&scene, tenant, id).await;
        assert!(half.changed > 0 && half.changed < 250, "{half:?}");
        assert_eq!(changes_logged(&scene, tenant).await.len(), half.changed as usize);

        scene.restart().await;
        scene.authority.imports().run_imports().await.expect("goes on");
        let whole = counts(&scene, tenant, id).await;
        assert_eq!(whole, ImportCounts { changed: 250, ..ImportCounts::default() });
        assert_eq!(changes_logged(&scene, tenant).await.len(), 250, "a row each, once");
        assert_eq!(groups(&user(&scene, tenant, "user250").await), ["dev"]);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_was_changed_since_is_left_and_told_of() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "sales", ""))).await;
        let id = judge(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "dev", ""))).await;
        let id = id.expect("judged");
        let jiro = user(&scene, tenant, "jiro").await;
        let key = GroupKey::parse("board").expect("a key");
        let moved = NewUser { groups: vec![key], ..new_user("jiro") };
        scene.update_user(tenant, jiro.id, moved).await.expect("somebody was faster");
        run(&scene, tenant, id, WITH_CHANGES).await;
        let refused = rows(&scene, tenant, id).await.remove(0).judged.verdict.expect_err("is refused");
        let moved = CellError::Moved { on_record: "board".into() };
        assert_eq!((refused.errors[0].column, refused.errors[0].error.clone()), (Column::Groups, moved));
        assert_eq!(refused.cells.text(Column::Groups), "dev", "as it was sent");
        assert_eq!(groups(&user(&scene, tenant, "jiro").await), ["board"]);
    })
    .await;
}

#[tokio::test]
async fn two_files_of_the_same_people_that_were_judged_at_once_refuse_nobody() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let file = format!("{LONG_HEADER}{}", long_row("jiro", "sales", ""));
        let first = judge(&scene, tenant, &file).await.expect("judged");
        let second = judge(&scene, tenant, &file).await.expect("judged");
        run(&scene, tenant, first, Agreed::default()).await;
        run(&scene, tenant, second, Agreed::default()).await;
        let ended = counts(&scene, tenant, second).await;
        assert_eq!(ended, ImportCounts { same: 1, ..ImportCounts::default() });
        assert_eq!(import(&scene, tenant, second).await.done, 1);
    })
    .await;
}

#[tokio::test]
async fn new_administrators_and_auditors_must_be_confirmed() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "", ""))).await;
        let begin =
            async |id, agreed| scene.authority.imports().start_import(&operator(), tenant, id, agreed).await;

        let file = format!("{LONG_HEADER}{}", long_row("sato", "", "管理者"));
        let id = judge(&scene, tenant, &file).await.expect("judged");
        let named = import(&scene, tenant, id).await.summary.promotions;
        assert_eq!((named[0].role, named[0].names.join(",")), (Role::Administrator, "鈴木 sato".to_owned()));
        let begun = begin(id, WITH_CHANGES).await;
        assert!(matches!(begun, Err(ImportError::Unconfirmed)), "{begun:?}");
        assert_eq!(import(&scene, tenant, id).await.state, ImportState::Checked);
        begin(id, Agreed { administrators: true, changes: false }).await.expect("confirmed");

        // Somebody on record becomes one only where changes are agreed to.
        let file = format!("{LONG_HEADER}{}", long_row("jiro", "", "監査者"));
        let id = judge(&scene, tenant, &file).await.expect("judged");
        let begun = begin(id, WITH_CHANGES).await;
        assert!(matches!(begun, Err(ImportError::Unconfirmed)), "{begun:?}");
        run(&scene, tenant, id, Agreed::default()).await;
        assert_eq!(user(&scene, tenant, "jiro").await.role, Role::User);
    })
    .await;
}

#[tokio::test]
async fn a_row_about_a_person_deleted_meanwhile_is_refused_and_the_import_ends() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("jiro", "", ""))).await;
        let file = format!("{LONG_HEADER}{}", long_row("jiro", "dev", ""));
        let id = judge(&scene, tenant, &file).await.expect("judged");
        let jiro = user(&scene, tenant, "jiro").await.id;
        scene.authority.people().delete_user(&operator(), tenant, jiro).await.expect("deletes");
        run(&scene, tenant, id, WITH_CHANGES).await;
        assert_eq!(import(&scene, tenant, id).await.state, ImportState::Done);
        let refused = rows(&scene, tenant, id).await.remove(0).judged.verdict.expect_err("is refused");
        assert!(matches!(refused.errors[0].error, CellError::Moved { .. }), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays_one_and_an_own_demotion_stops_the_import() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let tenant = sheet.tenant.id;
        let hanako = scene.administrator(&sheet).await;
        let heading = "氏名,family_name,given_name,login_name,email,role\n";
        let own = format!(
            "{},Yamada,Hanako,{},{},利用者\n",
            hanako.user.display_name, hanako.user.login_name, hanako.user.email
        );
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let imports = scene.authority.imports();
        let id = imports.judge_import(&grant, tenant, "users.csv", format!("{heading}{own}").into()).await;
        let id = id.expect("judged");
        imports.start_import(&grant, tenant, id, WITH_CHANGES).await.expect("begins");
        imports.run_imports().await.expect("runs");
        let refused = rows(&scene, tenant, id).await.remove(0).judged.verdict.expect_err("is refused");
        assert!(
            refused.errors.iter().any(|error| error.error == CellError::LastAdministrator),
            "{refused:?}"
        );

        imported(&scene, tenant, &format!("{LONG_HEADER}{}", long_row("sato", "", "管理者"))).await;
        let file = format!("{heading}{own}鈴木 goro,Suzuki,Goro,goro,goro@sample.example,\n");
        let id = imports.judge_import(&grant, tenant, "users.csv", file.into()).await.expect("judged");
        imports.start_import(&grant, tenant, id, WITH_CHANGES).await.expect("begins");
        imports.run_imports().await.expect("runs");
        assert_eq!(import(&scene, tenant, id).await.state, ImportState::Stopped);
        let left = counts(&scene, tenant, id).await;
        assert_eq!((left.changed, left.waiting), (1, 1), "{left:?}");
    })
    .await;
}

#[tokio::test]
async fn it_runs_since_it_was_begun_and_not_since_its_file_was_sent() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant.id;
        let id = judge(&scene, tenant, &format!("{HEADER}{}", row("jiro"))).await.expect("judged");
        assert_eq!(import(&scene, tenant, id).await.begun_at, None);
        scene.forward(SignedDuration::from_secs(21));
        scene
            .authority
            .imports()
            .start_import(&operator(), tenant, id, Agreed::default())
            .await
            .expect("begins");
        assert_eq!(import(&scene, tenant, id).await.begun_at, Some(scene.now()));
    })
    .await;
}
