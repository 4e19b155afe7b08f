//! Why a mail was not taken, in our words and in the server's.

use domain::mail::MailTrouble;

/// The most letters of a server's answer that are kept and shown.
pub const ANSWER_LETTERS_MAX: usize = 500;

/// A mail that was not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SendError {
    /// The mail server cannot be reached or takes nothing from us. Try again later: it is the operator's to mend.
    #[error("the mail server takes no mail from us: {0}")]
    Server(String),
    /// This mail is not taken now, or not for a reason that lies in its recipient's existence. Try again later.
    #[error("mail not taken for now: {0}")]
    Temporary(String),
    /// There is no such recipient, however often it is tried.
    #[error("no such recipient: {0}")]
    NoRecipient(String),
    /// It cannot be composed or unsealed.
    #[error("mail cannot be composed: {0}")]
    Unreadable(String),
}

impl SendError {
    /// In one of our words.
    pub fn trouble(&self) -> MailTrouble {
        match self {
            Self::Server(_) => MailTrouble::Server,
            Self::Temporary(_) => MailTrouble::Later,
            Self::NoRecipient(_) => MailTrouble::NoRecipient,
            Self::Unreadable(_) => MailTrouble::Unreadable,
        }
    }

    /// In the server's words, fit to be shown: one line, bounded.
    pub fn words(&self) -> String {
        let (Self::Server(words)
        | Self::Temporary(words)
        | Self::NoRecipient(words)
        | Self::Unreadable(words)) = self;
        shown(words)
    }
}

/// A stranger's words on one line: control and direction-changing letters become blanks.
pub(crate) fn shown(words: &str) -> String {
    let plain = |letter: char| {
        let hidden = letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden { ' ' } else { letter }
    };
    let line: String = words.chars().map(plain).take(4 * ANSWER_LETTERS_MAX).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(ANSWER_LETTERS_MAX).collect()
}
