//! The gate's view, whole and record by record.

use crate::{
    databases::on_each_database,
    world::{NOW, World},
};
use domain::{
    certificate::CertificateState, revocation::Revocation, tenant::TenantState, time::DAY, user::UserState,
};
use pki::crl::RevocationReason;
use store::status_view::StatusView;

/// When a certificate, its user and its tenant entered their states, from the whole view, which must agree
/// with the single records.
async fn since(view: &mut StatusView<'_>, world: &World, certificate: domain::id::CertificateId) -> [i64; 3] {
    let whole = (
        view.certificates_after(None).await.expect("reads").remove(0).revoked_at,
        view.users_after(None).await.expect("reads").remove(0).state_since,
        view.tenants().await.expect("reads").remove(0).state_since,
    );
    let single = (
        view.certificate(certificate).await.expect("reads").expect("is there").revoked_at,
        view.user(world.user.id).await.expect("reads").expect("is there").state_since,
        view.tenant(world.tenant.id).await.expect("reads").expect("is there").state_since,
    );
    assert_eq!(whole, single);
    let days = |at: domain::time::Timestamp| (at - NOW).get_seconds() / DAY.as_secs();
    [whole.0.map_or(-1, days), days(whole.1), days(whole.2)]
}

#[tokio::test]
async fn the_gate_is_told_since_when_a_record_is_as_it_is() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let id = world.signed("pc").await.id;
        let mut tx = store.begin("life").await.expect("begins");
        assert_eq!(since(&mut tx.status_view(), &world, id).await, [-1, 0, 0]);

        let mut scope = tx.tenant(world.tenant.id);
        let held = Revocation { at: NOW + DAY, reason: RevocationReason::CertificateHold };
        let (valid, on_hold) = (CertificateState::Valid, CertificateState::OnHold);
        assert!(scope.set_certificate_state(id, valid, on_hold, Some(held), NOW).await.expect("holds"));
        let (active, suspended) = (UserState::Active, UserState::Suspended);
        assert!(
            scope.set_user_state(world.user.id, active, suspended, NOW + DAY * 2).await.expect("suspends")
        );
        let (active, suspended) = (TenantState::Active, TenantState::Suspended);
        assert!(scope.set_tenant_state(active, suspended, NOW + DAY * 3).await.expect("suspends"));
        assert_eq!(since(&mut tx.status_view(), &world, id).await, [1, 2, 3]);

        let mut scope = tx.tenant(world.tenant.id);
        assert!(scope.set_certificate_state(id, on_hold, valid, None, NOW).await.expect("releases"));
        assert_eq!(since(&mut tx.status_view(), &world, id).await, [-1, 2, 3]);
        let revoked = Revocation { at: NOW + DAY * 4, reason: RevocationReason::KeyCompromise };
        let mut scope = tx.tenant(world.tenant.id);
        let next = CertificateState::Revoked;
        assert!(scope.set_certificate_state(id, valid, next, Some(revoked), NOW).await.expect("revokes"));
        assert_eq!(since(&mut tx.status_view(), &world, id).await, [4, 2, 3]);
    })
    .await;
}
