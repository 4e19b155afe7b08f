//! Pages for requests without an answer.

use crate::{
    page::pages,
    refusal::{Explained, http_status},
    voice::{Phrase, Voice},
};
use domain::refusal::Code;

/// An error page. Some codes have a text for this page; the others show the text of `/problems/CODE`.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    pub code: Code,
    /// Address of the form whose answer this is.
    pub form: Option<String>,
    /// The id that a person can read out on the phone.
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
    /// Address of the form whose answer this is.
    pub form: Option<String>,
    /// The id that a person can read out on the phone.
    pub request_id: String,
}

pages! {
    /// 400 to 503.
    error(ErrorPage) = "public/error.html";
    /// 429: the page states the limit, and nobody waits on the connection.
    too_many(TooManyPage) = "public/too_many.html";
}
