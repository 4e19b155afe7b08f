//! Pages for what cannot be answered.

use crate::{
    page::pages,
    refusal::{Explained, http_status},
    voice::{Phrase, Voice},
};
use domain::refusal::Code;

/// An error page. Some codes have words for this place; the others say what `/problems/CODE` says.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// What went wrong.
    pub code: Code,
    /// To read out on the phone.
    pub request_id: String,
}

impl ErrorPage {
    fn http_status(&self) -> u16 {
        http_status(self.code)
    }

    fn own(&self, part: &str, t: &Voice) -> Option<Phrase> {
        let phrase = t.say(format!("error-{}-{part}", self.code.name()));
        phrase.exists().then_some(phrase)
    }

    fn title(&self, t: &Voice) -> Phrase {
        self.own("title", t).unwrap_or_else(|| Explained(self.code).what(t))
    }

    fn leads(&self, t: &Voice) -> Vec<Phrase> {
        match self.own("now", t) {
            Some(now) => vec![now],
            None => vec![Explained(self.code).why(t), Explained(self.code).now(t)],
        }
    }
}

/// 429.
#[derive(Debug, Clone)]
pub struct TooManyPage {
    /// When to try again, in minutes (as in `Retry-After`, rounded up).
    pub minutes: u32,
    /// To read out on the phone.
    pub request_id: String,
}

pages! {
    /// 400 to 503.
    error(ErrorPage) = "public/error.html";
    /// 429: the limits are told, nobody is made to wait on the line.
    too_many(TooManyPage) = "public/too_many.html";
}
