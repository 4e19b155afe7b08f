use super::*;

/// Longer than any machine needs for one key.
const LONG: Duration = Duration::from_mins(10);

async fn key(pool: &KeyPool, algorithm: KeyAlgorithm) -> PrivateKey {
    pool.key(algorithm, LONG).await.unwrap().expect("a key in time")
}

fn ready(pool: &KeyPool, algorithm: KeyAlgorithm) -> usize {
    pool.ready().into_iter().find(|(kind, _)| *kind == algorithm).unwrap().1
}

/// Resolves once nothing is missing.
async fn full(pool: &KeyPool) {
    loop {
        let made = pool.0.made.notified();
        tokio::pin!(made);
        let _notified = made.as_mut().enable();
        if pool.0.stocks().missing().is_none() {
            return;
        }
        made.await;
    }
}

#[tokio::test]
async fn a_key_is_given_away_once_and_of_the_kind_that_was_asked_for() {
    let pool = KeyPool::default();
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let (one, other) = (key(&pool, algorithm).await, key(&pool, algorithm).await);
        assert_eq!(one.public_key().algorithm(), algorithm.public());
        assert_ne!(one.public_key(), other.public_key());
    }
}

#[tokio::test]
async fn a_length_that_nobody_asked_for_is_not_made_and_a_stock_has_a_bound() {
    let pool = KeyPool::default();
    assert_eq!(pool.0.stocks().missing(), None, "nothing is made without having been asked for");
    pool.want(KeyAlgorithm::EcdsaP256);
    assert!(!pool.0.stocks().filling, "EC keys are not stocked");
    pool.want(KeyAlgorithm::Rsa2048);
    full(&pool).await;
    assert_eq!(ready(&pool, KeyAlgorithm::Rsa2048), 8);
    assert_eq!((ready(&pool, KeyAlgorithm::Rsa3072), ready(&pool, KeyAlgorithm::Rsa4096)), (0, 0));
    // What was taken is made again.
    drop(key(&pool, KeyAlgorithm::Rsa2048).await);
    full(&pool).await;
    assert_eq!(ready(&pool, KeyAlgorithm::Rsa2048), 8);
}

#[tokio::test]
async fn at_an_empty_stock_callers_wait_for_one_thread_and_beyond_a_number_of_them_come_again() {
    let pool = KeyPool::default();
    let waits = pool.0.waiting.try_acquire_many(u32::try_from(WAITING_MAX).unwrap()).unwrap();
    // The pool starts a thread only when none is at work; here it counts one that does not exist.
    pool.0.stocks().filling = true;
    assert!(pool.key(KeyAlgorithm::Rsa2048, LONG).await.unwrap().is_none(), "too many wait already");
    drop(waits);
    assert!(pool.key(KeyAlgorithm::Rsa2048, Duration::ZERO).await.unwrap().is_none(), "none is ready");
    pool.0.stocks().filling = false;
    let callers = (0..4).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move { key(&pool, KeyAlgorithm::Rsa2048).await.public_key().key_identifier() })
    });
    let mut given = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        given.push(caller.await.unwrap());
    }
    given.sort_unstable();
    given.dedup();
    assert_eq!(given.len(), 4, "each has a key of its own");
}

#[tokio::test]
async fn a_thread_that_fails_leaves_its_work_to_the_next_one() {
    let pool = KeyPool::default();
    pool.0.stocks().filling = true;
    drop(Filling { shared: Arc::downgrade(&pool.0), over: false });
    assert!(!pool.0.stocks().filling);
    drop(key(&pool, KeyAlgorithm::Rsa2048).await);
}
