use crate::world::{NOW, World};
use domain::time::DAY;
use std::{collections::HashSet, path::Path};
use store::{
    Store, StoreUrl,
    pickups::{Pickup, SealedUnder},
};

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let parts: HashSet<&[u8]> = bytes.windows(16).collect();
    std::fs::read(path).expect("a file").windows(16).any(|window| parts.contains(window))
}

/// Bytes of which no sixteen in a row occur twice.
fn sealed(length: u32) -> Vec<u8> {
    (0..length).flat_map(|number| number.wrapping_mul(0x9e37_79b1).to_be_bytes()).collect()
}

#[tokio::test]
async fn no_byte_of_an_erased_file_stays_in_sqlites_file_or_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, log) = (folder.path().join("sekisho.db"), folder.path().join("sekisho.db-wal"));
    let store = Store::open(&StoreUrl::Sqlite(path.clone())).await.expect("opens");
    store.migrate(NOW).await.expect("migrates");
    let mut world = World::new(&store, "sample", 1).await;
    // Within one page, and over several.
    for (name, length) in [("pc", 100), ("phone", 700), ("tablet", 3000)] {
        let certificate = world.signed(name).await;
        let sealed = sealed(length);
        let pickup = Pickup {
            application: certificate.application,
            tenant: world.tenant.id,
            certificate: certificate.id,
            token_hash: [4; 32],
            modern_sealed: Some(sealed.clone()),
            compat_sealed: None,
            sealed_under: SealedUnder::Token,
            expires_at: NOW + DAY,
        };
        let mut tx = store.begin("pickup").await.expect("begins");
        tx.tenant(world.tenant.id).insert_pickup(&pickup).await.expect("keeps");
        tx.commit().await.expect("commits");
        assert!(holds(&log, &sealed), "else this would show nothing");
        assert!(store.empty_log().await.expect("empties"));
        assert!(holds(&path, &sealed), "in the file by now");

        // A reader began before the erasing: the log cannot be emptied yet, and nobody waits for the reader.
        let mut snapshot = store.snapshot().await.expect("a snapshot");
        snapshot.pickup_by_token(&[4; 32], NOW).await.expect("reads").expect("is there");
        let mut tx = store.begin("erase").await.expect("begins");
        assert_eq!(tx.erase_expired_pickups(NOW + DAY).await.expect("erases"), 1);
        tx.commit().await.expect("commits");
        assert!(!store.empty_log().await.expect("tries"));
        drop(snapshot);
        while !store.empty_log().await.expect("tries") {
            tokio::task::yield_now().await;
        }
        assert!(!holds(&path, &sealed) && !holds(&log, &sealed), "{name}");
    }
    store.close().await;
}
