//! The resources of a running process, as the system reports them (proc(5)).

use crate::{bounds::Mebibytes, program::Program};
use std::fs;

impl Program {
    /// Memory in use, including its own caches (`VmRSS`).
    pub(crate) fn memory(&self) -> Mebibytes {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        Mebibytes(kib / 1024.0)
    }

    /// Open descriptors.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.id())).expect("a running process").count()
    }
}
