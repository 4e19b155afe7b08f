use crate::{
    email_proof, leaving, pins_shown, portal_codes, portal_page, resend,
    scene::{self, Scene, new_user, on_each_scene, operator},
    walk::{Holder, PHRASE, pickup_form, secret, users_form, wrong_pin},
};
use authority::{
    audit_heads::{HEADS_APART_MIN, SignedHead},
    audit_log::{AuditFlaw, AuditVerdict},
    sheet::HandOver,
    tenants::ContractChange,
    users::InvitationChannel,
};
use domain::{
    act::Act,
    application::ApplicationState,
    certificate::CertificateState,
    challenge::ChallengePhrase,
    grant::{ManageUsers, RevokeCertificate, RevokeOwnCertificate},
    pickup_form::PickupField,
    revocation::Request,
    revoke_form::ChallengeForm,
    tenant_form::TenantForm,
    time::SignedDuration,
};
use pki::RevocationReason;
use std::{fs, path::Path};
use store::{PageRequest, StoreUrl};
use testkit::back_door::BackDoor;

async fn verify(scene: &Scene) -> AuditVerdict {
    verify_against(scene, &[]).await
}

async fn verify_against(scene: &Scene, heads: &[SignedHead]) -> AuditVerdict {
    scene.authority.audit_log().verify(heads.to_vec()).await.expect("reads")
}

async fn seal(scene: &Scene) -> usize {
    scene.authority.duties().seal_audit_log("one process").await.expect("seals")
}

/// What nobody does; other tests look for these, after crashes, wrong PINs, the end of an import's
/// administrator and the years of a device.
const DONE_BY_NOBODY: [Act; 11] = [
    Act::EndSuperseded,
    Act::EraseUnsignedIssuer,
    Act::KeepLastAdministrator,
    Act::MakeNewFile,
    Act::RenewCertificate,
    Act::ReopenPickup,
    Act::ReplaceDevice,
    Act::RevokeUnsigned,
    Act::SendEndNotice,
    Act::StopImport,
    Act::SuspendOnTime,
];

#[tokio::test]
async fn every_act_leaves_its_row() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let sheet = scene.new_sheet(sheet.tenant.id, None).await.expect("a sheet");
        let hanako = administrator_with_slips(&scene, &sheet).await;
        let jiro = scene.colleague(&sheet.tenant, "jiro").await;
        administrator_acts(&scene, &hanako, &jiro).await;
        email_proof::every_act(&scene, &sheet.tenant, &jiro).await;
        person_acts(&scene, &sheet, &jiro).await;
        operator_acts(&scene).await;

        let log = scene.audit_log().await;
        for act in Act::ALL.iter().filter(|act| !DONE_BY_NOBODY.contains(act)) {
            let name = act.name();
            let row = log.iter().find(|row| row.act == name).unwrap_or_else(|| panic!("no row says {name}"));
            assert_eq!(row.at, scene.now());
        }
        let by = |act: Act| log.iter().find(|row| row.act == act.name()).expect("a row");
        let suspended = by(Act::SuspendUser);
        assert_eq!((suspended.actor_user, suspended.tenant), (Some(hanako.user.id), Some(sheet.tenant.id)));
        for act in [Act::HoldOwnCertificate, Act::SignOut, Act::SignInRefused] {
            assert_eq!(by(act).actor_user, Some(jiro.user.id), "{act:?}");
        }
        for act in [
            Act::Apply,
            Act::WrongPin,
            Act::UsedPin,
            Act::PickUp,
            Act::WriteOtherFile,
            Act::SignIn,
            Act::SignInRefused,
            Act::SignOut,
        ] {
            assert_eq!(by(act).address.as_deref(), Some("192.0.2.10"), "{act:?}");
        }
        for (act, kind) in [
            (Act::AddTenant, "machine"),
            (Act::PublishCrls, "machine"),
            (Act::AddOperatorTenant, "system"),
            (Act::Apply, "public"),
        ] {
            assert_eq!(by(act).actor_kind, kind, "{act:?}");
        }
    })
    .await;
}

/// The first administrator's certificate, after a wrong PIN and before the right one again.
async fn administrator_with_slips(scene: &Scene, sheet: &HandOver) -> Holder {
    scene.post().await;
    let receipt = scene.apply(crate::walk::administrators_form(sheet)).await.expect("taken");
    let again = scene.authority.registration().mail_pin_again(&receipt.sent, crate::scene::office()).await;
    again.expect("answers");
    let mail = scene.newest_mail_to(sheet.administrator_email.as_str()).await;
    let (reference, pin) = (mail.reference(), mail.pin());
    scene.pick_up(pickup_form(&reference, &wrong_pin(&pin))).await.expect_err("wrong");
    let holder = scene.holder(sheet.tenant.id, &reference, &pin).await;
    scene.other_file(&holder.token, crate::walk::FILE_PASSWORD).await.expect("is made");
    let form = pickup_form(&reference, &pin).with(PickupField::Attempt, "another form");
    scene.pick_up(form).await.expect_err("used");
    holder
}

async fn administrator_acts(scene: &Scene, hanako: &Holder, jiro: &Holder) {
    let (authority, tenant, user) = (&scene.authority, jiro.user.tenant, jiro.user.id);
    let grant = scene.permission::<ManageUsers>(hanako).await;
    authority
        .people()
        .invite(&grant, tenant, user, InvitationChannel::Slip, authority.new_invitation_id())
        .await
        .expect("invites");
    authority.people().update_user(&grant, tenant, user, new_user("jiro"), |_| true).await.expect("updates");
    authority.people().suspend_user(&grant, tenant, user).await.expect("suspends");
    authority.people().resume_user(&grant, tenant, user).await.expect("resumes");
    let (mistake, _) =
        scene.add_user(tenant, new_user("mistake"), InvitationChannel::Mail).await.expect("adds");
    authority.people().delete_user(&grant, tenant, mistake.id).await.expect("deletes");
    leaving::every_act(scene, hanako, jiro).await;
    portal_page::write_and_remove(scene, hanako).await;
    let csv = "name,family_name,given_name,login,email\na,b,c,d,d@sample.example\n";
    let id = authority.imports().judge_import(&grant, tenant, "users.csv", csv.into()).await.expect("judged");
    authority
        .imports()
        .start_import(&grant, tenant, id, authority::import::Agreed::default())
        .await
        .expect("begins");
    authority.imports().run_imports().await.expect("runs");
    let (revoke, certificate) = (scene.permission::<RevokeCertificate>(hanako).await, jiro.certificate.id);
    authority
        .revocation()
        .decide_certificate(&revoke, tenant, certificate, Request::Hold)
        .await
        .expect("holds");
    authority
        .revocation()
        .decide_certificate(&revoke, tenant, certificate, Request::Release)
        .await
        .expect("releases");
}

const PORTAL_PASSWORD: &str = "portal password";

/// What a person does alone, until no certificate is left.
async fn person_acts(scene: &Scene, sheet: &HandOver, jiro: &Holder) {
    let (authority, office, certificate) = (&scene.authority, scene::office(), jiro.certificate.id);
    let permit = scene.at_the_gate(&jiro.certificate).await.expect("passes");
    let first = crate::portal::typed_twice(PORTAL_PASSWORD);
    authority.portal().set_portal_password(&permit, &first, office).await.expect("set");
    authority.portal().sign_in(&permit, &secret("wrong"), office).await.expect_err("wrong");
    portal_codes::every_act(scene, &permit, PORTAL_PASSWORD).await;
    let session = authority.portal().sign_in(&permit, &secret(PORTAL_PASSWORD), office).await;
    let session = session.expect("signs in");
    authority.portal().sign_out(&permit, session.expose(), office).await.expect("signs out");
    authority
        .portal()
        .sign_out(&permit, session.expose(), office)
        .await
        .expect("there is nothing left to end");
    assert_eq!(scene.times_audited(Act::SignOut.name()).await, 1);
    let tenant = jiro.user.tenant;
    authority.portal().reset_portal_password(&operator(), tenant, jiro.user.id).await.expect("resets");
    let own = scene.permission::<RevokeOwnCertificate>(jiro).await;
    authority
        .revocation()
        .decide_own_certificate(&own, &permit, certificate, Request::Hold)
        .await
        .expect("holds");
    let form = ChallengeForm {
        identification_code: sheet.tenant.identification_code.clone(),
        email: crate::scene::email("jiro@sample.example"),
        challenge_phrase: ChallengePhrase::recalled(PHRASE).expect("a phrase"),
    };
    let proved = authority.self_service().certificates_by_challenge(&form, office).await.expect("found");
    authority
        .self_service()
        .revoke_by_token(proved.token.expose(), certificate, office)
        .await
        .expect("revokes");
    let saburo = scene.colleague(&sheet.tenant, "saburo").await;
    let permit = scene.at_the_gate(&saburo.certificate).await.expect("passes");
    let own = scene.permission::<RevokeOwnCertificate>(&saburo).await;
    let request = Request::Revoke(RevocationReason::Superseded);
    let id = saburo.certificate.id;
    authority.revocation().decide_own_certificate(&own, &permit, id, request).await.expect("revokes");
}

async fn operator_acts(scene: &Scene) {
    let authority = &scene.authority;
    authority.people().add_operator(&operator(), new_user("ichiro")).await.expect("adds");
    let careful = scene.customer_with("careful", |new| new.settings.policy.approval_required = true).await;
    let tenant = careful.tenant.id;
    let hanako = scene.administrator(&careful).await;
    for login in ["goro", "rokuro"] {
        let (new, password) = scene.invited(&careful.tenant, login).await;
        scene.apply(users_form(&careful.tenant, &new, &password)).await.expect("taken");
        let mut reader = scene.store.read().await.expect("reads");
        let (waiting, page) = (ApplicationState::Submitted, PageRequest::first(1));
        let queue = reader.tenant(tenant).applications_in(waiting, &page).await;
        let record = queue.expect("the queue").rows.remove(0);
        let id = record.application.particulars().id;
        drop(reader);
        match login {
            "goro" => authority.registration().approve(&operator(), tenant, id).await.expect("approves"),
            _ => authority.registration().reject(&operator(), tenant, id, None).await.expect("rejects"),
        }
    }
    resend::every_act(scene, tenant).await;
    pins_shown::every_act(scene).await;
    let request = Request::Revoke(RevocationReason::KeyCompromise);
    let id = hanako.certificate.id;
    authority.revocation().decide_certificate(&operator(), tenant, id, request).await.expect("revokes");
    authority.crl_issuer().publish_crls(&operator(), None).await.expect("publishes");
    let change = ContractChange { seats: Some(20), ..ContractChange::default() };
    authority.tenants().change_contract(&operator(), tenant, change, |_| true).await.expect("changes");
    authority
        .tenants()
        .edit_tenant(&operator(), tenant, TenantForm::default(), |_| true)
        .await
        .expect("edits");
    authority.tenants().set_upstream(&operator(), tenant, None, |_| true).await.expect("sets");
    authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends");
    authority.tenants().resume_tenant(&operator(), tenant).await.expect("resumes");
    authority.tenants().suspend_tenant(&operator(), tenant).await.expect("suspends again");
    authority.tenants().end_tenant(&operator(), tenant).await.expect("ends");
}

/// Sources of one crate: path below `crates/`, and text.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates");
            let name = path.strip_prefix(crates).expect("below").display().to_string();
            found.push((name, fs::read_to_string(&path).expect("text")));
        }
    }
}

#[test]
fn nothing_but_the_installations_own_duties_passes_the_log_by() {
    // Where a transaction may begin that is no act, or an act be committed without its row.
    let duties = [
        "authority/src/ca/issuers.rs",
        "authority/src/ca/profile_signers.rs",
        "authority/src/crl_issuer.rs",
        "authority/src/delivery/making.rs",
        "authority/src/delivery/other_file.rs",
        "authority/src/duties/at_start.rs",
        "authority/src/duties/driver.rs",
        "authority/src/duties/erase_outdated.rs",
        "authority/src/duties/keep_progress.rs",
        "authority/src/duties/notice_contracts.rs",
        "authority/src/duties/notice_ends.rs",
        "authority/src/duties/seal_audit.rs",
        "authority/src/duties/tag_certificates.rs",
        "authority/src/duties/tell_pickups.rs",
        "authority/src/duties/watch_clock.rs",
        "authority/src/import/judging.rs",
        "authority/src/import/running.rs",
        "authority/src/outbox.rs",
        "authority/src/proof.rs",
        "authority/src/runner.rs",
        "authority/src/tries.rs",
    ];
    let mut found = Vec::new();
    for name in ["authority", "web", "sekisho"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(name).join("src");
        sources(&folder, &mut found);
    }
    let ways = ["store().begin(", "store().write(", ".upkeep(", ".prepare_in("];
    let passes = |text: &str| ways.iter().any(|way| text.contains(way));
    let mut names: Vec<_> =
        found.into_iter().filter(|(_, text)| passes(text)).map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, duties, "an act leaves its row by Done; look at who needs none");
}

#[tokio::test]
async fn an_act_whose_row_cannot_be_written_has_not_happened() {
    on_each_scene(async |scene| {
        let sheet = scene.customer("sample").await;
        let hanako = scene.administrator(&sheet).await;
        let mut back_door = scene.back_door().await;
        back_door.break_writes("INSERT", "audit").await;
        let request = Request::Revoke(RevocationReason::KeyCompromise);
        let grant = operator::<RevokeCertificate>();
        let refused = scene
            .authority
            .revocation()
            .decide_certificate(&grant, sheet.tenant.id, hanako.certificate.id, request)
            .await;
        refused.expect_err("unavailable");
        assert_eq!(scene.record(&hanako.certificate).await.state, CertificateState::Valid);
        scene
            .authority
            .tenants()
            .suspend_tenant(&operator(), sheet.tenant.id)
            .await
            .expect_err("unavailable");
        scene.at_the_gate(&hanako.certificate).await.expect("passes");
    })
    .await;
}

fn unbroken(sealed: u64, unsealed: u64) -> AuditVerdict {
    AuditVerdict { sealed, unsealed, covered_to: None, flaws: Vec::new() }
}

#[tokio::test]
async fn a_sealed_log_verifies_and_its_unsealed_tail_is_named() {
    on_each_scene(async |scene| {
        let all = scene.audit_log().await.len();
        let unsealed = u64::try_from(all).expect("small");
        assert_eq!(verify(&scene).await, unbroken(0, unsealed));
        assert_eq!(seal(&scene).await, all);
        assert_eq!(seal(&scene).await, 0, "a seal is set once");
        assert_eq!(verify(&scene).await, unbroken(unsealed, 0));
        scene.customer("sample").await;
        let tail = u64::try_from(scene.audit_log().await.len()).expect("small") - unsealed;
        assert!(tail > 0);
        assert_eq!(verify(&scene).await, unbroken(unsealed, tail));
        seal(&scene).await;
        assert_eq!(verify(&scene).await, unbroken(unsealed + tail, 0));
    })
    .await;
}

#[tokio::test]
async fn after_a_crash_the_next_process_seals_at_once_where_there_can_be_no_other() {
    on_each_scene(async |mut scene| {
        scene.customer("sample").await;
        seal(&scene).await;
        scene.restart().await;
        scene.authority.duties().reconcile_at_start().await.expect("reconciles");
        scene.new_sheet(last_tenant(&scene).await, None).await.expect("a row");
        let sealed = scene.authority.duties().seal_audit_log("the next process").await.expect("seals");
        assert_eq!(sealed, usize::from(!scene.store.is_shared()));
        scene.forward(SignedDuration::from_secs(30));
        let sealed_later = scene.authority.duties().seal_audit_log("the next process").await.expect("seals");
        assert_eq!(sealed + sealed_later, 1, "when the other one's lease is over");
    })
    .await;
}

/// Seals a log, does harm to it, and tells where it is found to be broken.
async fn broken_at(harm: &'static [&'static str]) {
    on_each_scene(async |scene| {
        scene.customer("sample").await;
        seal(&scene).await;
        scene.new_sheet(last_tenant(&scene).await, None).await.expect("an unsealed row");
        let mut back_door: BackDoor = scene.back_door().await;
        for statement in harm {
            back_door.run(*statement).await;
        }
        let broken = [AuditFlaw::Row { seq: 3 }];
        assert_eq!(verify(&scene).await.flaws, broken, "{harm:?}");
        let sealed_again = scene.authority.duties().seal_audit_log("one process").await;
        assert!(sealed_again.is_err() || verify(&scene).await.flaws == broken, "sealing on mends nothing");
    })
    .await;
}

async fn last_tenant(scene: &Scene) -> domain::id::TenantId {
    let mut reader = scene.store.read().await.expect("reads");
    let slug = domain::slug::TenantSlug::parse("sample").expect("a slug");
    reader.tenant_by_slug(&slug).await.expect("reads").expect("the tenant").id
}

#[tokio::test]
async fn a_changed_row_is_found() {
    broken_at(&["UPDATE audit SET detail = 'nothing happened' WHERE seq = 3"]).await;
}

#[tokio::test]
async fn a_row_with_another_time_is_found() {
    broken_at(&["UPDATE audit SET at = at - 1000 WHERE seq = 3"]).await;
}

#[tokio::test]
async fn a_missing_row_is_found() {
    broken_at(&["DELETE FROM audit WHERE seq = 3"]).await;
}

#[tokio::test]
async fn swapped_rows_are_found() {
    broken_at(&[
        "UPDATE audit SET seq = -1 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = -1",
    ])
    .await;
}

/// Row and time of a head that has just been signed.
async fn signed_head(scene: &Scene) -> SignedHead {
    seal(scene).await;
    scene.authority.head_signer().last_audit_head(None).await.expect("signs").expect("a sealed row")
}

/// Two heads with rows between them, and rows after the second one.
async fn log_with_two_heads(scene: &Scene) -> [SignedHead; 2] {
    let sheet = scene.customer("sample").await;
    let one = signed_head(scene).await;
    for _ in 0..4 {
        scene.new_sheet(sheet.tenant.id, None).await.expect("a row");
    }
    let two = signed_head(scene).await;
    for _ in 0..2 {
        scene.new_sheet(sheet.tenant.id, None).await.expect("a row");
    }
    seal(scene).await;
    [one, two]
}

#[tokio::test]
async fn an_untouched_log_agrees_with_its_heads_up_to_the_newest() {
    on_each_scene(async |scene| {
        let [one, two] = log_with_two_heads(&scene).await;
        assert_eq!(two.seq, one.seq + 4);
        let verdict = verify_against(&scene, &[two.clone(), one]).await;
        assert_eq!((verdict.covered_to, verdict.flaws), (Some(two.seq), vec![]), "in whatever order");
    })
    .await;
}

#[tokio::test]
async fn a_removed_tail_is_found_by_a_head_and_by_nothing_else() {
    on_each_scene(async |scene| {
        let heads @ [one, two] = &log_with_two_heads(&scene).await;
        let last = two.seq - 2;
        scene.back_door().await.run(format!("DELETE FROM audit WHERE seq > {last}")).await;
        assert_eq!(verify(&scene).await.flaws, [], "the chain itself holds");
        let verdict = verify_against(&scene, heads).await;
        let missing = AuditFlaw::TailMissing { from: last + 1, to: two.seq, at: two.at };
        assert_eq!((verdict.covered_to, verdict.flaws), (Some(one.seq), vec![missing]));
    })
    .await;
}

#[tokio::test]
async fn a_removed_tail_is_found_under_the_rows_that_have_grown_since() {
    on_each_scene(async |scene| {
        let heads @ [one, two] = &log_with_two_heads(&scene).await;
        scene.back_door().await.run(format!("DELETE FROM audit WHERE seq > {}", two.seq - 2)).await;
        scene.forward(HEADS_APART_MIN);
        for _ in 0..9 {
            let tenant = last_tenant(&scene).await;
            scene.new_sheet(tenant, None).await.expect("a row");
        }
        let three = signed_head(&scene).await;
        assert!(three.seq > two.seq);
        let rewritten = AuditFlaw::Rewritten { from: one.seq + 1, to: two.seq, at: two.at };
        let verdict = verify_against(&scene, &[&heads[..], &[three]].concat()).await;
        assert_eq!((verdict.covered_to, verdict.flaws), (Some(one.seq), vec![rewritten]));
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_found_between_its_heads() {
    on_each_scene(async |scene| {
        let heads @ [one, two] = &log_with_two_heads(&scene).await;
        let changed = one.seq + 2;
        let mut back_door = scene.back_door().await;
        back_door.run(format!("UPDATE audit SET detail = 'nothing' WHERE seq = {changed}")).await;
        back_door.run(format!("UPDATE audit SET hash = NULL WHERE seq >= {changed}")).await;
        let rewritten = AuditFlaw::Rewritten { from: one.seq + 1, to: two.seq, at: two.at };
        let verdict = verify_against(&scene, heads).await;
        assert_eq!(verdict.flaws, std::slice::from_ref(&rewritten), "a lost seal hides nothing");
        seal(&scene).await;
        assert_eq!(verify(&scene).await.flaws, [], "the new chain holds");
        assert_eq!(verify_against(&scene, heads).await.flaws, [rewritten]);
    })
    .await;
}

#[tokio::test]
async fn a_head_that_this_installation_did_not_sign_is_told_and_proves_nothing() {
    on_each_scene(async |scene| {
        let [one, two] = log_with_two_heads(&scene).await;
        let mut other_row = two.clone();
        other_row.seq -= 1;
        let mut other_hash = two.clone();
        other_hash.hash[0] ^= 1;
        let mut other_time = two.clone();
        other_time.at = one.at + domain::time::DAY;
        for forged in [other_row, other_hash, other_time] {
            let verdict = verify_against(&scene, &[one.clone(), forged.clone()]).await;
            let flaws = vec![AuditFlaw::ForgedHead { seq: forged.seq }];
            assert_eq!((verdict.covered_to, verdict.flaws), (Some(one.seq), flaws));
        }
        let folder = tempfile::tempdir().expect("folder");
        let elsewhere = Scene::bare(StoreUrl::Sqlite(folder.path().join("elsewhere.db"))).await;
        elsewhere.authority.installation().ensure_installed().await.expect("installs");
        let foreign = signed_head(&elsewhere).await;
        let flaws = verify_against(&scene, std::slice::from_ref(&foreign)).await.flaws;
        assert_eq!(flaws, [AuditFlaw::ForgedHead { seq: foreign.seq }], "of another installation");
    })
    .await;
}

/// Which files write what stands for a tenant, a person, a certificate or an issuer.
const WRITERS: [(&str, &[&str]); 12] = [
    ("insert_tenant(", &["installation.rs", "tenants/adding.rs"]),
    ("update_tenant(", &["tenants/changing.rs"]),
    ("set_tenant_state(", &["tenants/states.rs"]),
    ("set_upstream(", &["tenants/upstream.rs"]),
    ("insert_user(", &["import/running.rs", "tenants/adding.rs", "users/adding.rs"]),
    ("update_user(", &["ra/submitting.rs", "tenants/sheets.rs", "users/changing.rs"]),
    ("set_user_state(", &["users/suspending.rs"]),
    ("set_certificate_state(", &["revocation.rs"]),
    ("record_certificate(", &["delivery/making.rs"]),
    ("keep_signed_certificate(", &["delivery/making.rs"]),
    ("record_issuer(", &["ca/issuers.rs"]),
    ("issuer_key_sealed(", &["ca/signer.rs"]),
];

#[test]
fn each_record_is_written_by_its_own_context() {
    let mut found = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&folder, &mut found);
    for (way, contexts) in WRITERS {
        let writes = |text: &str| text.contains(&format!(".{way}"));
        let names = found.iter().filter(|(_, text)| writes(text)).map(|(name, _)| name);
        let mut names: Vec<_> = names.filter_map(|name| name.strip_prefix("authority/src/")).collect();
        names.sort_unstable();
        assert_eq!(names, contexts, "{way}");
    }
}
