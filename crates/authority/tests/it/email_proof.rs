use crate::{
    scene::{Scene, email, new_user, on_each_scene, operator},
    walk::{Holder, wrong_pin},
};
use authority::{
    email_proof::EmailProofError,
    tenants::TenantError,
    users::{InvitationChannel, UserError},
};
use domain::{
    email_proof::EMAIL_CODE_HOURS,
    grant::{Grant, ManageUsers, ProveOwnEmail},
    import::{CellError, Column, RowError},
    login_name::LoginName,
    mailed_code::{CODE_MAILS_MAX, MAILED_CODE_TRIES_MAX},
    pin::Pin,
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
    time::SignedDuration,
};

/// What the application behind the site is told.
async fn told(scene: &Scene, holder: &Holder) -> Option<String> {
    scene.at_the_gate(&holder.certificate).await.expect("passes").user().email.clone()
}

async fn readdress(scene: &Scene, holder: &Holder, address: &str) {
    let mut new = new_user("jiro");
    new.email = email(address);
    let changed = scene.update_user(holder.user.tenant, holder.user.id, new).await;
    changed.expect("changed");
}

/// The code in the newest mail to an address.
async fn code_to(scene: &Scene, address: &str) -> String {
    let mail = scene.newest_mail_to(address).await;
    let code =
        |word: &&str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let found = mail.text.split_whitespace().find(code);
    found.unwrap_or_else(|| panic!("no code: {}", mail.text)).to_owned()
}

async fn prove(scene: &Scene, holder: &Holder, code: &str) -> Result<(), EmailProofError> {
    let permit = scene.at_the_gate(&holder.certificate).await.expect("passes");
    let grant = Grant::<ProveOwnEmail>::of(&permit).expect("the role allows it");
    scene.authority.email_proofs().prove_own_email(&grant, &permit, &Pin::parse(code).expect("a code")).await
}

async fn edit(scene: &Scene, tenant: &Tenant, field: TenantField, text: &str) -> Result<Tenant, TenantError> {
    scene
        .authority
        .tenants()
        .edit_tenant(&operator(), tenant.id, TenantForm::default().with(field, text), |_| true)
        .await
}

/// Each act about an address; in the end it is as before.
pub(crate) async fn every_act(scene: &Scene, tenant: &Tenant, jiro: &Holder) {
    readdress(scene, jiro, "jiro@inside.example").await;
    edit(scene, tenant, TenantField::VouchedDomains, "inside.example").await.expect("edited");
    scene
        .authority
        .email_proofs()
        .vouch_for_email(&operator(), tenant.id, jiro.user.id)
        .await
        .expect("counts");
    readdress(scene, jiro, "jiro@sample.example").await;
    scene.post().await;
    scene
        .authority
        .email_proofs()
        .mail_email_code(&operator(), tenant.id, jiro.user.id)
        .await
        .expect("mailed");
    let code = code_to(scene, "jiro@sample.example").await;
    prove(scene, jiro, &wrong_pin(&code)).await.expect_err("wrong");
    prove(scene, jiro, &code).await.expect("proves");
}

#[tokio::test]
async fn a_changed_address_is_told_to_applications_only_after_its_code_was_typed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let first = Some("jiro@sample.example".to_owned());
        assert_eq!(told(&scene, &jiro).await, first, "proved by the PIN's mail");
        readdress(&scene, &jiro, "victim@other.example").await;
        assert_eq!(told(&scene, &jiro).await, first);
        let mail = scene.newest_mail_to("victim@other.example").await;
        let code = code_to(&scene, "victim@other.example").await;
        assert!(!mail.text.contains(&format!("={code}")) && mail.text.contains("/email"), "{}", mail.text);
        let wrong = prove(&scene, &jiro, &wrong_pin(&code)).await;
        assert!(matches!(wrong, Err(EmailProofError::Wrong { left: 4 })), "{wrong:?}");
        assert_eq!(told(&scene, &jiro).await, first);
        let asked = scene.gates.times_asked();
        prove(&scene, &jiro, &code).await.expect("proves");
        assert!(scene.gates.times_asked() > asked, "the gates are told");
        assert_eq!(told(&scene, &jiro).await.as_deref(), Some("victim@other.example"));
        let again = prove(&scene, &jiro, &code).await;
        assert!(matches!(again, Err(EmailProofError::Proved)), "{again:?}");
        for act in ["wrong-email-code", "prove-email"] {
            assert_eq!(scene.times_audited(act).await, 1, "{act}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_proves_nothing_once_the_address_is_another_one_or_its_tries_or_time_are_over() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        readdress(&scene, &jiro, "one@sample.example").await;
        let of_one = code_to(&scene, "one@sample.example").await;
        readdress(&scene, &jiro, "two@sample.example").await;
        let of_two = code_to(&scene, "two@sample.example").await;
        let other = prove(&scene, &jiro, &of_one).await;
        assert!(matches!(other, Err(EmailProofError::Wrong { .. })), "{other:?}");
        for _ in 2..=MAILED_CODE_TRIES_MAX {
            prove(&scene, &jiro, &wrong_pin(&of_two)).await.expect_err("wrong");
        }
        let locked = prove(&scene, &jiro, &of_two).await;
        assert!(matches!(locked, Err(EmailProofError::Over)), "{locked:?}");
        let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let grant = Grant::<ProveOwnEmail>::of(&permit).expect("the role allows it");
        let ask = async || scene.authority.email_proofs().mail_own_email_code(&grant, &permit).await;
        ask().await.expect("a new one is mailed");
        let fresh = code_to(&scene, "two@sample.example").await;
        scene.forward(SignedDuration::from_hours(EMAIL_CODE_HOURS));
        let late = prove(&scene, &jiro, &fresh).await;
        assert!(matches!(late, Err(EmailProofError::Over)), "{late:?}");
        for _ in 1..=CODE_MAILS_MAX {
            ask().await.expect("mailed");
            scene.post().await;
        }
        let many = ask().await;
        assert!(matches!(many, Err(EmailProofError::TooManyCodes(_))), "{many:?}");
        let fresh = code_to(&scene, "two@sample.example").await;
        prove(&scene, &jiro, &fresh).await.expect("proves");
        assert_eq!(told(&scene, &jiro).await.as_deref(), Some("two@sample.example"));
    })
    .await;
}

#[tokio::test]
async fn an_administrators_word_counts_only_for_domains_that_the_operator_allowed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let hanako = scene.administrator(&sheet).await;
        readdress(&scene, &jiro, "jiro@inside.example").await;
        let grant = scene.permission::<ManageUsers>(&hanako).await;
        let vouch = async || {
            scene.authority.email_proofs().vouch_for_email(&grant, sheet.tenant.id, jiro.user.id).await
        };
        let refused = vouch().await;
        assert!(matches!(refused, Err(EmailProofError::NotVouched)), "{refused:?}");
        edit(&scene, &sheet.tenant, TenantField::VouchedDomains, "inside.example").await.expect("edited");
        vouch().await.expect("counts");
        assert_eq!(told(&scene, &jiro).await.as_deref(), Some("jiro@inside.example"));
        assert_eq!(scene.times_audited("vouch-for-email").await, 1);
        readdress(&scene, &jiro, "jiro@other.example").await;
        let refused = vouch().await;
        assert!(matches!(refused, Err(EmailProofError::NotVouched)), "{refused:?}");
        // Another company's administrator reaches nobody here.
        let other = scene.customer("other").await;
        let stranger = scene.administrator(&other).await;
        let grant = scene.permission::<ManageUsers>(&stranger).await;
        let refused =
            scene.authority.email_proofs().vouch_for_email(&grant, sheet.tenant.id, jiro.user.id).await;
        assert!(matches!(refused, Err(EmailProofError::NotFound)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_who_has_not_picked_up_counts_as_proved() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.invited(&sheet.tenant, "jiro").await;
        let mut reader = scene.store.read().await.expect("reads");
        let mut scope = reader.tenant(sheet.tenant.id);
        let jiro =
            scope.user_by_email(&email("jiro@sample.example")).await.expect("reads").expect("is there");
        assert_eq!(jiro.proved_email, None);
    })
    .await;
}

#[tokio::test]
async fn names_fit_what_the_operator_has_set_at_every_door_and_those_of_before_go_on() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        edit(&scene, &sheet.tenant, TenantField::LoginSuffix, "@kanto").await.expect("edited");
        edit(&scene, &sheet.tenant, TenantField::EmailDomains, "kanto.example").await.expect("edited");
        let unfit = |column, end: &str| {
            vec![RowError { column, error: CellError::Unfit { ends: vec![end.to_owned()] } }]
        };
        let both = [unfit(Column::LoginName, "@kanto"), unfit(Column::Email, "@kanto.example")].concat();
        let add = async |new| scene.add_user(sheet.tenant.id, new, InvitationChannel::Mail).await.map(|_| ());
        let refused = add(new_user("saburo")).await;
        assert!(matches!(&refused, Err(UserError::Unfit(errors)) if *errors == both), "{refused:?}");
        let mut fitting = new_user("saburo");
        fitting.login_name = LoginName::parse("saburo@kanto").expect("a login name");
        fitting.email = email("saburo@Kanto.example");
        add(fitting).await.expect("fits");
        // Who was there before goes on, also with another note; another name must fit.
        let change = async |new| scene.update_user(sheet.tenant.id, jiro.user.id, new).await;
        let mut noted = new_user("jiro");
        noted.note = "営業部".to_owned();
        change(noted).await.expect("goes on");
        scene.at_the_gate(&jiro.certificate).await.expect("passes");
        let mut renamed = new_user("goro");
        renamed.email = email("jiro@sample.example");
        let refused = change(renamed).await;
        let login = unfit(Column::LoginName, "@kanto");
        assert!(matches!(&refused, Err(UserError::Unfit(errors)) if *errors == login), "{refused:?}");
        // A file.
        let file = "氏名,姓(ローマ字),名(ローマ字),ログイン名,メール\n\
                    田中 五郎,Tanaka,Goro,goro,goro@sample.example\n\
                    田中 六郎,Tanaka,Rokuro,rokuro@kanto,rokuro@kanto.example\n";
        let import = scene
            .authority
            .imports()
            .judge_import(&operator(), sheet.tenant.id, "users.csv", file.as_bytes().to_vec())
            .await
            .expect("judged");
        let mut reader = scene.store.read().await.expect("reads");
        let judged = reader.tenant(sheet.tenant.id).import(import).await.expect("reads").expect("kept");
        assert_eq!((judged.total, judged.done), (2, 1), "one is refused");
    })
    .await;
}
