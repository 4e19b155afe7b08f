//! The other encryption is made when it is asked for, with the file's password.

use crate::{
    scene::{on_each_scene, sealed_as_by_the_first_release},
    walk::{FILE_PASSWORD, pickup_form},
};
use authority::delivery::{
    OTHER_FILE_PASSWORDS_MAX, OtherFile, OtherFileRefusal, PickupState, REPEAT_MINUTES,
};
use domain::{pickup_form::PickupField, time::SignedDuration};
use pki::Pkcs12Profile;
use testkit::reader::OutsideReader;

#[tokio::test]
async fn the_other_encryption_does_not_exist_until_its_password_is_typed() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let mut back_door = scene.back_door().await;
        assert_eq!(back_door.number("SELECT COUNT(*) FROM pickup WHERE compat_sealed IS NOT NULL").await, 0);
        let first = scene.file(&holder.token, Pkcs12Profile::Modern).await.expect("a file");
        assert_eq!(scene.file(&holder.token, Pkcs12Profile::Compat).await, None);
        for wrong in ["correct horse", "another password"] {
            let refused = scene.other_file(&holder.token, wrong).await;
            assert!(matches!(refused, Err(OtherFileRefusal::WrongPassword)), "{refused:?}");
        }
        let malformed = scene.other_file(&holder.token, "パスワード").await;
        assert!(matches!(malformed, Err(OtherFileRefusal::Malformed(_))), "{malformed:?}");
        scene.other_file(&holder.token, FILE_PASSWORD).await.expect("is made");
        scene.other_file(&holder.token, "whatever").await.expect("was made");
        assert_eq!(scene.file(&holder.token, Pkcs12Profile::Modern).await, Some(first), "stays as it was");
        let compat = scene.file(&holder.token, Pkcs12Profile::Compat).await.expect("a file");
        let state = scene.authority.delivery().pickup_state(holder.token.expose()).await.expect("a state");
        assert!(matches!(state, PickupState::Ready(ready) if ready.other == OtherFile::Made));
        assert_eq!(scene.times_audited("write-other-file").await, 1);
        let Some(openssl) = OutsideReader::find("openssl", &["version"]) else { return };
        openssl.file("compat.p12", compat);
        let password = format!("pass:{FILE_PASSWORD}");
        let said = openssl.run(&["pkcs12", "-in", "compat.p12", "-passin", &password, "-nodes"]);
        assert_eq!(said.matches("BEGIN CERTIFICATE").count(), 2, "{said}");
        assert_eq!(said.matches("BEGIN PRIVATE KEY").count(), 1, "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_has_learned_the_newer_kind_gets_it_as_well() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let (reference, pin) = scene.approved(&sheet).await;
        let mut form = pickup_form(&reference, &pin);
        form.set(PickupField::DeviceType, "ios");
        let token = scene.pick_up(form).await.expect("opens");
        crate::walk::settled(&scene.authority, &token).await;
        scene.other_file(&token, FILE_PASSWORD).await.expect("is made");
        assert!(scene.file(&token, Pkcs12Profile::Modern).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn passwords_for_one_file_are_counted_before_they_are_tried() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..OTHER_FILE_PASSWORDS_MAX + 5 {
            let (scene, token) = (scene.clone(), holder.token.clone());
            tries.spawn(async move { scene.other_file(&token, "wrong password").await });
        }
        let answers = tries.join_all().await;
        let answered = answers.iter().filter(|answer| matches!(answer, Err(OtherFileRefusal::WrongPassword)));
        assert_eq!(answered.count(), OTHER_FILE_PASSWORDS_MAX as usize);
        let late = scene.other_file(&holder.token, FILE_PASSWORD).await;
        assert!(matches!(late, Err(OtherFileRefusal::TooManyTries)), "{late:?}");
        assert!(scene.file(&holder.token, Pkcs12Profile::Modern).await.is_some(), "the first one stays");
    })
    .await;
}

#[tokio::test]
async fn nobody_without_the_cookie_and_nobody_after_its_minutes_gets_the_other_encryption() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let password = crate::walk::secret(FILE_PASSWORD);
        for cookie in ["", "c29tZSBvdGhlciB0b2tlbg"] {
            let answer = scene
                .authority
                .delivery()
                .write_other_file(cookie, &password, crate::scene::elsewhere())
                .await;
            assert!(matches!(answer, Err(OtherFileRefusal::Gone)), "{answer:?}");
        }
        scene.forward(SignedDuration::from_mins(REPEAT_MINUTES));
        let answer = scene.other_file(&holder.token, FILE_PASSWORD).await;
        assert!(matches!(answer, Err(OtherFileRefusal::Gone)), "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_the_first_release_kept_is_fetched_and_written_anew_in_its_minutes() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let holder = scene.administrator(&sheet).await;
        let file = scene.file(&holder.token, Pkcs12Profile::Modern).await.expect("a file");
        let sealed = sealed_as_by_the_first_release(&holder.certificate, &file);
        let of_first_release = "UPDATE pickup SET sealed_under = 'installation', modern_sealed = $1";
        assert_eq!(scene.back_door().await.run_with_bytes(of_first_release, &sealed).await, 1);
        assert_eq!(scene.file(&holder.token, Pkcs12Profile::Modern).await, Some(file));
        scene.other_file(&holder.token, FILE_PASSWORD).await.expect("is made");
        assert!(scene.file(&holder.token, Pkcs12Profile::Compat).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn no_byte_of_a_file_that_rested_stays_in_sqlite_once_its_minutes_are_over() {
    on_each_scene(async |scene| {
        let store::StoreUrl::Sqlite(path) = &scene.url else { return };
        let sheet = scene.customer("sample").await;
        scene.administrator(&sheet).await;
        let sealed = scene.back_door().await.blobs("SELECT modern_sealed FROM pickup").await.remove(0);
        let log = path.with_extension("db-wal");
        let holds = |path: &std::path::Path| {
            let parts: std::collections::HashSet<&[u8]> = sealed.windows(16).collect();
            std::fs::read(path).expect("a file").windows(16).any(|window| parts.contains(window))
        };
        assert!(holds(path) || holds(&log), "else this would show nothing");
        scene.forward(SignedDuration::from_mins(REPEAT_MINUTES));
        scene.authority.duties().reconcile().await.expect("reconciles");
        assert!(!holds(path) && !holds(&log));
    })
    .await;
}
