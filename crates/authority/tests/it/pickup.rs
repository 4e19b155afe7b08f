use crate::{
    scene::{on_each_scene, operator},
    walk::{FILE_PASSWORD, pickup_form, settled, users_form, wrong_pin},
};
use authority::delivery::{NextPin, OtherFile, OtherFileRefusal, PickupRefusal, PickupState, REPEAT_MINUTES};
use domain::{
    application_form::ApplyField,
    license::LicenseRefusal,
    pickup_form::PickupField,
    pin::PIN_ATTEMPTS_MAX,
    refusal::{Problem, Refusal},
    revocation::Request,
    time::{DAY, SignedDuration},
};
use pki::{KeyPurpose, Pkcs12Profile};
use testkit::reader::OutsideReader;

#[tokio::test]
async fn the_fifth_wrong_pin_locks_it_and_mails_a_new_one_that_works() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let wrong = || pickup_form(&reference, &wrong_pin(&pin));
        for left in (1..PIN_ATTEMPTS_MAX).rev() {
            let answer = scene.pick_up(wrong()).await;
            assert!(
                matches!(answer, Err(PickupRefusal::WrongPin { left: told }) if told == left),
                "{answer:?}"
            );
        }
        let answer = scene.pick_up(wrong()).await;
        assert!(matches!(answer, Err(PickupRefusal::Locked { next: NextPin::Mailed })), "{answer:?}");
        let old = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(old, Err(PickupRefusal::WrongPin { left: 4 })), "{old:?}");
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        assert_eq!(mail.reference(), reference);
        assert_ne!(mail.pin(), pin);
        scene.holder(sheet.tenant.id, &reference, &mail.pin()).await;
    })
    .await;
}

#[tokio::test]
async fn pins_are_not_mailed_without_end() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut answers = Vec::new();
        for _ in 0..4 {
            scene.forward(DAY * 4);
            answers.push(scene.pick_up(pickup_form(&reference, &pin)).await.expect_err("too late"));
            // What has ended before it leaves is given up.
            scene.post().await;
        }
        let [first, second, third, last] = &answers[..] else { panic!("{answers:?}") };
        for expired in [first, second, third] {
            assert!(matches!(expired, PickupRefusal::Expired { next: NextPin::Mailed }), "{expired:?}");
        }
        assert!(matches!(last, PickupRefusal::Locked { next: NextPin::AfterReopening }), "{last:?}");
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), 4);
    })
    .await;
}

#[tokio::test]
async fn an_expired_pin_opens_nothing_and_a_new_one_comes() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.forward(SignedDuration::from_hours(72));
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(answer, Err(PickupRefusal::Expired { next: NextPin::Mailed })), "{answer:?}");
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        scene.forward(SignedDuration::from_hours(71));
        scene.holder(sheet.tenant.id, &reference, &mail.pin()).await;
    })
    .await;
}

#[tokio::test]
async fn an_expired_pin_is_renewed_only_while_there_is_a_seat_for_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.seats = 1).await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.forward(SignedDuration::from_hours(72));
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        let mails = scene.mailbox.mails_to("hanako@sample.example").len();
        for typed in [pin.clone(), wrong_pin(&pin)].iter().cycle().take(6) {
            let answer = scene.pick_up(pickup_form(&reference, typed)).await;
            let Err(PickupRefusal::License { why, support_contact }) = answer else { panic!("{answer:?}") };
            assert_eq!(why, LicenseRefusal::SeatsUsedUp(1));
            assert_eq!(
                support_contact.is_some(),
                *typed == pin,
                "whose it is, is told for the right PIN only"
            );
        }
        scene.post().await;
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), mails, "no PIN");

        let (tenant, id) = (sheet.tenant.id, jiro.certificate.id);
        let request = Request::Revoke(pki::RevocationReason::Superseded);
        let revoked = scene.authority.revocation().decide_certificate(&operator(), tenant, id, request).await;
        revoked.expect("revokes");
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(answer, Err(PickupRefusal::Expired { next: NextPin::Mailed })), "{answer:?}");
        let mail = scene.newest_mail_to("hanako@sample.example").await;
        scene.holder(tenant, &reference, &mail.pin()).await;
    })
    .await;
}

#[tokio::test]
async fn no_expired_pin_is_renewed_after_the_contracts_end() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.forward(DAY * 400);
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(
            matches!(answer, Err(PickupRefusal::License { why: LicenseRefusal::Expired(_), .. })),
            "{answer:?}"
        );
        scene.post().await;
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_used_pin_opens_nothing_from_another_form() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.holder(sheet.tenant.id, &reference, &pin).await;
        for attempt in ["another form", ""] {
            let mut form = pickup_form(&reference, &pin);
            form.set(PickupField::Attempt, attempt);
            let answer = scene.pick_up(form).await;
            assert!(matches!(answer, Err(PickupRefusal::Used)), "{answer:?}");
        }
        let wrong = scene.pick_up(pickup_form(&reference, &wrong_pin(&pin))).await;
        assert!(matches!(wrong, Err(PickupRefusal::Used)), "the form alone is not enough: {wrong:?}");
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_pickup() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let twice = tokio::join!(
            Box::pin(scene.pick_up(pickup_form(&reference, &pin))),
            Box::pin(scene.pick_up(pickup_form(&reference, &pin)))
        );
        let (first, second) = (twice.0.expect("opens"), twice.1.expect("is the same"));
        assert_eq!(first.expose(), second.expose());
        settled(&scene.authority, &first).await;
        let third = scene.pick_up(pickup_form(&reference, &pin)).await.expect("still the same");
        assert_eq!(first.expose(), third.expose());
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_pickups_of_one_pin_at_once_give_one_certificate() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut other_form = pickup_form(&reference, &pin);
        other_form.set(PickupField::Attempt, "another-form-that-was-shown");
        let other_process = scene.another_process().await;
        let answers = tokio::join!(
            Box::pin(scene.pick_up(pickup_form(&reference, &pin))),
            Box::pin(other_process.delivery().pick_up(&other_form, crate::scene::elsewhere()))
        );
        let (token, made_by, refusal) = match answers {
            (Ok(token), Err(refusal)) => (token, &scene.authority, refusal),
            (Err(refusal), Ok(token)) => (token, &other_process, refusal),
            other => panic!("{other:?}"),
        };
        assert!(matches!(refusal, PickupRefusal::Used), "{refusal:?}");
        assert!(matches!(settled(made_by, &token).await, PickupState::Ready(_)));
        assert_eq!(scene.certificates(sheet.tenant.id).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn openssl_opens_the_file_in_both_encryptions_and_finds_leaf_and_issuer_but_no_root() {
    let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        scene.other_file(&holder.token, FILE_PASSWORD).await.expect("is made");
        let leaf = scene.leaf(&holder.certificate).await.expect("signed");
        let issuer = scene.issuer_of(sheet.tenant.id).await;
        let issuer = pki::Certificate::from_der(&issuer.certificate_der).expect("a certificate");
        for (name, profile) in [("modern.p12", Pkcs12Profile::Modern), ("compat.p12", Pkcs12Profile::Compat)]
        {
            openssl.file(name, scene.file(&holder.token, profile).await.expect("a file"));
            let password = format!("pass:{FILE_PASSWORD}");
            let said = openssl.run(&["pkcs12", "-in", name, "-passin", &password, "-nodes"]);
            assert_eq!(said.matches("BEGIN CERTIFICATE").count(), 2, "{said}");
            assert_eq!(said.matches("BEGIN PRIVATE KEY").count(), 1, "{said}");
            let squeezed = said.replace(['\r', '\n'], "");
            for certificate in [&leaf, &issuer] {
                assert!(squeezed.contains(&certificate.to_pem().replace(['\r', '\n'], "")), "{said}");
            }
            assert!(
                said.contains("friendlyName: Yamada Hanako - Office PC (2026-11) - Sample Co., Ltd."),
                "{said}"
            );
            let (opened, _) = openssl.try_run(&["pkcs12", "-in", name, "-passin", "pass:wrong", "-nodes"]);
            assert!(!opened, "a wrong password opens nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn the_older_encryption_is_given_where_policy_allows_it() {
    on_each_scene(async |scene| {
        let sheet =
            scene.customer_with("sample", |new| new.settings.policy.compat_pkcs12_allowed = false).await;
        let holder = scene.administrator(&sheet).await;
        assert!(scene.file(&holder.token, Pkcs12Profile::Modern).await.is_some());
        assert!(scene.file(&holder.token, Pkcs12Profile::Compat).await.is_none());
        let refused = scene.other_file(&holder.token, FILE_PASSWORD).await;
        assert!(matches!(refused, Err(OtherFileRefusal::NotAllowed)), "{refused:?}");

        let sheet = scene.customer("other").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut form = pickup_form(&reference, &pin);
        form.set(PickupField::DeviceType, "ios");
        let token = scene.pick_up(form).await.expect("opens");
        let PickupState::Ready(ready) = settled(&scene.authority, &token).await else { panic!("not ready") };
        assert_eq!((ready.profile, ready.other), (Pkcs12Profile::Compat, OtherFile::OnRequest));
        assert!(scene.file(&token, Pkcs12Profile::Compat).await.is_some());
        assert!(scene.file(&token, Pkcs12Profile::Modern).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_file_can_be_fetched_again_for_ten_minutes_even_after_a_restart_then_is_erased() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let first = scene.file(&holder.token, Pkcs12Profile::Modern).await.expect("a file");
        scene.restart().await;
        scene.forward(SignedDuration::from_secs(REPEAT_MINUTES * 60 - 1));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(scene.file(&holder.token, Pkcs12Profile::Modern).await, Some(first));
        scene.forward(SignedDuration::from_secs(1));
        assert_eq!(scene.file(&holder.token, Pkcs12Profile::Modern).await, None);
        let state = scene.authority.delivery().pickup_state(holder.token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Gone), "{state:?}");
        let mut back_door = scene.back_door().await;
        assert_eq!(back_door.number("SELECT COUNT(*) FROM pickup").await, 1);
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert_eq!(back_door.number("SELECT COUNT(*) FROM pickup").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_file_at_rest_is_sealed_and_opens_with_no_other_token() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let file = scene.file(&holder.token, Pkcs12Profile::Modern).await.expect("a file");
        let rows = scene.back_door().await.blobs("SELECT modern_sealed FROM pickup").await;
        assert!(rows.iter().all(|row| !row.windows(64).any(|window| window == &file[..64])));
        let state = scene.authority.delivery().pickup_state("c29tZSBvdGhlciB0b2tlbg").await.expect("a state");
        assert!(matches!(state, PickupState::Gone), "{state:?}");
    })
    .await;
}

#[tokio::test]
async fn the_certificate_says_what_was_stated_and_is_for_client_authentication_only() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let leaf = scene.leaf(&holder.certificate).await.expect("signed");
        assert_eq!(leaf.email_addresses(), ["hanako@sample.example"]);
        assert_eq!(leaf.extended_key_usage(), Some(&[KeyPurpose::ClientAuth][..]));
        assert!(!leaf.is_ca());
        assert_eq!(leaf.serial(), holder.certificate.key.serial);
        assert!(leaf.serial().as_bytes().len() >= 15, "128 random bits");
        let validity = leaf.validity();
        assert_eq!(validity.not_before, scene.now().as_second() - 3600);
        assert_eq!(validity.not_after, (scene.now() + DAY * 365).as_second());
        let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
        openssl.file("leaf.pem", leaf.to_pem());
        let said =
            openssl.run(&["x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"]);
        let issuer = scene.issuer_of(sheet.tenant.id).await.id;
        for part in [
            "O=Sample Co., Ltd.".to_owned(),
            "OU=Sales".to_owned(),
            "SN=Yamada".to_owned(),
            "GN=Hanako".to_owned(),
            "CN=Yamada Hanako".to_owned(),
            "email:hanako@sample.example".to_owned(),
            format!("URI:http://certificates.gate.example/crl/{issuer}.crl"),
            format!("CA Issuers - URI:http://certificates.gate.example/ca/{issuer}.crt"),
            "TLS Web Client Authentication\n".to_owned(),
            "X509v3 Authority Key Identifier".to_owned(),
            "X509v3 Subject Key Identifier".to_owned(),
        ] {
            assert!(said.contains(&part), "{part:?} in {said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_users_certificate_carries_the_name_on_record_not_the_one_typed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (goro, password) = scene.invited(&sheet.tenant, "goro").await;
        let mut form = users_form(&sheet.tenant, &goro, &password);
        form.set(ApplyField::GivenName, "Mallory");
        scene.apply(form).await.expect("taken");
        let mail = scene.newest_mail_to("goro@sample.example").await;
        let holder = scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
        let subject = scene.leaf(&holder.certificate).await.expect("signed").subject().to_string();
        assert!(subject.contains("Goro") && !subject.contains("Mallory"), "{subject}");
    })
    .await;
}

#[tokio::test]
async fn user_and_administrator_are_told_of_a_pickup() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.administrator(&sheet).await;
        scene.post().await;
        let before = scene.mailbox.mails_to("hanako@sample.example").len();
        scene.colleague(&sheet.tenant, "jiro").await;
        scene.post().await;
        let told = scene.mailbox.newest_to("jiro@sample.example");
        assert!(told.text.contains("192.0.2.10") && told.text.contains("Note PC"), "{}", told.text);
        assert!(told.text.contains("https://certificates.gate.example/revoke"), "{}", told.text);
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), before, "the place is known");
        scene.forward(domain::pickup_notice::DIGEST_AFTER);
        scene.authority.duties().reconcile().await.expect("reconciles");
        scene.post().await;
        let administrators = scene.mailbox.mails_to("hanako@sample.example");
        assert_eq!(administrators.len(), before + 1);
        assert!(administrators[before].text.contains("鈴木 jiro"), "{}", administrators[before].text);
    })
    .await;
}

#[tokio::test]
async fn a_pickup_answers_only_when_the_gates_know_the_certificate() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.gates.fall_behind();
        let token = scene.pick_up(pickup_form(&reference, &pin)).await.expect("opens");
        let asked = scene.gates.times_asked();
        while scene.gates.times_asked() == asked {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let state = scene.authority.delivery().pickup_state(token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Preparing), "{state:?}");
        scene.gates.catch_up();
        assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
    })
    .await;
}

#[tokio::test]
async fn a_right_pin_is_told_that_person_or_contract_stand_in_the_way() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        scene.authority.tenants().suspend_tenant(&operator(), sheet.tenant.id).await.expect("suspends");
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(matches!(answer, Err(PickupRefusal::Suspended { .. })), "{answer:?}");
        scene.authority.tenants().resume_tenant(&operator(), sheet.tenant.id).await.expect("resumes");

        let mut tenant = sheet.tenant.clone();
        tenant.license.valid_until = scene.now();
        let mut transaction = scene.store.begin("end").await.expect("begins");
        assert!(transaction.tenant(tenant.id).update_tenant(&tenant).await.expect("updates"));
        transaction.commit().await.expect("commits");
        let answer = scene.pick_up(pickup_form(&reference, &pin)).await;
        assert!(
            matches!(answer, Err(PickupRefusal::License { why: LicenseRefusal::Expired(_), .. })),
            "{answer:?}"
        );
        assert!(scene.certificates(tenant.id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_operators_mail_leads_to_no_desk() {
    on_each_scene(async |scene| {
        let mut told = Vec::new();
        let sheet = scene.customer("sample").await;
        for holder in [scene.administrator(&sheet).await, scene.new_operator("saki").await] {
            told.push(scene.newest_mail_to(holder.user.email.as_str()).await.text);
        }
        assert!(told.iter().all(|text| text.contains("/revoke")), "{told:?}");
        assert!(told[0].contains("/devices") && !told[1].contains("/devices"), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn problems_of_the_fields_cost_no_try() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        for _ in 0..2 * PIN_ATTEMPTS_MAX {
            let mut form = pickup_form(&reference, &wrong_pin(&pin));
            form.set(PickupField::PasswordConfirm, "something else");
            let Err(PickupRefusal::Fields(problems)) = scene.pick_up(form).await else { panic!("not told") };
            assert_eq!(problems, [Refusal::at("p12_password_confirm", Problem::PasswordsDiffer)]);
        }
        scene.holder(sheet.tenant.id, &reference, &pin).await;
    })
    .await;
}

#[tokio::test]
async fn an_application_that_waits_for_approval_has_no_pin_to_guess() {
    on_each_scene(async |scene| {
        let sheet = scene.customer_with("sample", |new| new.settings.policy.approval_required = true).await;
        let (jiro, password) = scene.invited(&sheet.tenant, "jiro").await;
        let receipt = scene.apply(users_form(&sheet.tenant, &jiro, &password)).await.expect("taken");
        let answer = scene.pick_up(pickup_form(&receipt.reference.to_string(), "1234 5678 9012")).await;
        assert!(matches!(answer, Err(PickupRefusal::NotFound)), "{answer:?}");
    })
    .await;
}
