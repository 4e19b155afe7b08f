//! A second [申請する] within a moment is the same application.

use crate::{
    scene::{elsewhere, on_each_scene},
    walk::{administrators_form, users_form},
};
use authority::ra::ApplyRefusal;
use domain::{application_form::ApplyField, form::Form, locale::Locale, time::SignedDuration};

#[tokio::test]
async fn the_same_application_sent_again_within_a_moment_is_taken_for_the_first() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let first = scene.apply(administrators_form(&sheet)).await.expect("is taken");
        for _ in 0..40 {
            let again = scene.apply(administrators_form(&sheet)).await.expect("is the same");
            assert_eq!((again.reference.to_string(), again.approved), (first.reference.to_string(), true));
        }
        assert_eq!(scene.times_audited("apply").await, 1);
        scene.post().await;
        assert_eq!(scene.mailbox.mails_to("hanako@sample.example").len(), 1, "one PIN");
        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        let form = || users_form(&sheet.tenant, &new, &password);
        let (one, other) = tokio::join!(Box::pin(scene.apply(form())), Box::pin(scene.apply(form())));
        assert_eq!(
            one.expect("is taken").reference.to_string(),
            other.expect("is the same").reference.to_string()
        );
        assert_eq!(scene.times_audited("apply").await, 2);
    })
    .await;
}

#[tokio::test]
async fn whatever_shows_no_credentials_or_comes_late_is_refused_as_before() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.apply(administrators_form(&sheet)).await.expect("is taken");
        let mut no_file = administrators_form(&sheet);
        no_file.set(ApplyField::DataEntry, "");
        let mut wrong = administrators_form(&sheet);
        wrong.set(ApplyField::Password, "AAAA-AAAA-AAAA-AAAA-AAAA");
        for form in [no_file, wrong] {
            let answer = scene.authority.registration().apply(&form, Locale::Ja, elsewhere()).await;
            assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        }
        scene.forward(SignedDuration::from_mins(11));
        let late = scene.apply(administrators_form(&sheet)).await;
        assert!(matches!(late, Err(ApplyRefusal::Uniform)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_correction_that_comes_too_late_is_told_that_the_first_form_counts() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let first = scene.apply(administrators_form(&sheet)).await.expect("is taken");
        let corrections: [fn(&mut Form<ApplyField>); 4] = [
            |form| form.set(ApplyField::GivenName, "Hanae"),
            |form| form.set(ApplyField::DeviceName, "Another PC"),
            |form| form.set(ApplyField::ChallengePhrase, "二匹目の犬はタマです"),
            |form| form.set(ApplyField::ChallengePhrase, ""),
        ];
        // Often enough to be locked out, were these wrong tries.
        for _ in 0..3 {
            for (number, correct) in corrections.iter().enumerate() {
                let mut form = administrators_form(&sheet);
                correct(&mut form);
                let answer = scene.apply(form).await;
                assert!(matches!(answer, Err(ApplyRefusal::AppliedBefore)), "{number}: {answer:?}");
            }
        }
        let again = scene.apply(administrators_form(&sheet)).await.expect("is the same");
        assert_eq!(again.reference.to_string(), first.reference.to_string());
        assert_eq!(scene.times_audited("apply").await, 1);

        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        scene.apply(users_form(&sheet.tenant, &new, &password)).await.expect("is taken");
        let mut with_phrase = users_form(&sheet.tenant, &new, &password);
        with_phrase.set(ApplyField::ChallengePhrase, "最初の猫はミケです");
        let answer = scene.apply(with_phrase).await;
        assert!(matches!(answer, Err(ApplyRefusal::AppliedBefore)), "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_not_taken_from_the_form_makes_no_other_form_of_it() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.administrator(&sheet).await;
        // The name on record counts, for an administrator with a second sheet and for whoever was invited.
        scene.forward(SignedDuration::from_secs(1));
        let sheet = scene.new_sheet(sheet.tenant.id, None).await.expect("a sheet");
        let second = || {
            administrators_form(&sheet)
                .with(ApplyField::GivenName, "H")
                .with(ApplyField::DeviceName, "Note PC")
        };
        let (new, password) = scene.invited(&sheet.tenant, "jiro").await;
        let users =
            |given: &str| users_form(&sheet.tenant, &new, &password).with(ApplyField::GivenName, given);
        for (form, again) in [(second(), second()), (users("J"), users("Jirou"))] {
            let first = scene.apply(form).await.expect("is taken");
            let again = scene.apply(again).await.expect("is the same");
            assert_eq!(again.reference.to_string(), first.reference.to_string());
        }
    })
    .await;
}
