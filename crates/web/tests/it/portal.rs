use crate::installation::Installation;
use domain::{
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    grant::{Grant, ManageUsers},
    import::NewUser,
    login_name::LoginName,
    user::Role,
};

/// As short as the page allows.
const PASSWORD: &str = "a pass words";

fn passwords(first: &str, second: &str) -> [(&'static str, String); 2] {
    [("password", first.to_owned()), ("password_confirm", second.to_owned())]
}

/// The fewest letters that a page asks of a password, as its script reads them.
pub(crate) fn fewest_letters(page: &str, field: &str) -> usize {
    let control = page.split(&format!("id=\"{field}\"")).nth(1).and_then(|rest| rest.split('>').next());
    let value = control.and_then(|control| control.split("minlength=\"").nth(1)).expect("a least length");
    value.split('"').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_first_visit_sets_the_password_and_later_ones_sign_in() {
    let installation = Installation::new().await;
    let permit = installation.administrator_permit().await;
    let mut visitor = installation.portal().with_permit(&permit);
    let page = visitor.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/set-password\"") && page.contains("サンプル株式会社"), "{page}");
    for (first, second, field) in [("short", "short", "password"), (PASSWORD, "other", "password_confirm")] {
        let page = visitor.post("/set-password", &passwords(first, second)).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{page}");
        assert!(!page.contains(PASSWORD));
    }
    let fewest = fewest_letters(&page, "password");
    assert!(page.contains(&format!("At least {fewest} characters")), "{page}");
    assert_eq!(PASSWORD.len(), fewest);
    let shorter = &PASSWORD[1..];
    let refused = visitor.post("/set-password", &passwords(shorter, shorter)).await.expect(422).text();
    assert!(refused.contains(&format!("Use at least {fewest} characters")), "{refused}");
    let answer = visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);
    let cookie = answer.header("set-cookie");
    let expected = "; Path=/; HttpOnly; SameSite=Lax; Secure";
    assert!(cookie.starts_with("__Host-sekisho-portal=") && cookie.ends_with(expected), "{cookie}");
    assert!(visitor.get("/").await.expect(200).text().contains("action=\"/sign-out\""));

    assert_eq!(visitor.post("/sign-out", &[]).await.expect(303).location(), "/");
    assert!(visitor.get("/").await.expect(200).text().contains("action=\"/sign-in\""));
    let sign_in =
        |password: &str| [("login_name", permit.user().login_name.clone()), ("password", password.into())];
    let page = visitor.post("/sign-in", &sign_in("wrong password")).await.expect(422).text();
    assert!(!page.contains("wrong password"));
    visitor.post("/sign-in", &sign_in(PASSWORD)).await.expect(303);
    assert!(visitor.get("/").await.expect(200).text().contains("action=\"/sign-out\""));
    assert_eq!(
        visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303).location(),
        "/"
    );
    assert_eq!(visitor.get("/sign-in").await.expect(303).location(), "/");
}

#[tokio::test]
async fn a_session_opens_nothing_with_another_persons_certificate() {
    let installation = Installation::new().await;
    let permit = installation.administrator_permit().await;
    let mut visitor = installation.portal().with_permit(&permit);
    visitor.post("/set-password", &passwords(PASSWORD, PASSWORD)).await.expect(303);

    let text = |text| CertificateText::parse(text).unwrap();
    let taro = NewUser {
        display_name: "鈴木 太郎".into(),
        reading: String::new(),
        roman_name: RomanName { family: text("Suzuki"), given: text("Taro") },
        login_name: LoginName::parse("taro").unwrap(),
        email: EmailAddress::parse("taro@sample.example").unwrap(),
        groups: Vec::new(),
        note: String::new(),
        role: Some(Role::User),
        locale: None,
    };
    let grant = Grant::<ManageUsers>::of(&permit).unwrap();
    let tenant = installation.sheet.tenant.id;
    let delivery = authority::users::InvitationChannel::Mail;
    let (taro, _) = installation
        .authority
        .people()
        .add_user(&grant, tenant, taro, delivery, installation.authority.new_invitation_id())
        .await
        .unwrap();
    let mut borrowed = visitor.clone().with_permit(&installation.permit_of(&taro, None));
    let page = borrowed.get("/").await.expect(200).text();
    assert!(page.contains("action=\"/set-password\"") && !page.contains("action=\"/sign-out\""), "{page}");
    assert!(visitor.get("/").await.expect(200).text().contains("action=\"/sign-out\""));
}

#[tokio::test]
async fn without_a_permit_there_is_no_portal() {
    let installation = Installation::new().await;
    installation.portal().get("/").await.expect(500);
}
