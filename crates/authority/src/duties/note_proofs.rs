//! Notes the certificates that the gate has seen for the first time ([`crate::proof`]).

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, proof::CertificateProofs};
use std::time::Duration;

pub(super) struct NoteProofs(pub(super) CertificateProofs);

#[async_trait::async_trait]
impl Duty for NoteProofs {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "note-proofs", period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        Ok(Run::of(self.0.note_waiting().await?))
    }

    async fn woken(&self) {
        self.0.grown().await;
    }
}
