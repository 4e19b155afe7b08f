use crate::{
    browser::Browser,
    installation::{FILE_PASSWORD, Installation, with},
    portal::fewest_letters,
};
use domain::{act::Act, time::SignedDuration};
use store::PageRequest;
use testkit::mailbox::reference_and_pin;

/// What the administrator fills in at the pickup, after applying.
pub(crate) async fn pickup_form(installation: &Installation) -> Vec<(&'static str, String)> {
    installation.visitor().post("/enrol", &installation.administrator_form()).await.expect(303);
    let (reference, pin) = reference_and_pin(&installation.newest_mail().await);
    form_with(&reference, &pin)
}

pub(crate) fn form_with(reference: &str, pin: &str) -> Vec<(&'static str, String)> {
    vec![
        ("reference", reference.to_owned()),
        ("pin", pin.to_owned()),
        ("p12_password", FILE_PASSWORD.into()),
        ("p12_password_confirm", FILE_PASSWORD.into()),
        ("password_remembered", "yes".into()),
        ("device_type", "windows".into()),
        ("key_origin", "server".into()),
    ]
}

/// Applies, picks up and waits until the file is there.
pub(crate) async fn pick_up(installation: &Installation) -> Browser {
    let form = pickup_form(installation).await;
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    visitor.post("/pickup", &form).await.expect(303);
    ready(&mut visitor).await;
    visitor
}

pub(crate) async fn ready(visitor: &mut Browser) -> String {
    for _ in 0..10_000 {
        let page = visitor.get("/pickup/progress").await.expect(200).text();
        if page.contains("/pickup/file") {
            return page;
        }
        tokio::task::yield_now().await;
    }
    panic!("the file never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_comes_in_the_same_screen_and_only_to_the_browser_that_has_the_cookie() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    let page = visitor.get(&format!("/pickup?reference={}", form[0].1)).await.expect(200).text();
    assert!(page.contains(&form[0].1), "the reference is prefilled");
    let answer = visitor.post("/pickup", &form).await.expect(303);
    assert_eq!(answer.location(), "/pickup/progress");
    let cookie = answer.header("set-cookie");
    // Lax, so that the mail's link finds the file again when it is followed from the page of a mail service.
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let page = ready(&mut visitor).await;
    assert!(page.contains("url=/pickup/file?profile=modern"), "{page}");
    assert!(page.contains("https://sample.localhost:8443/.sekisho/proof"));
    assert!(!page.contains(visitor.cookie("sekisho-pickup").unwrap()), "the token is no part of the page");

    assert_eq!(visitor.get("/pickup/file?profile=compat").await.expect(303).location(), "/pickup/other");
    let asked =
        visitor.post("/pickup/other", &[("p12_password", FILE_PASSWORD.to_owned())]).await.expect(303);
    assert_eq!(asked.location(), "/pickup/progress?profile=compat");
    assert!(
        visitor.get(asked.location()).await.expect(200).text().contains("url=/pickup/file?profile=compat")
    );
    for profile in ["modern", "compat"] {
        let file = visitor.get(&format!("/pickup/file?profile={profile}")).await.expect(200);
        assert_eq!(file.header("content-type"), "application/x-pkcs12");
        let suffix = if profile == "compat" { "-compat" } else { "" };
        let name = format!("sample-office-pc-2026-11{suffix}.p12");
        let saved_as = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
        assert_eq!(file.header("content-disposition"), saved_as);
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.body[0], 0x30, "DER");
    }
    visitor.get("/pickup/file?profile=other").await.expect(404);
    let fitting = visitor.get("/pickup/file").await.expect(200);
    assert_eq!(
        fitting.body,
        visitor.get("/pickup/file?profile=modern").await.body,
        "Windows reads the new kind"
    );
    let guide = visitor.get("/guide/import/windows").await.expect(200).text();
    assert!(guide.contains("https://sample.localhost:8443/.sekisho/proof"), "leads to the right company");

    let mut stranger = installation.visitor();
    stranger.get("/pickup/file?profile=modern").await.expect(410);
    stranger.get("/pickup/file").await.expect(410);
    assert!(!stranger.get("/pickup/progress").await.expect(200).text().contains("/pickup/file"));
    stranger.get("/pickup/other").await.expect(410);
    installation.clock.forward(SignedDuration::from_mins(11));
    visitor.get("/pickup/file?profile=modern").await.expect(410);
    visitor.get("/pickup/progress").await.expect(410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pickup_whose_key_takes_long_waits_on_its_page_and_loses_nothing() {
    let mut policy = domain::policy::Policy::default();
    let keys = std::mem::take(&mut policy.profile.keys);
    policy.profile.keys = keys.with(domain::device::DeviceType::Windows, pki::KeyAlgorithm::Rsa4096);
    let installation = Installation::with_policy(policy).await;
    let mut visitor = pick_up(&installation).await;
    let file = visitor.get("/pickup/file?profile=modern").await.expect(200).body;
    let password = pki::Pkcs12Password::parse(FILE_PASSWORD).unwrap();
    assert!(pki::pkcs12::OpenedPkcs12::open(&file, &password).is_ok());
    assert!(file.len() > 4096, "a key of 4096 bits makes a larger file: {}", file.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_the_pickup_again_finds_the_file_while_it_can_be_repeated() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let link = format!("/pickup?reference={}", form[0].1);
    let mut visitor = installation.visitor();
    visitor.get(&link).await.expect(200);
    visitor.post("/pickup", &form).await.expect(303);
    ready(&mut visitor).await;
    for address in ["/pickup", &link] {
        let back = visitor.get(address).await.expect(303);
        assert_eq!(back.location(), "/pickup/progress", "{address}");
    }
    assert!(visitor.get("/pickup/progress").await.expect(200).text().contains("href=\"/pickup?reference=\""));
    for address in ["/pickup?reference=", "/pickup?reference=RABCDEFGHJK"] {
        visitor.get(address).await.expect(200);
    }
    installation.visitor().get(&link).await.expect(200);
    installation.clock.forward(SignedDuration::from_mins(10));
    for address in ["/pickup", &link] {
        visitor.get(address).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_left_open_leads_to_the_file_and_counts_as_no_second_try() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    visitor.post("/pickup", &form).await.expect(303);
    visitor.get("/pickup/progress").await.expect(200);
    let acts = async || {
        let mut reader = installation.store.read().await.unwrap();
        let page = PageRequest::first(100);
        let rows = reader.tenant(installation.sheet.tenant.id).audit_rows(&page).await.unwrap().rows;
        rows.into_iter().filter(|row| row.act == Act::UsedPin.name()).count()
    };
    // While it is made, and once it is there; under another name of the form than the one that was sent.
    for _ in 0..2 {
        let mut later = visitor.clone();
        later.get("/pickup?reference=").await.expect(200);
        assert_eq!(later.post("/pickup", &form).await.expect(303).location(), "/pickup/progress");
        ready(&mut visitor).await;
    }
    assert_eq!(acts().await, 0);
    // A browser with somebody else's file is led nowhere.
    let other = with(form.clone(), "reference", "RABCDEFGHJK");
    visitor.post("/pickup", &other).await.expect(422);
    installation.clock.forward(SignedDuration::from_mins(10));
    let page = visitor.post("/pickup", &form).await.expect(410).text();
    assert!(!page.contains("href=\"/pickup?reference"), "no link to the page that gave this answer: {page}");
    assert_eq!(acts().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_another_reference_opens_its_form_while_a_file_is_made() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let link = format!("/pickup?reference={}", form[0].1);
    let mut visitor = installation.visitor();
    visitor.get(&link).await.expect(200);
    // A file is in the making until the gates know its certificate.
    installation.gates.fall_behind();
    visitor.post("/pickup", &form).await.expect(303);
    visitor.get("/pickup/progress").await.expect(200);
    assert!(!visitor.get("/pickup/progress").await.expect(200).text().contains("/pickup/file"));
    visitor.get("/pickup?reference=RABCDEFGHJK").await.expect(200);
    assert_eq!(visitor.get(&link).await.expect(303).location(), "/pickup/progress");
    installation.gates.catch_up();
    ready(&mut visitor).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_is_one_pickup_and_another_browser_comes_too_late() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    let mut second_click = visitor.clone();
    visitor.post("/pickup", &form).await.expect(303);
    second_click.post("/pickup", &form).await.expect(303);
    ready(&mut second_click).await;
    ready(&mut visitor).await;
    assert_eq!(visitor.cookie("sekisho-pickup"), second_click.cookie("sekisho-pickup"));
    installation.visitor().post("/pickup", &form).await.expect(410);
}

#[tokio::test]
async fn bad_input_is_answered_at_its_field_and_no_secret_comes_back() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    let wrong = |name, value| with(form.clone(), name, value);
    let cases = [
        (wrong("p12_password_confirm", "something else"), "p12_password_confirm"),
        (wrong("p12_password", "パスワード"), "p12_password"),
        (wrong("p12_password", ""), "p12_password"),
        (wrong("p12_password", "short"), "p12_password"),
        (wrong("password_remembered", ""), "password_remembered"),
        (wrong("device_type", "toaster"), "device_type"),
        (wrong("pin", ""), "pin"),
        (wrong("reference", "x"), "reference"),
    ];
    for (form, field) in cases {
        let page = visitor.post("/pickup", &form).await.expect(422).text();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}: {page}");
        assert!(!page.contains(FILE_PASSWORD) && !page.contains("something else"), "{field}");
        assert!(form[1].1.is_empty() || !page.contains(&form[1].1), "{field}: the PIN came back");
    }
    visitor.post("/pickup", &form).await.expect(303);
}

#[tokio::test]
async fn a_file_password_may_be_as_short_as_the_page_says_and_no_shorter() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    let page = visitor.get("/pickup").await.expect(200).text();
    let fewest = fewest_letters(&page, "p12_password");
    assert!(page.contains(&format!("Choose at least {fewest} plain letters")), "{page}");
    let chosen = |letters| {
        let password = "x".repeat(letters);
        with(with(form.clone(), "p12_password", &password), "p12_password_confirm", &password)
    };
    let refused = visitor.post("/pickup", &chosen(fewest - 1)).await.expect(422).text();
    assert!(refused.contains(&format!("Use at least {fewest} characters")), "{refused}");
    visitor.post("/pickup", &chosen(fewest)).await.expect(303);
}

#[tokio::test]
async fn a_wrong_pin_and_an_unknown_reference_read_the_same_and_five_lock_it() {
    let installation = Installation::new().await;
    let form = with(pickup_form(&installation).await, "pin", "0000-0000-0000");
    let mut visitor = installation.visitor();
    let wrong_pin = visitor.post("/pickup", &form).await.expect(422).text();
    let unknown = with(form.clone(), "reference", "RABCDEFGHJK");
    let unknown = visitor.post("/pickup", &unknown).await.expect(422).text();
    assert_eq!(unknown.replace("RABCDEFGHJK", &form[0].1), wrong_pin);
    for _ in 0..3 {
        visitor.post("/pickup", &form).await.expect(422);
    }
    let locked = visitor.post("/pickup", &form).await.expect(410).text();
    assert!(locked.contains(&form[0].1) && locked.contains("A new PIN is on its way"), "{locked}");
    let (_, new_pin) = reference_and_pin(&installation.newest_mail().await);
    visitor.post("/pickup", &with(form, "pin", &new_pin)).await.expect(303);
}

#[tokio::test]
async fn an_expired_pin_is_replaced_by_mail_and_nobody_is_sent_to_apply_again() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    installation.clock.forward(SignedDuration::from_hours(73));
    let page = installation.visitor().post("/pickup", &form).await.expect(410).text();
    assert!(
        page.contains("A new PIN is on its way") && !page.contains("button-primary\" href=\"/enrol\""),
        "{page}"
    );
    let (_, new_pin) = reference_and_pin(&installation.newest_mail().await);
    installation.visitor().post("/pickup", &with(form, "pin", &new_pin)).await.expect(303);
}

#[tokio::test]
async fn only_whoever_knows_the_pin_is_told_whom_to_ask() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let contact = "mailto:help@sample.example";
    let grant = crate::gated::at_the_machine();
    installation.authority.tenants().suspend_tenant(&grant, installation.sheet.tenant.id).await.unwrap();
    let mut visitor = installation.visitor();
    let page = visitor.post("/pickup", &form).await.expect(410).text();
    assert!(page.contains("suspended") && page.contains(contact), "{page}");
    let wrong = with(form.clone(), "pin", "0000-0000-0000");
    for status in [422, 422, 422, 422, 410] {
        let page = visitor.post("/pickup", &wrong).await.expect(status).text();
        assert!(!page.contains(contact), "{page}");
    }
}

#[tokio::test]
async fn when_no_further_pin_is_mailed_the_page_says_who_opens_the_pickup_again() {
    let installation = Installation::new().await;
    let form = with(pickup_form(&installation).await, "pin", "0000-0000-0000");
    let mut page = String::new();
    for mail in 0..=domain::pin::PIN_MAILS_MAX {
        // Every PIN in a window and from an address of its own, so that no other limit comes first.
        installation.clock.forward(SignedDuration::from_mins(16));
        let mut visitor = installation.visitor().at_address([198, 51, 100, u8::try_from(mail).unwrap()]);
        for _ in 0..domain::pin::PIN_ATTEMPTS_MAX {
            let answer = visitor.post("/pickup", &form).await;
            if answer.status == 410 {
                page = answer.text();
            }
        }
    }
    assert!(page.contains("Ask your administrator to open the pickup again"), "{page}");
}

#[tokio::test]
async fn without_cookies_the_page_says_so_and_the_pin_opens_afterwards() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut forgetful = installation.visitor();
    forgetful.get("/pickup").await.expect(200);
    forgetful.forget_cookies();
    let answer = forgetful.post("/pickup", &form).await.expect(303);
    forgetful.forget_cookies();
    let page = forgetful.get(answer.location()).await.expect(200).text();
    assert!(page.contains("the PIN was not used up"), "{page}");
    assert!(page.contains("href=\"/pickup?cookies=check\""), "{page}");
    forgetful.forget_cookies();
    let page = forgetful.get("/pickup?cookies=check").await.expect(200).text();
    assert!(page.contains("does not seem to keep cookies"), "{page}");
    let mut visitor = installation.visitor();
    let page = visitor.get("/pickup").await.expect(200).text();
    assert!(!page.contains("keep cookies"), "said only where they are seen to be off: {page}");
    visitor.post("/pickup", &form).await.expect(303);
    ready(&mut visitor).await;
}

#[tokio::test]
async fn a_program_posts_without_fetching_and_the_redirect_brings_its_cookie() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut program = installation.visitor();
    let answer = program.post("/pickup", &form).await.expect(303);
    assert_eq!(answer.location(), "/pickup/progress");
    ready(&mut program).await;
    program.get("/pickup/file?profile=modern").await.expect(200);
}

#[tokio::test]
async fn looking_at_the_progress_of_a_stranger_begins_nothing() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    visitor.post("/pickup", &form).await.expect(303);
    // A scanner of mails, a prefetch of somebody else, a colleague with the address.
    for _ in 0..3 {
        installation.visitor().get("/pickup/progress").await.expect(200);
        installation.visitor().get(&format!("/pickup?reference={}", form[0].1)).await.expect(200);
    }
    let rows = {
        let mut reader = installation.store.read().await.unwrap();
        let page = PageRequest::first(100);
        reader.tenant(installation.sheet.tenant.id).audit_rows(&page).await.unwrap().rows
    };
    assert!(rows.iter().all(|row| row.act != Act::PickUp.name()));
    ready(&mut visitor).await;
}

#[tokio::test]
async fn it_says_the_password_is_wrong_is_answered_with_the_other_kind_for_the_password() {
    let installation = Installation::new().await;
    let mut visitor = pick_up(&installation).await;
    let page = visitor.get("/pickup/progress").await.expect(200).text();
    assert!(page.contains("href=\"/pickup/other\""), "{page}");
    let form = visitor.get("/pickup/other").await.expect(200).text();
    assert!(form.contains("name=\"p12_password\"") && !form.contains(FILE_PASSWORD), "{form}");
    let password = |typed: &str| [("p12_password", typed.to_owned())];
    for (typed, words) in
        [("", "Fill"), ("パスワード", "letters"), ("not the password", "not the file's password")]
    {
        let refused = visitor.post("/pickup/other", &password(typed)).await.expect(422).text();
        assert!(refused.contains("id=\"p12_password-error\""), "{words}: {refused}");
        assert!(!refused.contains("not the password\""), "what was typed does not come back");
    }
    visitor.post("/pickup/other", &password(FILE_PASSWORD)).await.expect(303);
    let ready = visitor.get("/pickup/progress").await.expect(200).text();
    assert!(ready.contains("/pickup/file?profile=modern") && ready.contains("/pickup/file?profile=compat"));
    assert_eq!(visitor.get("/pickup/other").await.expect(303).location(), "/pickup/progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_easily_typed_wrong_at_the_import_is_accepted_with_a_word() {
    let installation = Installation::new().await;
    let form = pickup_form(&installation).await;
    let chosen = |password: &str| {
        let form = with(form.clone(), "p12_password", password);
        with(form, "p12_password_confirm", password)
    };
    let mut visitor = installation.visitor();
    visitor.get("/pickup").await.expect(200);
    for (password, told) in [
        ("himitsu¥himitsu", "“¥” cannot be used"),
        ("ｈｉｍｉｔｓｕ", "full-width"),
        ("it’s himitsu", "curly"),
    ] {
        let page = visitor.post("/pickup", &chosen(password)).await.expect(422).text();
        assert!(page.contains("p12_password-error") && page.contains(told), "{told}: {page}");
        assert!(!page.contains(password), "{page}");
    }
    visitor.post("/pickup", &chosen(" himitsu\\himitsu")).await.expect(303);
    let page = ready(&mut visitor).await;
    for told in ["backslash", "begins or ends with a blank"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("himitsu"), "{page}");
    for wrong in ["himitsu¥himitsu", " himitsu¥himitsu"] {
        let page =
            visitor.post("/pickup/other", &[("p12_password", wrong.to_owned())]).await.expect(422).text();
        assert!(page.contains("“¥” cannot be used"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_password_is_given_no_word_of_warning() {
    let installation = Installation::new().await;
    let mut visitor = pick_up(&installation).await;
    let page = ready(&mut visitor).await;
    assert!(!page.contains("class=\"warning\""), "{page}");
}
