//! Who is told of a pickup, and when.

use crate::{
    scene::{Scene, on_each_scene},
    walk::{pickup_form, settled, users_form},
};
use authority::delivery::PickupState;
use domain::{
    pickup_notice::{AT_ONCE_MAX, DIGEST_AFTER},
    tenant::Tenant,
    time::SignedDuration,
};
use std::net::IpAddr;
use testkit::mailbox::ReceivedMail;

/// A colleague goes all the way; the file is fetched from this address.
async fn picks_up(scene: &Scene, tenant: &Tenant, login: &str, from: &str) {
    let (new, password) = scene.invited(tenant, login).await;
    scene.apply(users_form(tenant, &new, &password)).await.expect("the application is taken");
    let mail = scene.newest_mail_to(new.email.as_str()).await;
    let from: IpAddr = from.parse().expect("an address");
    let form = pickup_form(&mail.reference(), &mail.pin());
    let token = scene.authority.delivery().pick_up(&form, from).await.expect("the PIN opens");
    assert!(matches!(settled(&scene.authority, &token).await, PickupState::Ready(_)));
    scene.post().await;
    let own = scene.mailbox.newest_to(new.email.as_str());
    assert!(own.text.contains(&from.to_string()), "the person is told at once: {}", own.text);
}

fn to_administrator(scene: &Scene) -> Vec<ReceivedMail> {
    scene.mailbox.mails_to("hanako@sample.example")
}

#[tokio::test]
async fn pickups_from_a_known_place_are_told_together_after_an_hour_and_once() {
    on_each_scene(async |mut scene| {
        let tenant = scene.customer("sample").await.tenant;
        picks_up(&scene, &tenant, "jiro", "192.0.2.10").await;
        assert_eq!(to_administrator(&scene).len(), 1, "a new place is told at once");
        assert!(to_administrator(&scene)[0].text.contains("鈴木 jiro"));
        picks_up(&scene, &tenant, "saburo", "192.0.2.11").await;
        scene.forward(SignedDuration::from_mins(30));
        picks_up(&scene, &tenant, "shiro", "192.0.2.12").await;
        scene.forward(DIGEST_AFTER - SignedDuration::from_mins(31));
        scene.authority.duties().reconcile().await.expect("reconciles");
        scene.post().await;
        assert_eq!(to_administrator(&scene).len(), 1, "the hour is not over");

        scene.restart().await;
        scene.forward(SignedDuration::from_mins(1));
        let other = scene.another_process().await;
        let (one, two) = tokio::join!(scene.authority.duties().reconcile(), other.duties().reconcile());
        one.and(two).expect("both reconcile");
        scene.post().await;
        let mails = to_administrator(&scene);
        assert_eq!(mails.len(), 2, "one mail for both pickups, by one of two processes");
        let digest = &mails[1].text;
        for told in ["2枚", "鈴木 saburo", "192.0.2.11", "鈴木 shiro", "192.0.2.12"] {
            assert!(digest.contains(told), "{told}: {digest}");
        }
        assert!(!digest.contains("鈴木 jiro"), "that was told: {digest}");

        scene.forward(DIGEST_AFTER * 3);
        scene.authority.duties().reconcile().await.expect("reconciles");
        scene.post().await;
        assert_eq!(to_administrator(&scene).len(), 2, "each pickup once");
    })
    .await;
}

#[tokio::test]
async fn where_every_place_is_new_few_are_told_at_once_and_the_rest_together() {
    on_each_scene(async |scene| {
        let tenant = scene.customer("sample").await.tenant;
        let many = AT_ONCE_MAX + 2;
        for number in 0..many {
            picks_up(&scene, &tenant, &format!("user{number}"), &format!("198.51.{number}.7")).await;
        }
        let at_once = usize::try_from(AT_ONCE_MAX).expect("few");
        assert_eq!(to_administrator(&scene).len(), at_once);
        scene.forward(DIGEST_AFTER);
        scene.authority.duties().reconcile().await.expect("reconciles");
        scene.post().await;
        let mails = to_administrator(&scene);
        assert_eq!(mails.len(), at_once + 1);
        let digest = &mails[at_once].text;
        assert!(digest.contains("鈴木 user5") && digest.contains("198.51.6.7"), "{digest}");
        scene.forward(SignedDuration::from_mins(1));
        picks_up(&scene, &tenant, "later", "203.0.113.7").await;
        assert_eq!(to_administrator(&scene).len(), at_once + 2, "an hour later a new place stands out again");
    })
    .await;
}
