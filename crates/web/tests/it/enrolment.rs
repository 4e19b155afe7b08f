use crate::installation::{Installation, with};
use domain::policy::Policy;

#[tokio::test]
async fn the_first_administrator_applies_and_is_told_that_a_mail_follows() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let answer = visitor.post("/enrol", &installation.administrator_form()).await.expect(303);
    assert_eq!(answer.location(), "/enrol/sent");
    visitor.get("/enrol/sent").await.expect(200);
    assert!(installation.newest_mail().await.contains("reference="));
}

#[tokio::test]
async fn a_correction_sent_a_moment_later_reads_that_the_first_form_counts() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    for _ in 0..2 {
        let answer = visitor.post("/enrol", &installation.administrator_form()).await.expect(303);
        assert_eq!(answer.location(), "/enrol/sent");
    }
    let corrected = with(installation.administrator_form(), "given_name", "Hanae");
    let page = visitor.post("/enrol", &corrected).await.expect(422).text();
    assert!(page.contains("that application counts as you sent it then"), "{page}");
    assert!(page.contains("value=\"Hanae\""), "{page}");
}

#[tokio::test]
async fn reading_the_data_entry_shows_and_locks_its_facts_and_keeps_what_was_typed() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let typed = [("read", "yes".to_owned()), ("family_name", "Yamada".into()), ("data_entry", String::new())];
    let notepad = format!("\u{feff}{}", installation.sheet.data_entry_file.replace('\n', "\r\n"));
    let file = ("data_entry_file", "data_entry.txt", notepad.as_bytes());
    let page = visitor.upload("/enrol", &typed, file).await.expect(200).text();
    assert!(page.contains("Sample Co., Ltd.") && page.contains("C-0001"), "{page}");
    assert!(page.contains(&installation.sheet.tenant.identification_code.grouped()));
    assert!(page.contains("readonly") && page.contains("Yamada"));
    let cleared = [("read", "clear".to_owned()), ("data_entry", notepad)];
    let page = visitor.post("/enrol", &cleared).await.expect(200).text();
    assert!(!page.contains("C-0001"), "{page}");
}

#[tokio::test]
async fn a_changed_data_entry_is_refused_at_its_field() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let changed = installation.sheet.data_entry_file.replace("seats=10", "seats=99");
    for read in ["yes", ""] {
        let mut form = with(installation.administrator_form(), "data_entry", &changed);
        form.push(("read", read.into()));
        let page = visitor.post("/enrol", &form).await.expect(422).text();
        assert!(page.contains("id=\"data_entry-error\""), "{page}");
    }
    let added = format!("{}extra=1\n", installation.sheet.data_entry_file);
    let added_line = installation.sheet.data_entry_file.lines().count() + 1;
    let form = [("read", "yes".to_owned()), ("data_entry", added)];
    let page = visitor.post("/enrol", &form).await.expect(422).text();
    assert!(page.contains(&format!("Line {added_line} has an item")), "{page}");
    let typed = [("read", "yes".to_owned()), ("data_entry", String::new())];
    let file = ("data_entry_file", "data_entry.txt", changed.as_bytes());
    let page = visitor.upload("/enrol", &typed, file).await.expect(422).text();
    assert!(page.contains("id=\"data_entry_file-error\"") && !page.contains("data_entry-error"), "{page}");
    assert!(
        !page.contains("seats=99") && page.contains("its contents were changed"),
        "nothing to edit: {page}"
    );
    let nothing = [("read", "yes".to_owned()), ("data_entry", " ".into())];
    let page = visitor.post("/enrol", &nothing).await.expect(422).text();
    assert!(page.contains("id=\"data_entry_file-error\""), "{page}");
}

#[tokio::test]
async fn every_wrong_credential_gets_the_same_bytes() {
    let installation = Installation::new().await;
    let right = installation.administrator_form();
    // Neither file nor licence in the form, so that the page has only typed text to show.
    let base = with(right, "data_entry", "");
    let wrong_password = with(base.clone(), "password", "abcd-efgh-jkmn-pqrs-tuvw");
    let no_file = base;
    let mut bodies = Vec::new();
    for (number, form) in [wrong_password, no_file].into_iter().enumerate() {
        let mut visitor = installation.visitor().at_address([198, 51, 100, u8::try_from(number).unwrap()]);
        bodies.push(visitor.post("/enrol", &form).await.expect(422).body);
    }
    assert_eq!(bodies[0], bodies[1], "right and wrong password differ without the file");

    // Unknown code and unknown address: the same page but for the text that the reader typed.
    let right = installation.administrator_form();
    let base = with(right, "data_entry", "");
    let code = installation.sheet.tenant.identification_code.grouped();
    let other_code = "bcde-fghj-kmnp";
    let mut visitor = installation.visitor().at_address([198, 51, 100, 9]);
    let unknown_code = visitor.post("/enrol", &with(base.clone(), "identification_code", other_code)).await;
    let unknown_code = unknown_code.expect(422).text().replace(other_code, &code);
    let mut visitor = installation.visitor().at_address([198, 51, 100, 10]);
    let other_email = "nobody@sample.example";
    let unknown_email = visitor.post("/enrol", &with(base, "email", other_email)).await.expect(422);
    let unknown_email = unknown_email.text().replace(other_email, crate::installation::ADMINISTRATOR);
    let told = String::from_utf8(bodies.remove(0).into()).unwrap();
    assert_eq!(unknown_code, told);
    assert_eq!(unknown_email, told);
}

#[tokio::test]
async fn with_the_right_file_a_wrong_password_and_a_wrong_address_get_the_same_bytes() {
    let installation = Installation::new().await;
    let right = installation.administrator_form();
    let other_email = "nobody@sample.example";
    let wrong_password = with(right.clone(), "password", "abcd-efgh-jkmn-pqrs-tuvw");
    let cases = [
        wrong_password.clone(),
        with(right, "email", other_email),
        with(wrong_password, "email", other_email),
    ];
    let mut pages = Vec::new();
    for (number, form) in cases.iter().enumerate() {
        let mut visitor = installation.visitor().at_address([198, 51, 100, u8::try_from(number).unwrap()]);
        let page = visitor.post("/enrol", form).await.expect(422).text();
        pages.push(page.replace(other_email, crate::installation::ADMINISTRATOR));
    }
    assert!(pages[0].contains("C-0001"), "the licence that was read is shown: {}", pages[0]);
    for page in &pages[1..] {
        assert_eq!(*page, pages[0]);
    }
}

#[tokio::test]
async fn accented_letters_are_answered_at_the_field_with_a_suggestion_and_no_secret_comes_back() {
    let installation = Installation::new().await;
    let form = with(installation.administrator_form(), "family_name", "Müller");
    let page = installation.visitor().post("/enrol", &form).await.expect(422).text();
    assert!(page.contains("id=\"family_name-error\"") && page.contains("Muller"), "{page}");
    assert!(page.contains("Office PC") && page.contains("Sample Co., Ltd."), "typed text is kept");
    assert!(!page.contains(installation.sheet.password.grouped().expose().as_str()));
    assert!(!page.contains("the first dog was Pochi"));
}

#[tokio::test]
async fn a_form_without_consent_and_an_empty_form_are_told_field_by_field() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let page = visitor.post("/enrol", &[]).await.expect(422).text();
    for field in ["email", "identification_code", "password", "device_name", "agree"] {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    let page = visitor
        .post("/enrol", &with(installation.administrator_form(), "agree", ""))
        .await
        .expect(422)
        .text();
    assert!(page.contains("id=\"agree-error\"") && page.contains("press [Agree and apply]"), "{page}");
    let old = with(installation.administrator_form(), "agreement_version", "1999-01");
    visitor.post("/enrol", &old).await.expect(422);
}

#[tokio::test]
async fn beyond_the_limit_the_answer_is_429_with_a_time_and_nobody_else_is_locked_out() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let wrong = with(installation.administrator_form(), "password", "abcd-efgh-jkmn-pqrs-tuvw");
    // All tries are at one person, whose limit comes before that of the whole address.
    for _ in 0..domain::attempts::ATTEMPTS_PER_EMAIL_MAX {
        visitor.post("/enrol", &wrong).await.expect(422);
    }
    let answer = visitor.post("/enrol", &wrong).await.expect(429);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    assert!(answer.text().contains("<h1>") && answer.text().contains("href=\"/enrol\">Back to the form"));
    let mut other = installation.visitor().at_address([203, 0, 113, 5]);
    other.post("/enrol", &installation.administrator_form()).await.expect(303);
}

#[tokio::test]
async fn looking_at_pages_changes_nothing() {
    let installation = Installation::with_policy(Policy::default()).await;
    let rows = || async {
        let mut reader = installation.store.read().await.unwrap();
        reader.tenant(installation.sheet.tenant.id).user_count("").await.unwrap()
    };
    let before = (rows().await, installation.newest_mail().await);
    let mut visitor = installation.visitor();
    for path in ["/", "/enrol", "/enrol/sent", "/pickup?reference=R2345678abc", "/pickup/progress", "/revoke"]
    {
        let status = visitor.get(path).await.status.as_u16();
        assert!(matches!(status, 200 | 303), "{path}: {status}");
    }
    assert_eq!((rows().await, installation.newest_mail().await), before);
}

#[tokio::test]
async fn people_of_a_suspended_company_are_told_so_once_they_have_proved_who_they_are() {
    let installation = Installation::new().await;
    let grant = crate::gated::at_the_machine();
    installation.authority.tenants().suspend_tenant(&grant, installation.sheet.tenant.id).await.unwrap();
    let mut visitor = installation.visitor();
    let page = visitor.post("/enrol", &installation.administrator_form()).await.expect(422).text();
    assert!(page.contains("You or your company are suspended"), "{page}");
    let wrong = with(installation.administrator_form(), "password", "abcd-efgh-jkmn-pqrs-tuvw");
    let page = visitor.post("/enrol", &wrong).await.expect(422).text();
    assert!(!page.contains("suspended"), "{page}");
}

#[tokio::test]
async fn an_office_that_mistypes_codes_is_told_at_the_fields_and_never_locked_out() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let mistyped = with(installation.administrator_form(), "password", "abcd-efgh-jkmn-pqrs-tuv0");
    let phrase = [
        ("identification_code", installation.sheet.tenant.identification_code.grouped()),
        ("email", crate::installation::ADMINISTRATOR.into()),
        ("challenge_phrase", "short".into()),
    ];
    let hashes = installation.authority.slow_hashes();
    for _ in 0..=domain::attempts::ATTEMPTS_PER_ADDRESS_MAX {
        let page = visitor.post("/enrol", &mistyped).await.expect(422).text();
        assert!(page.contains("id=\"password-error\"") && page.contains("Enter all 20"), "{page}");
        let page = visitor.post("/revoke", &phrase).await.expect(422).text();
        assert!(page.contains("id=\"challenge_phrase-error\""), "{page}");
    }
    assert_eq!(installation.authority.slow_hashes(), hashes);
    // The same page, whoever is asked about.
    let unknown = with(mistyped, "email", "nobody@sample.example");
    let page = visitor.post("/enrol", &unknown).await.expect(422).text();
    assert!(page.contains("id=\"password-error\""), "{page}");
    let typed = installation.sheet.password.grouped().expose().replace('-', "ー");
    let full_width = with(installation.administrator_form(), "password", &typed);
    visitor.post("/enrol", &full_width).await.expect(303);
}

#[tokio::test]
async fn an_invitations_link_fills_in_code_and_address_and_leaves_one_secret_to_type() {
    let installation = Installation::new().await;
    let code = installation.sheet.tenant.identification_code.grouped();
    let known = templates::public::enrol_path(&code, "taro+x@sample.example");
    assert!(!known.contains('+'), "{known}");
    let windows = ("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150");
    let mut visitor = installation.visitor().sending(windows.0, windows.1);
    let page = visitor.get(&known).await.expect(200).text();
    assert_eq!(page.matches(" readonly").count(), 2, "{page}");
    assert!(page.contains("value=\"taro+x@sample.example\"") && page.contains(&format!("value=\"{code}\"")));
    assert!(page.contains("href=\"/enrol\">Not you?") && page.contains("value=\"Windows PC\""), "{page}");
    assert!(!page.contains("family_name") && !page.contains("data_entry_file"), "{page}");
    // Nobody learns from it who is invited.
    let asked = async |code: &str, name: &str| {
        let link = templates::public::enrol_path(code, &format!("{name}@sample.example"));
        let page = installation.visitor().get(&link).await.expect(200).text();
        page.replace(code, "CODE").replace(name, "NAME")
    };
    assert_eq!(asked("bcde-fghj-kmnp", "nobody").await, asked(&code, "hanako").await);
    // Refused, it stays as it was told, and the way to the empty form with it.
    let form = [
        ("locked", "yes".to_owned()),
        ("identification_code", code),
        ("email", "taro@sample.example".into()),
        ("password", "abcd-efgh-jkmn-pqrs-tuvw".into()),
        ("device_name", "Windows PC".into()),
        ("agreement_version", templates::agreement::VERSION.into()),
        ("agree", "yes".into()),
    ];
    let page = visitor.post("/enrol", &form).await.expect(422).text();
    assert_eq!(page.matches(" readonly").count(), 2, "{page}");
    for id in ["email", "identification_code", "password", "door-sheet"] {
        assert!(page.contains(&format!("href=\"#{id}\"")) && page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let nonsense = visitor.get("/enrol?code=%22%3E&email=x").await.expect(200).text();
    assert!(!nonsense.contains(" readonly") && !nonsense.contains("value=\"&"), "{nonsense}");
}

#[tokio::test]
async fn the_door_of_the_sheet_has_its_box_open_and_calls_the_password_as_the_sheet_does() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let typed = [("to", "sheet".to_owned()), ("email", "hanako@sample.example".into())];
    let page = visitor.post("/enrol", &typed).await.expect(200).text();
    assert!(
        page.contains("name=\"data_entry_file\"") && page.contains("Password (for the administrator)"),
        "{page}"
    );
    assert!(page.contains("value=\"hanako@sample.example\""), "nothing typed is lost");
    assert!(visitor.get("/enrol?door=sheet").await.expect(200).text().contains("name=\"data_entry_file\""));
    let back = [("to", "invitation".to_owned()), ("door", "sheet".into())];
    let page = visitor.post("/enrol", &back).await.expect(200).text();
    assert!(!page.contains("data_entry_file") && page.contains("One-time password"), "{page}");
    // All is right but for the file: its box is open, a link leads there, and the provider is named.
    let mut form = with(installation.administrator_form(), "data_entry", "");
    form.push(("door", "sheet".into()));
    let page = visitor.post("/enrol", &form).await.expect(422).text();
    assert!(page.contains("href=\"#data_entry_file\"") && page.contains("id=\"data_entry_file\""), "{page}");
    assert!(page.contains("mailto:support@service.example"), "{page}");
}

#[tokio::test]
async fn who_has_no_name_on_record_is_asked_for_it_once_and_for_nothing_else() {
    let installation = Installation::new().await;
    let form = with(with(installation.administrator_form(), "family_name", ""), "given_name", "");
    let mut visitor = installation.visitor();
    let page = visitor.post("/enrol", &form).await.expect(200);
    let held = page.hidden_fields().into_iter().find(|(name, _)| name == "held").expect("held").1;
    assert!(page.text().contains("Your password is right") && !page.text().contains("name=\"email\""));
    let password = installation.sheet.password.grouped().expose().clone();
    assert!(!page.text().contains(&password) && !page.text().contains(&password.replace('-', "")));
    let name = |family: &str| {
        [("held", held.clone()), ("family_name", family.into()), ("given_name", "Hanako".into())]
    };
    let page = visitor.post("/enrol", &name("")).await.expect(422).text();
    assert!(page.contains("id=\"family_name-error\"") && page.contains("value=\"Hanako\""), "{page}");
    let page = visitor.post("/enrol", &name("Müller")).await.expect(422).text();
    assert!(page.contains("id=\"family_name-error\"") && page.contains("Muller"), "{page}");
    let changed = [("held", held[1..].to_owned()), ("family_name", "Yamada".into())];
    visitor.post("/enrol", &changed).await.expect(422);
    let sent = visitor.post("/enrol", &name("Yamada")).await.expect(303);
    assert_eq!(sent.location(), "/enrol/sent");
    assert!(visitor.get("/enrol/sent").await.expect(200).text().contains("Yamada Hanako"));
    visitor.post("/enrol", &name("Yamada")).await.expect(303);
}

#[tokio::test]
async fn the_page_after_it_tells_where_the_mail_went_and_has_it_sent_again() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let sent = visitor.post("/enrol", &installation.administrator_form()).await.expect(303);
    let cookie = sent.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("hanako"));
    let page = visitor.get("/enrol/sent").await.expect(200).text();
    for told in [crate::installation::ADMINISTRATOR, "Yamada Hanako", "mailto:support@service.example"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("your administrator"), "the reader is it: {page}");
    let first = installation.newest_mail().await;
    let again = visitor.post("/enrol/sent", &[]).await.expect(303);
    assert_eq!(again.location(), "/enrol/sent?again=yes");
    assert!(visitor.get("/enrol/sent?again=yes").await.expect(200).text().contains("taken your request"));
    let second = installation.newest_mail().await;
    assert_ne!(first, second);
    assert!(second.contains("As you asked"), "{second}");
    // Another browser is told nothing, and mails nothing.
    let mut other = installation.visitor();
    assert_eq!(other.post("/enrol/sent", &[]).await.expect(303).location(), "/enrol/sent");
    let page = other.get("/enrol/sent").await.expect(200).text();
    assert!(
        !page.contains(crate::installation::ADMINISTRATOR) && page.contains("mailto:support@service.example")
    );
    assert_eq!(installation.newest_mail().await, second);
}

#[tokio::test]
async fn a_data_entry_pasted_from_a_mail_is_read_or_told_exactly_what_is_wrong() {
    let installation = Installation::new().await;
    let mut visitor = installation.visitor();
    let file = installation.sheet.data_entry_file.clone();
    let quoted = file.lines().map(|line| format!("> {}\u{a0}", line.replace(' ', "\u{a0}")));
    let quoted = quoted.collect::<Vec<_>>().join("\r\n");
    let wrapped = |text: &str| {
        let at = text.find("signature=").unwrap() + 50;
        format!("{}\r\n> {}", &text[..at], &text[at..])
    };
    let mail = format!("山田 様\r\n\r\n{}\r\n-- \r\nTaro\r\n", wrapped(&quoted));
    let read =
        |text: String| [("read", "yes".to_owned()), ("door", "sheet".to_owned()), ("data_entry", text)];
    let page = visitor.post("/enrol", &read(mail.clone())).await.expect(200).text();
    assert!(page.contains("Sample Co., Ltd.") && !page.contains("data_entry-error"), "{page}");

    let wide: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = [&[0xff, 0xfe][..], &wide].concat();
    let unread = read(String::new());
    let file_of_notepad = ("data_entry_file", "data_entry.txt", &wide[..]);
    let page = visitor.upload("/enrol", &unread, file_of_notepad).await.expect(200).text();
    assert!(page.contains("Sample Co., Ltd."), "{page}");

    let without_seats: String =
        file.split_inclusive('\n').filter(|line| !line.starts_with("seats")).collect();
    for (text, told) in [
        ("Dear Sir, see the attached file.".to_owned(), "not the contents of data_entry.txt"),
        (without_seats, "missing: seats"),
        (format!("{file}{file}"), "two lines"),
        (file.replace("valid_until=2", "valid_until=x"), "valid_until="),
        (mail.replace("seats=10", "seats=11"), "its contents were changed"),
    ] {
        let page = visitor.post("/enrol", &read(text)).await.expect(422).text();
        assert!(page.contains("data_entry-error") && page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn safari_of_a_mac_or_ipad_is_suggested_neither_and_a_script_looks_which() {
    let installation = Installation::new().await;
    let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
    let mut visitor = installation.visitor().sending("user-agent", safari);
    let enrol = visitor.get("/enrol").await.expect(200);
    let text = enrol.text();
    assert!(text.contains("data-tool=\"mac-or-ipad\"") && !text.contains("value=\"Mac\""), "{text}");
    let pickup = visitor.get("/pickup").await.expect(200).text();
    assert!(pickup.contains("data-tool=\"mac-or-ipad\"") && !pickup.contains(" checked"), "{pickup}");
    assert!(pickup.contains("choose “iPhone / iPad” on an iPad"), "{pickup}");
    let again = visitor.post("/pickup", &[]).await.expect(422).text();
    assert!(again.contains("choose “iPhone / iPad” on an iPad"), "{again}");

    let chrome = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
    let mut visitor = installation.visitor().sending("user-agent", chrome);
    let pickup = visitor.get("/pickup").await.expect(200).text();
    assert!(pickup.contains("value=\"chromeos\" checked") && !pickup.contains("mac-or-ipad"), "{pickup}");
    assert_eq!(visitor.get("/enrol").await.expect(200).value_of("device_name"), "Chromebook");
}
