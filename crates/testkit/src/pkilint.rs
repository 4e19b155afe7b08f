//! `pkilint`: linters of RFC 5280 that we did not write.

use crate::reader::OutsideReader;

const PROGRAM: &str = include_str!("pkilint.py");

/// The linters, and what they are to look at.
pub struct Pkilint {
    python: OutsideReader,
    jobs: Vec<String>,
}

impl Pkilint {
    /// `None` where it is not installed; fails where it is required or `SEKISHO_PYTHON` names a Python without it.
    pub fn find() -> Option<Self> {
        Some(Self { python: OutsideReader::python("pkilint")?, jobs: Vec::new() })
    }

    /// Takes in a certificate; `name` is a word.
    pub fn certificate(&mut self, name: &str, der: &[u8]) {
        self.python.file(&format!("{name}.crt"), der);
        self.jobs.push(format!("certificate {name}.crt"));
    }

    /// Takes in a certificate that the one called `issuer`, also taken in, has signed.
    pub fn issued(&mut self, issuer: &str, name: &str, der: &[u8]) {
        self.certificate(name, der);
        self.jobs.push(format!("chain {issuer}.crt {name}.crt"));
    }

    /// Takes in a revocation list.
    pub fn crl(&mut self, name: &str, der: &[u8]) {
        self.python.file(&format!("{name}.crl"), der);
        self.jobs.push(format!("crl {name}.crl"));
    }

    /// A line for each finding of severity WARNING, ERROR or FATAL.
    pub fn findings(&self) -> Vec<String> {
        let jobs = self.jobs.iter().map(String::as_str);
        let arguments: Vec<&str> = ["-c", PROGRAM].into_iter().chain(jobs).collect();
        self.python.run(&arguments).lines().map(str::to_owned).collect()
    }
}
