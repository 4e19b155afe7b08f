//! Migrations of released versions never change, because released databases have run them.

use aws_lc_rs::digest::{SHA256, digest};
use std::{fmt::Write as _, path::Path};

/// Every migration file that a release contains, with the SHA-256 of its bytes. A release adds its own.
const RELEASED: [(&str, &str); 6] = [
    // 0.1.0
    ("postgres/0001_story.sql", "cf4a253ade915c74d4993be3ca90570730cfc5fec308f77923ed0598fc9dfd06"),
    (
        "postgres/0002_hand_overs_and_stops.sql",
        "9e1e2af9c0c535fffe8fb29912bf334caa64ff283b569b5227f0c2f20ba817f8",
    ),
    ("postgres/0003_mails_that_end.sql", "7b3b3cdb1b682b55243cae3685e4d39e5b3f64f022d978a79069225ffb71947c"),
    ("sqlite/0001_story.sql", "d7662176eb8e42d918d47c4fade2e50db522a36907520ee419a199cd7d3331d3"),
    (
        "sqlite/0002_hand_overs_and_stops.sql",
        "a573779e961b4864dcb5c0bba4170278e814ec600a4255b98b3d5688756282c2",
    ),
    ("sqlite/0003_mails_that_end.sql", "79d6d85b51c7b95d5beeeda68ecfb553b73578de4a5ca1a5d4daf64aeea9dc89"),
];

#[test]
fn released_migrations_are_unchanged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for (name, hash) in RELEASED {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut found = String::new();
        for octet in digest(&SHA256, &bytes).as_ref() {
            _ = write!(found, "{octet:02x}");
        }
        assert_eq!(found, hash, "{name} was released: leave it as it is, and add another migration");
    }
}
