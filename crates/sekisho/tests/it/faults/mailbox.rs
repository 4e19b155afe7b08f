//! Captured mail, as its readers find it in the folder.

use super::program::eventually;
use sekisho::letter::ReadMail;
use std::{collections::BTreeMap, path::PathBuf};

/// A folder of mails; each is read once.
pub(crate) struct Mailbox {
    folder: PathBuf,
    letters: BTreeMap<String, ReadMail>,
}

impl Mailbox {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, letters: BTreeMap::new() }
    }

    /// All letters, the oldest first: a file's name begins with the moment of its act.
    pub(crate) fn letters(&mut self) -> Vec<&ReadMail> {
        for entry in std::fs::read_dir(&self.folder).expect("the folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name of ours");
            if name.split('.').next_back() == Some("eml")
                && !name.starts_with('.')
                && !self.letters.contains_key(&name)
            {
                let letter = ReadMail::read(&std::fs::read(entry.path()).expect("a mail"));
                self.letters.insert(name, letter);
            }
        }
        self.letters.values().collect()
    }

    /// The newest pickup notice to this address, if there is one.
    pub(crate) fn newest_notice(&mut self, to: &str) -> Option<Notice> {
        self.letters().into_iter().rev().filter(|letter| letter.to.contains(to)).find_map(Notice::of)
    }

    /// Waits for a pickup notice to this address other than a known one.
    pub(crate) async fn notice_other_than(&mut self, to: &str, known: Option<&Notice>) -> Notice {
        let what = format!("a pickup notice to {to}");
        eventually(&what, async || self.newest_notice(to).filter(|notice| Some(notice) != known)).await
    }
}

/// The contents of a pickup notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) reference: String,
    pub(crate) pin: String,
}

impl Notice {
    pub(crate) fn of(letter: &ReadMail) -> Option<Self> {
        let (_, after) = letter.text.split_once("reference=")?;
        let reference = after.chars().take_while(char::is_ascii_alphanumeric).collect();
        let pin = letter.text.lines().map(str::trim).find(|line| is_pin(line))?;
        Some(Self { reference, pin: pin.to_owned() })
    }
}

fn is_pin(line: &str) -> bool {
    line.bytes().filter(u8::is_ascii_digit).count() >= 10
        && line.bytes().all(|byte| byte.is_ascii_digit() || b" -".contains(&byte))
}
