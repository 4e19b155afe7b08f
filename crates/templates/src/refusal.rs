//! Every refusal explained by its code: what happened, why, what to do. `/problems/CODE` and the manual use
//! the same texts.

use crate::{
    gate::Trouble,
    voice::{Phrase, Voice},
};
use domain::refusal::{Code, Family};

/// A code and its texts.
#[derive(Debug, Clone, Copy)]
pub struct Explained(pub Code);

impl Explained {
    /// The code's name, as in its address.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub fn what(self, t: &Voice) -> Phrase {
        t.say(key(self.0, "what"))
    }

    pub fn why(self, t: &Voice) -> Phrase {
        t.say(key(self.0, "why"))
    }

    pub fn now(self, t: &Voice) -> Phrase {
        t.say(key(self.0, "now"))
    }
}

/// All codes, each family below its heading.
pub fn families(t: &Voice) -> Vec<(Phrase, Vec<Explained>)> {
    let heading = |family: Family| t.say(format!("codes-{}", family.name()));
    Family::ALL.map(|family| (heading(family), family.codes().map(Explained).collect())).into()
}

/// The key of a text. The gate's own pages have texts for the same reasons, because a denial's page depends
/// on its reader.
fn key(code: Code, part: &str) -> String {
    let is_trouble = Trouble::ALL.iter().any(|trouble| trouble.code() == code);
    let source = match code.family() {
        _ if is_trouble => "trouble",
        Family::Gate if part != "now" => "denial",
        _ => "code",
    };
    format!("{source}-{}-{part}", code.name())
}

/// The HTTP status code of a refusal (RFC 9110 §15.5, §15.6; 429: RFC 6585 §4). A form with any errors at its
/// fields is answered with 422.
pub fn http_status(code: Code) -> u16 {
    match (code, code.family()) {
        (Code::BadRequest | Code::EncodedSlash | Code::Ambiguous, _) => 400,
        (Code::ForeignOrigin | Code::Forbidden | Code::RoleChanged, _) => 403,
        (Code::NotFound, _) => 404,
        (Code::MethodNotAllowed, _) => 405,
        (Code::RequestTimeout, _) => 408,
        (
            Code::PinLocked
            | Code::PinExpired
            | Code::PinUsed
            | Code::ClaimOver
            | Code::FileGone
            | Code::RevokeOver,
            _,
        ) => 410,
        (Code::TooLarge, _) => 413,
        (Code::UnsupportedMediaType, _) => 415,
        (Code::UnknownHost | Code::NoServerName, _) => 421,
        (Code::TooManyTries, _) => 429,
        (Code::Internal, _) => 500,
        (Code::UpstreamUnreachable, _) => 502,
        (Code::UpstreamTimeout, _) => 504,
        (Code::StatusStale, _) | (_, Family::Service) => 503,
        (_, Family::Form | Family::File | Family::Proof | Family::Limit) => 422,
        (_, Family::State) => 409,
        (_, Family::Gate) => 403,
        (_, Family::Request) => 400,
    }
}
