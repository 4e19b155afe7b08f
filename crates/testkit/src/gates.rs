//! Gates in a test's hands.

use authority::Gates;
use domain::status_change::Generation;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Gates that note which generations they were asked for, and can be made to fall behind.
#[derive(Clone)]
pub struct TestGates {
    asked: Arc<Mutex<Vec<Generation>>>,
    behind: watch::Sender<bool>,
}

impl Default for TestGates {
    fn default() -> Self {
        Self { asked: Arc::default(), behind: watch::Sender::new(false) }
    }
}

impl TestGates {
    /// The largest generation that an act has waited for.
    pub fn newest_asked(&self) -> Option<Generation> {
        self.asked.lock().expect("no panic").iter().max().copied()
    }

    /// How many acts have waited.
    pub fn times_asked(&self) -> usize {
        self.asked.lock().expect("no panic").len()
    }

    /// From now on acts have to wait.
    pub fn fall_behind(&self) {
        self.behind.send_replace(true);
    }

    /// Lets all acts go on that wait.
    pub fn catch_up(&self) {
        self.behind.send_replace(false);
    }
}

#[async_trait::async_trait]
impl Gates for TestGates {
    async fn applied(&self, generation: Generation) {
        self.asked.lock().expect("no panic").push(generation);
        let mut behind = self.behind.subscribe();
        behind.wait_for(|behind| !behind).await.expect("the gates live on");
    }
}
