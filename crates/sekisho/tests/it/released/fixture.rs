//! Data of a release, unpacked for one test.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;
use testkit::browser::ClientIdentity;

/// What `make.py` packed.
pub(crate) struct Fixture {
    place: TempDir,
    notes: Value,
}

impl Fixture {
    pub(crate) fn unpacked(archive: &str) -> Self {
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(archive);
        let place = tempfile::tempdir().expect("a folder");
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(&archive).arg("--no-same-owner").arg("-C").arg(place.path());
        assert!(tar.status().expect("tar runs").success(), "{}", archive.display());
        let notes = fs::read_to_string(place.path().join("fixture/notes.json")).expect("notes");
        Self { place, notes: serde_json::from_str(&notes).expect("JSON") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.notes.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer}"))
    }

    pub(crate) fn number(&self, pointer: &str) -> usize {
        let number =
            self.notes.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer}"));
        usize::try_from(number).expect("a small one")
    }

    pub(crate) fn serial(&self, login: &str) -> &str {
        self.text(&format!("/serials/{login}"))
    }

    pub(crate) fn identity(&self, login: &str) -> ClientIdentity {
        let file = fs::read(self.path(&format!("fixture/{login}.p12"))).expect("a file");
        ClientIdentity::open(&file, self.text("/password"))
    }

    /// A piece of each sealed PKCS#12 that the release erased.
    pub(crate) fn erased_pickups(&self) -> Vec<Vec<u8>> {
        let pieces = self.notes["erased_pickups"].as_array().expect("a list");
        pieces.iter().map(|piece| from_hex(piece.as_str().expect("digits"))).collect()
    }

    /// The pieces that occur in the database's files.
    pub(crate) fn found(&self, pieces: &[Vec<u8>]) -> Vec<usize> {
        let files = ["", "-wal"].map(|end| self.path(&format!("data/sekisho.sqlite{end}")));
        let bytes: Vec<Vec<u8>> = files.iter().filter_map(|path| fs::read(path).ok()).collect();
        let stands = |piece: &Vec<u8>| {
            bytes.iter().any(|bytes| bytes.windows(piece.len()).any(|window| window == piece.as_slice()))
        };
        pieces.iter().enumerate().filter(|(_, piece)| stands(piece)).map(|(index, _)| index).collect()
    }
}

fn from_hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("an octet"))
        .collect()
}
