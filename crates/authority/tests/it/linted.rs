//! What an installation really issues, under pkilint; every profile, key and reason stands in `pki`'s own tests.

use crate::{
    scene::{Scene, email, on_each_scene, operator, text},
    walk::{Holder, administrators_form},
};
use authority::sheet::HandOver;
use domain::{
    application_form::ApplyField, certificate::CertificateRecord, grant::RevokeCertificate,
    revocation::Request, tenant_form::NewTenant,
};
use pki::RevocationReason;
use testkit::pkilint::Pkilint;

const NOTHING: [&str; 0] = [];

/// Takes in every issuer's certificate, named by its id, under the one above it.
async fn lint_issuers(scene: &Scene, pkilint: &mut Pkilint) -> usize {
    let issuers = scene.store.read().await.expect("reads").every_issuer().await.expect("all");
    for issuer in &issuers {
        let above = issuer.parent.unwrap_or(issuer.id);
        pkilint.issued(&above.to_string(), &issuer.id.to_string(), &issuer.certificate_der);
    }
    issuers.len()
}

/// Takes in every issuer's newest list; the number of all their entries.
async fn lint_lists(scene: &Scene, pkilint: &mut Pkilint, when: &str) -> usize {
    scene.authority.crl_issuer().publish_due_crls().await.expect("publishes");
    let issuers = scene.store.read().await.expect("reads").every_issuer().await.expect("all");
    let mut entries = 0;
    for issuer in &issuers {
        let list = scene.authority.publication().crl(issuer.id).await.expect("reads").expect("a list").der;
        entries += pki::Crl::from_der(&list).expect("a list").entries().count();
        pkilint.crl(&format!("{}-{when}", issuer.id), &list);
    }
    entries
}

async fn decide(scene: &Scene, certificate: &CertificateRecord, request: Request) {
    let grant = operator::<RevokeCertificate>();
    let decided = scene
        .authority
        .revocation()
        .decide_certificate(&grant, certificate.tenant, certificate.id, request)
        .await;
    decided.expect("decided");
}

/// A customer without a unit, whose name and administrator's address are as long or as odd as they may be.
fn odd(new: &mut NewTenant) {
    new.organization = text(&format!("R&D \"O'Brien\" <Tokyo>; {}", "x".repeat(40)));
    new.organizational_unit = None;
    new.administrator_email = email("o'brien+pc_1@mail.other.example");
}

/// The administrator of that customer, with a name that has to be cut to fit the common name.
async fn odd_administrator(scene: &Scene, sheet: &HandOver) -> Holder {
    let form = administrators_form(sheet)
        .with(ApplyField::FamilyName, "O'Brien-".repeat(8))
        .with(ApplyField::GivenName, "Jean-Luc");
    scene.apply(form).await.expect("the application is taken");
    let mail = scene.newest_mail_to(sheet.administrator_email.as_str()).await;
    scene.holder(sheet.tenant.id, &mail.reference(), &mail.pin()).await
}

#[tokio::test]
async fn pkilint_finds_nothing_in_the_certificates_of_an_installation() {
    if Pkilint::find().is_none() {
        return;
    }
    on_each_scene(async |scene| {
        let mut pkilint = Pkilint::find().expect("found before");
        let sample = scene.customer("sample").await;
        let other = scene.customer_with("other", odd).await;
        let issuers = lint_issuers(&scene, &mut pkilint).await;
        assert_eq!(issuers, 5, "root, installation CA, operators' and two tenants' issuers");
        let holders = [
            scene.administrator(&sample).await,
            odd_administrator(&scene, &other).await,
            scene.new_operator("ops").await,
        ];
        for Holder { certificate, .. } in &holders {
            let leaf = scene.leaf(certificate).await.expect("signed");
            pkilint.issued(&certificate.key.issuer.to_string(), &certificate.id.to_string(), leaf.as_der());
        }
        assert_eq!(pkilint.findings(), NOTHING);
    })
    .await;
}

#[tokio::test]
async fn pkilint_finds_nothing_in_the_lists_of_an_installation() {
    if Pkilint::find().is_none() {
        return;
    }
    on_each_scene(async |scene| {
        let mut pkilint = Pkilint::find().expect("found before");
        let sample = scene.customer("sample").await;
        let other = scene.customer_with("other", odd).await;
        assert_eq!(lint_lists(&scene, &mut pkilint, "empty").await, 0);
        let revoked = scene.administrator(&sample).await.certificate;
        decide(&scene, &revoked, Request::Revoke(RevocationReason::KeyCompromise)).await;
        let without_reason = scene.new_operator("ops").await.certificate;
        decide(&scene, &without_reason, Request::Revoke(RevocationReason::Unspecified)).await;
        let held = scene.colleague(&sample.tenant, "jiro").await.certificate;
        decide(&scene, &held, Request::Hold).await;
        let suspended = scene.colleague(&sample.tenant, "saburo").await.user;
        scene
            .authority
            .people()
            .suspend_user(&operator(), suspended.tenant, suspended.id)
            .await
            .expect("suspends");
        odd_administrator(&scene, &other).await;
        scene.authority.tenants().suspend_tenant(&operator(), other.tenant.id).await.expect("suspends");
        assert_eq!(lint_lists(&scene, &mut pkilint, "full").await, 5);
        assert_eq!(pkilint.findings(), NOTHING);
    })
    .await;
}
