use crate::{
    scene::{Scene, elsewhere, on_each_scene},
    walk::{Holder, PHRASE, users_form},
};
use authority::{
    revocation_token::REVOCATION_TOKEN_MINUTES,
    self_service::{ChallengeRefusal, Revocable, Revoked},
};
use domain::{
    application_form::ApplyField,
    attempts::{ATTEMPT_WINDOW, PHRASES_PER_PERSON_MAX},
    certificate::{CertificateRecord, CertificateState},
    challenge::ChallengePhrase,
    denial::Denial,
    grant::RevokeCertificate,
    revocation::Request,
    revoke_form::ChallengeForm,
    tenant::{IdentificationCode, Tenant},
    time::SignedDuration,
};
use pki::RevocationReason;

pub(crate) fn challenge_form(tenant: &Tenant, email: &str, phrase: &str) -> ChallengeForm {
    ChallengeForm {
        identification_code: tenant.identification_code.clone(),
        email: crate::scene::email(email),
        challenge_phrase: ChallengePhrase::recalled(phrase).expect("a phrase"),
    }
}

async fn found(scene: &Scene, form: &ChallengeForm) -> Result<Vec<CertificateRecord>, ChallengeRefusal> {
    let found = scene.authority.self_service().certificates_by_challenge(form, elsewhere()).await;
    found.map(|revocable| revocable.certificates)
}

/// The token of somebody who has just proved the phrase.
async fn token(scene: &Scene, tenant: &Tenant, email: &str) -> String {
    let proved = scene
        .authority
        .self_service()
        .certificates_by_challenge(&challenge_form(tenant, email, PHRASE), elsewhere())
        .await;
    proved.expect("found").token.expose().to_owned()
}

async fn revoke(
    scene: &Scene,
    token: &str,
    certificate: &CertificateRecord,
) -> Result<Revoked, ChallengeRefusal> {
    scene.authority.self_service().revoke_by_token(token, certificate.id, elsewhere()).await
}

#[tokio::test]
async fn the_phrase_revokes_ones_own_certificate_and_administrators_are_told() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let form = challenge_form(&sheet.tenant, "Jiro@sample.example", &format!("  {PHRASE} "));
        let proved = scene.authority.self_service().certificates_by_challenge(&form, elsewhere()).await;
        let Revocable { certificates, token } = proved.expect("found");
        assert_eq!(certificates.iter().map(|one| one.id).collect::<Vec<_>>(), [jiro.certificate.id]);
        let asked = scene.gates.times_asked();
        revoke(&scene, token.expose(), &jiro.certificate).await.expect("revokes");
        assert!(scene.gates.times_asked() > asked, "the act waits for the gates");
        assert_eq!(scene.at_the_gate(&jiro.certificate).await.err(), Some(Denial::Revoked));
        let nothing_left = found(&scene, &form).await;
        assert!(matches!(nothing_left, Err(ChallengeRefusal::Uniform)), "{nothing_left:?}");
        let told = scene.newest_mail_to("hanako@sample.example").await;
        assert!(told.text.contains("鈴木 jiro"), "{}", told.text);
        assert_eq!(scene.times_audited("revoke-by-challenge").await, 1);
    })
    .await;
}

#[tokio::test]
async fn another_process_opens_the_token_and_a_form_sent_twice_gets_the_same_answer() {
    on_each_scene(async |mut scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let token = token(&scene, &sheet.tenant, "jiro@sample.example").await;
        scene.restart().await;
        let shown = scene.authority.self_service().certificates_by_token(&token).await.expect("shown again");
        assert_eq!(shown.certificates.iter().map(|one| one.id).collect::<Vec<_>>(), [jiro.certificate.id]);
        let first = revoke(&scene, &token, &jiro.certificate).await.expect("revokes");
        assert_eq!((first.device_name.as_str(), first.at), ("Note PC", scene.now()));
        scene.post().await;
        let mails = scene.mailbox.mails_to("hanako@sample.example").len();
        scene.forward(SignedDuration::from_secs(1));
        assert_eq!(revoke(&scene, &token, &jiro.certificate).await.expect("the same"), first);
        assert!(
            scene
                .authority
                .self_service()
                .certificates_by_token(&token)
                .await
                .expect("none left")
                .certificates
                .is_empty()
        );
        scene.post().await;
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), mails, "told once");
        assert_eq!(scene.times_audited("revoke-by-challenge").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_revoked_meanwhile_is_answered_as_revoked() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let token = token(&scene, &sheet.tenant, "jiro@sample.example").await;
        let (grant, id) = (crate::scene::operator::<RevokeCertificate>(), jiro.certificate.id);
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        scene
            .authority
            .revocation()
            .decide_certificate(&grant, sheet.tenant.id, id, request)
            .await
            .expect("revokes");
        let at = scene.now();
        scene.forward(SignedDuration::from_mins(1));
        assert_eq!(revoke(&scene, &token, &jiro.certificate).await.expect("revoked").at, at);
        assert_eq!(scene.times_audited("revoke-by-challenge").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_over_or_was_changed_revokes_nothing() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let token = token(&scene, &sheet.tenant, "jiro@sample.example").await;
        let mut changed = token.clone().into_bytes();
        let middle = changed.len() / 2;
        changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        for wrong in [changed.as_str(), "", "no token", &token[..middle]] {
            let refused = revoke(&scene, wrong, &jiro.certificate).await;
            assert!(matches!(refused, Err(ChallengeRefusal::Token)), "{wrong}: {refused:?}");
            let refused = scene.authority.self_service().certificates_by_token(wrong).await;
            assert!(matches!(refused, Err(ChallengeRefusal::Token)), "{wrong}: {refused:?}");
        }
        scene.forward(SignedDuration::from_mins(REVOCATION_TOKEN_MINUTES));
        let refused = revoke(&scene, &token, &jiro.certificate).await;
        assert!(matches!(refused, Err(ChallengeRefusal::Token)), "{refused:?}");
        assert_eq!(scene.record(&jiro.certificate).await.state, CertificateState::Valid);
    })
    .await;
}

#[tokio::test]
async fn a_token_revokes_neither_a_colleagues_certificate_nor_another_tenants() {
    on_each_scene(async |scene| {
        let (sheet, other) = (scene.customer("sample").await, scene.customer("other").await);
        let hanako = scene.administrator(&sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let stranger = scene.administrator(&other).await;
        let token = token(&scene, &sheet.tenant, "jiro@sample.example").await;
        for holder in [&hanako, &stranger] {
            let refused = revoke(&scene, &token, &holder.certificate).await;
            assert!(matches!(refused, Err(ChallengeRefusal::Token)), "{refused:?}");
            scene.at_the_gate(&holder.certificate).await.expect("passes");
        }
        revoke(&scene, &token, &jiro.certificate).await.expect("one's own");
    })
    .await;
}

#[tokio::test]
async fn whatever_is_wrong_the_refusal_is_the_same() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let other = scene.customer("other").await;
        scene.colleague(&sheet.tenant, "jiro").await;
        let (saburo, password) = scene.invited(&sheet.tenant, "saburo").await;
        scene.apply(users_form(&sheet.tenant, &saburo, &password)).await.expect("taken");
        let mail = scene.newest_mail_to("saburo@sample.example").await;
        scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await;
        let mut unknown_code = challenge_form(&sheet.tenant, "jiro@sample.example", PHRASE);
        unknown_code.identification_code = IdentificationCode::parse("bcde-fghj-kmnp").expect("a code");
        let wrong = [
            ("a wrong phrase", challenge_form(&sheet.tenant, "jiro@sample.example", "another phrase")),
            ("nobody's address", challenge_form(&sheet.tenant, "nobody@sample.example", PHRASE)),
            ("another tenant", challenge_form(&other.tenant, "jiro@sample.example", PHRASE)),
            ("nobody's code", unknown_code),
            ("a person without a phrase", challenge_form(&sheet.tenant, "saburo@sample.example", PHRASE)),
        ];
        for (what, form) in wrong {
            let refusal = found(&scene, &form).await.expect_err(what);
            assert_eq!(format!("{refusal:?}"), "Uniform", "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_phrase_opens_only_the_certificates_applied_for_with_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let first = scene.colleague(&sheet.tenant, "jiro").await;
        let second = second_device(&scene, &sheet.tenant, &first, "quite another phrase").await;
        let one = challenge_form(&sheet.tenant, "jiro@sample.example", PHRASE);
        let certificates = found(&scene, &one).await.expect("found");
        assert_eq!(certificates.iter().map(|one| one.id).collect::<Vec<_>>(), [first.certificate.id]);
        let token = token(&scene, &sheet.tenant, "jiro@sample.example").await;
        let others = revoke(&scene, &token, &second.certificate).await;
        assert!(matches!(others, Err(ChallengeRefusal::Token)), "{others:?}");
        scene.at_the_gate(&second.certificate).await.expect("passes");
    })
    .await;
}

#[tokio::test]
async fn a_try_costs_one_slow_hash_whoever_it_is_at_and_however_many_phrases_there_are() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let mut holder = scene.colleague(&sheet.tenant, "jiro").await;
        for _ in 0..4 {
            holder = second_device(&scene, &sheet.tenant, &holder, "quite another phrase").await;
        }
        let other = scene.customer("other").await.tenant;
        for (tenant, email, phrase, number) in [
            (&sheet.tenant, "jiro@sample.example", PHRASE, 1),
            (&sheet.tenant, "jiro@sample.example", "quite another phrase", 4),
            (&sheet.tenant, "jiro@sample.example", "a wrong phrase", 0),
            (&sheet.tenant, "nobody@sample.example", PHRASE, 0),
            (&other, "jiro@sample.example", PHRASE, 0),
        ] {
            let before = scene.authority.slow_hashes();
            let found =
                found(&scene, &challenge_form(tenant, email, phrase)).await.map_or(0, |found| found.len());
            assert_eq!((found, scene.authority.slow_hashes() - before), (number, 1), "{email} {phrase}");
        }
    })
    .await;
}

/// The same person picks up another certificate, under another phrase.
async fn second_device(scene: &Scene, tenant: &Tenant, holder: &Holder, phrase: &str) -> Holder {
    let mail = authority::users::InvitationChannel::Mail;
    let invited = scene.invite(tenant.id, holder.user.id, mail).await;
    invited.expect("invites");
    scene.post().await;
    let mails = scene.mailbox.mails_to(holder.user.email.as_str());
    let invitation = mails.iter().rev().find(|mail| mail.text.contains("/enrol")).expect("an invitation");
    let mut form = users_form(tenant, &crate::scene::new_user("jiro"), &invitation.one_time_password());
    form.set(ApplyField::ChallengePhrase, phrase);
    scene.apply(form).await.expect("taken");
    let mail = scene.newest_mail_to(holder.user.email.as_str()).await;
    scene.holder(tenant.id, &mail.reference(), &mail.pin()).await
}

#[tokio::test]
async fn wrong_phrases_are_limited_and_right_ones_are_not_counted() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.colleague(&sheet.tenant, "jiro").await;
        let right = challenge_form(&sheet.tenant, "jiro@sample.example", PHRASE);
        for _ in 0..=PHRASES_PER_PERSON_MAX {
            found(&scene, &right).await.expect("found");
        }
        let wrong = challenge_form(&sheet.tenant, "jiro@sample.example", "another phrase");
        for _ in 0..PHRASES_PER_PERSON_MAX {
            found(&scene, &wrong).await.expect_err("refused");
        }
        let answer = found(&scene, &right).await;
        assert!(matches!(answer, Err(ChallengeRefusal::TooMany(_))), "{answer:?}");
    })
    .await;
}

/// One try from another network each time.
async fn found_from(scene: &Scene, number: u32, form: &ChallengeForm) -> Result<(), ChallengeRefusal> {
    let address = format!("2001:db8:0:{number:x}::1").parse().expect("an address");
    scene.authority.self_service().certificates_by_challenge(form, address).await.map(|_| ())
}

#[tokio::test]
async fn guesses_at_one_persons_phrase_are_limited_over_all_addresses() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        scene.colleague(&sheet.tenant, "saburo").await;
        // Nobody's address is limited alike: the limit tells nobody who is known.
        for email in ["jiro@sample.example", "nobody@sample.example"] {
            let wrong = challenge_form(&sheet.tenant, email, "another phrase");
            for number in 0..PHRASES_PER_PERSON_MAX {
                let answer = found_from(&scene, number, &wrong).await;
                assert!(matches!(answer, Err(ChallengeRefusal::Uniform)), "{answer:?}");
            }
            let answer = found_from(&scene, 100, &wrong).await;
            assert!(matches!(answer, Err(ChallengeRefusal::TooMany(_))), "{email}: {answer:?}");
        }
        let saburos = challenge_form(&sheet.tenant, "saburo@sample.example", PHRASE);
        found_from(&scene, 101, &saburos).await.expect("nobody else is bound");

        // It outlasts the window of all other tries, and the cleaning of their counts.
        scene.forward(ATTEMPT_WINDOW * 3);
        scene.authority.duties().reconcile().await.expect("reconciles");
        let right = challenge_form(&sheet.tenant, "jiro@sample.example", PHRASE);
        let Err(ChallengeRefusal::TooMany(told)) = found_from(&scene, 102, &right).await else {
            panic!("the owner has to wait, too")
        };
        scene.forward(SignedDuration::from_secs(told.retry_after_seconds.into()));
        found_from(&scene, 103, &right).await.expect("the owner's turn");
        let (grant, id) = (crate::scene::operator::<RevokeCertificate>(), jiro.certificate.id);
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let revoked =
            scene.authority.revocation().decide_certificate(&grant, sheet.tenant.id, id, request).await;
        revoked.expect("the administrator's way was open all the time");
    })
    .await;
}

#[tokio::test]
async fn many_guesses_at_the_same_moment_get_no_more_answers_than_the_limit() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.colleague(&sheet.tenant, "jiro").await;
        let guesses: Vec<_> = (0..2 * PHRASES_PER_PERSON_MAX)
            .map(|number| {
                let form =
                    challenge_form(&sheet.tenant, "jiro@sample.example", &format!("guess number {number}"));
                let authority = scene.authority.clone();
                let address = format!("2001:db8:0:{number:x}::1").parse().expect("an address");
                tokio::spawn(async move {
                    authority.self_service().certificates_by_challenge(&form, address).await
                })
            })
            .collect();
        let mut answered = 0;
        for guess in guesses {
            if let Err(ChallengeRefusal::Uniform) = guess.await.expect("no panic") {
                answered += 1;
            }
        }
        assert!(answered <= PHRASES_PER_PERSON_MAX, "{answered}");
        let counted = "SELECT COALESCE(MAX(tries), 0) FROM attempt WHERE scope = 'phrase'";
        let counted = scene.back_door().await.number(counted).await;
        assert_eq!(counted, i64::from(answered), "a guess without an answer is not counted");
    })
    .await;
}

#[tokio::test]
async fn a_phrase_with_a_dash_opens_whatever_dash_is_typed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        let second = second_device(&scene, &sheet.tenant, &jiro, "akai-kitsune\u{2010}8").await;
        for typed in ["akai-kitsune-8", "akai‐kitsuneー8", "Akai\u{200b}−kitsune–8"] {
            let found = found(&scene, &challenge_form(&sheet.tenant, "jiro@sample.example", typed))
                .await
                .expect(typed);
            assert_eq!(
                found.iter().map(|one| one.id).collect::<Vec<_>>(),
                [second.certificate.id],
                "{typed}"
            );
        }
    })
    .await;
}
