use crate::{
    databases::on_each_database,
    world::{NOW, Prepared, World},
};
use domain::{certificate::CertificateKey, id::ProfileSignerId};
use pki::Serial;
use store::{Constraint, profile_signers::NewProfileSigner};

#[tokio::test]
async fn a_signer_of_profiles_is_one_once_its_certificate_is_kept() {
    on_each_database(async |store| {
        let mut world = World::new(&store, "sample", 1).await;
        let signer = |generation: u8, rng: &mut rand_chacha::ChaCha20Rng| {
            let serial = Serial::from_bytes(&[1, generation]).expect("a serial");
            (ProfileSignerId::new(NOW, rng), CertificateKey { issuer: world.issuer, serial })
        };
        let mut tx = store.begin("make_profile_signer").await.expect("begins");
        assert_eq!(tx.newest_profile_signer_generation().await.expect("reads"), 0);
        for generation in 1..=3 {
            let (id, key) = signer(generation, &mut world.rng);
            let generation = u32::from(generation);
            let new = NewProfileSigner { id, generation, key: &key, key_sealed: b"sealed" };
            let _to_sign =
                tx.record_profile_signer(&new, Prepared(b"tbs".to_vec()), NOW).await.expect("writes");
            assert_eq!(tx.newest_profile_signer_generation().await.expect("reads"), generation);
            // The third one is left by a crash.
            if generation < 3 {
                assert!(
                    tx.keep_signed_profile_signer(id, &[u8::try_from(generation).expect("few")])
                        .await
                        .expect("keeps")
                );
                assert!(!tx.keep_signed_profile_signer(id, b"other").await.expect("keeps nothing"));
            }
        }
        let newest = tx.newest_profile_signer().await.expect("reads").expect("a signer");
        assert_eq!((newest.certificate_der, newest.issuer), (vec![2], world.issuer));
        assert_eq!(newest.key_sealed, b"sealed");
        let (id, key) = signer(4, &mut world.rng);
        let taken = NewProfileSigner { id, generation: 3, key: &key, key_sealed: b"sealed" };
        let refused = tx.record_profile_signer(&taken, Prepared(vec![1]), NOW).await.expect_err("taken");
        assert_eq!(refused.conflict(), Some(Constraint::ProfileSignerGeneration));
    })
    .await;
}
