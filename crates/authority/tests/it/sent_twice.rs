//! A second [申請する] within a moment is the same application.

use crate::{
    scene::{elsewhere, on_each_scene},
    walk::{administrators_form, users_form},
};
use authority::ra::ApplyRefusal;
use domain::time::SignedDuration;

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
async fn whatever_differs_or_comes_late_is_refused_as_before() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        scene.apply(administrators_form(&sheet)).await.expect("is taken");
        let mut other_device = administrators_form(&sheet);
        other_device.device_name = "Another PC".into();
        let mut no_file = administrators_form(&sheet);
        no_file.data_entry = String::new();
        let mut wrong = administrators_form(&sheet);
        wrong.password = domain::password::OneTimePassword::typed("AAAA-AAAA-AAAA-AAAA-AAAA");
        for form in [other_device, no_file, wrong] {
            let answer = scene.authority.apply(form, elsewhere()).await;
            assert!(matches!(answer, Err(ApplyRefusal::Uniform)), "{answer:?}");
        }
        scene.forward(SignedDuration::from_mins(11));
        let late = scene.apply(administrators_form(&sheet)).await;
        assert!(matches!(late, Err(ApplyRefusal::Uniform)), "{late:?}");
    })
    .await;
}
