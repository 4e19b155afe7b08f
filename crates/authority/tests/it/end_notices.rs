//! Who is told of an end to come, when, and once.

use crate::{
    scene::{Scene, on_each_scene, operator},
    walk::Holder,
};
use authority::{Authority, sheet::HandOver};
use domain::{
    grant::{ManageUsers, RevokeCertificate},
    id::TenantId,
    revocation::Request,
    time::{DAY, SignedDuration, Timestamp},
};
use testkit::mailbox::ReceivedMail;

const PERSON: &str = "jiro@sample.example";
const ADMINISTRATOR: &str = "hanako@sample.example";

/// A company without end, with its administrator and one more person; both certificates end a year from now.
async fn company(scene: &Scene) -> (HandOver, Holder, Holder) {
    let sheet = scene.customer("sample").await;
    endless(scene, &sheet.tenant).await;
    let administrator = scene.administrator(&sheet).await;
    let person = scene.user(&sheet.tenant, "jiro").await;
    scene.post().await;
    (sheet, administrator, person)
}

/// The contract outlives every certificate of the test.
async fn endless(scene: &Scene, tenant: &domain::tenant::Tenant) {
    let mut back_door = scene.back_door().await;
    let until = scene.now() + DAY * 4000;
    set_contract(&mut back_door, until).await;
    let _ = tenant;
}

async fn set_contract(back_door: &mut testkit::back_door::BackDoor, until: Timestamp) {
    let statement = format!("UPDATE tenant SET valid_until = {} WHERE kind = 'customer'", until.as_millisecond());
    back_door.execute(&statement).await;
}
