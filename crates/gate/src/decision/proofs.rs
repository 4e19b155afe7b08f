//! Reports the first good request of each certificate until the report is accepted.

use crate::ports::Proofs;
use domain::id::CertificateId;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The most certificates remembered as reported. Beyond this number all are dropped and reported once more.
const REPORTED_MAX: usize = 65_536;

pub(crate) struct FirstSeen {
    port: Arc<dyn Proofs>,
    reported: Mutex<HashSet<CertificateId>>,
}

impl FirstSeen {
    pub(crate) fn new(port: Arc<dyn Proofs>) -> Self {
        Self { port, reported: Mutex::default() }
    }

    pub(crate) fn note(&self, certificate: CertificateId) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() >= REPORTED_MAX {
            reported.clear();
        }
        let first = reported.insert(certificate);
        drop(reported);
        if first && !self.port.seen(certificate) {
            self.reported.lock().unwrap_or_else(PoisonError::into_inner).remove(&certificate);
        }
    }
}
