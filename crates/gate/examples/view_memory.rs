//! Measures what a million certificates cost the gate: memory after loading, and the loading time.
//!
//! `cargo run --release -p gate --example view_memory [CERTIFICATES] [USERS]`. The process reads its own size
//! from `/proc` (Linux). The snapshot is made in memory, so the figures leave out the reading from a store.

use domain::{
    certificate::{LeafTag, Status},
    id::{CertificateId, UserId},
    permit::UserFacts,
    time::Timestamp,
    user::{Role, UserState},
};
use gate::{STALENESS_LIMIT, Snapshot, TaggedCertificate, UserRecord, View};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use std::{error::Error, fs, time::Instant};

const CERTIFICATES: usize = 1_000_000;
const USERS: usize = 0;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// One line of `/proc/self/status`, in MiB.
fn memory_mib(name: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib: u64 = line.and_then(|line| line.split_whitespace().next()).ok_or(name)?.parse()?;
    Ok(kib / 1024)
}

fn user(id: UserId, number: usize) -> UserRecord {
    let facts = UserFacts {
        id,
        state: UserState::Active,
        role: Role::User,
        login_name: format!("taro{number}"),
        email: Some(format!("taro{number}@example.jp")),
        groups: vec!["sales".into()],
        display_name: "山田 太郎".into(),
    };
    UserRecord { facts, since: None }
}

fn tag(rng: &mut ChaCha20Rng) -> LeafTag {
    let mut octets = [0; 16];
    rng.fill_bytes(&mut octets);
    LeafTag::from_bytes(octets)
}

/// Every second certificate is revoked: both kinds of records cost the same.
fn snapshot(certificates: usize, users: usize) -> Snapshot {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let people: Vec<_> = (0..users.max(1)).map(|_| UserId::new(NOW, rng)).collect();
    let certificates = (0..certificates).map(|number| TaggedCertificate {
        tag: tag(rng),
        id: CertificateId::new(NOW, rng),
        user: people[number % people.len()],
        status: if number % 2 == 0 { Status::Good } else { Status::Revoked },
        since: (number % 2 == 1).then_some(NOW),
    });
    let certificates = certificates.collect();
    let users = people.iter().take(users).enumerate().map(|(number, id)| user(*id, number)).collect();
    Snapshot { users, certificates, ..Snapshot::default() }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (certificates, users) = (next(CERTIFICATES)?, next(USERS)?);

    let empty = memory_mib("VmRSS")?;
    let snapshot = snapshot(certificates, users);
    let with_snapshot = memory_mib("VmRSS")?;
    let view = View::new(STALENESS_LIMIT);
    let begun = Instant::now();
    view.load(snapshot, NOW);
    let loading = begun.elapsed();
    let loaded = memory_mib("VmRSS")?;

    println!("{certificates} certificates of {users} users");
    println!("empty              {empty:>6} MiB");
    println!("with the snapshot  {with_snapshot:>6} MiB, peak {} MiB", memory_mib("VmHWM")?);
    println!("loaded             {loaded:>6} MiB: growth {} MiB", loaded.saturating_sub(empty));
    println!("loading            {:>6} ms", loading.as_millis());
    // The view must live until the measurement.
    drop(view);
    Ok(())
}
