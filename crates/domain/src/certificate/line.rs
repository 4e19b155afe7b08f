//! A device's line as lists show it: the certificate that counts, and the others folded below.

use super::{CertificateRecord, CertificateState};
use crate::time::Timestamp;

/// The certificates of one device.
#[derive(Debug)]
pub struct Line<'a> {
    /// The newest that is in force, so that a device that passes never looks shut out; else the newest.
    pub first: &'a CertificateRecord,
    /// The others, in the given order.
    pub others: Vec<&'a CertificateRecord>,
}

impl<'a> Line<'a> {
    /// The lines of certificates that are given newest first; the device with the newest certificate comes first.
    pub fn of(certificates: &'a [CertificateRecord], now: Timestamp) -> Vec<Self> {
        let mut lines: Vec<Vec<&CertificateRecord>> = Vec::new();
        for one in certificates {
            match lines.iter_mut().find(|line| line.iter().any(|other| other.device == one.device)) {
                Some(line) => line.push(one),
                None => lines.push(vec![one]),
            }
        }
        let fold = |mut line: Vec<&'a CertificateRecord>| {
            let in_force = line.iter().position(|one| one.is_in_force(now));
            let first = line.remove(in_force.unwrap_or_default());
            Self { first, others: line }
        };
        lines.into_iter().map(fold).collect()
    }

    /// All of them, the one that counts first.
    pub fn all(&self) -> impl Iterator<Item = &'a CertificateRecord> + '_ {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl CertificateRecord {
    /// Whether it was picked up and has neither ended nor been revoked; on hold it may come back.
    fn is_in_force(&self, now: Timestamp) -> bool {
        matches!(self.state, CertificateState::Valid | CertificateState::OnHold) && now <= self.not_after
    }
}
