//! The gate's pages: refusals, upstream trouble, the retry page, the proof and diagnostics.
//!
//! Refusals answer in this order: what happened, why, the next step, the contact; then a code and the request
//! id to read out on the phone.

use crate::{
    Chrome, manual,
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{denial::Denial, program::Program, refusal::Code, time::Timestamp, user::Role};
use domain::{renewal::RENEWAL_LATE_DAYS, time::SignedDuration};

#[derive(Debug, Clone)]
pub struct DenialPage {
    pub denial: Denial,
    /// Name of the site's company, if it may be shown.
    pub tenant_name: Option<String>,
    pub support_contact: Option<String>,
    /// The id that a person can read out on the phone.
    pub request_id: String,
    /// A fresh name at which the browser asks for a certificate again.
    pub retry_url: Option<String>,
    /// Set if the console refuses.
    pub console: Option<ConsoleDoor>,
    /// The way out of a program without access to certificates; the page also shows it if the gate saw no
    /// certificate.
    pub elsewhere: Option<Elsewhere>,
    /// When the certificate was revoked or held, its validity begins or ended, or its user or company was suspended.
    pub since: Option<Timestamp>,
}

impl DenialPage {
    fn key(&self, part: &str) -> String {
        format!("denial-{}-{part}", self.denial.code())
    }

    fn why(&self, t: &Voice) -> Phrase {
        let dated = self.since.map(|since| t.say(self.key("since")).with("moment", t.moment(since)));
        dated.filter(Phrase::exists).unwrap_or_else(|| t.say(self.key("why")))
    }

    fn now(&self, t: &Voice) -> Vec<Phrase> {
        match &self.console {
            Some(door) => vec![door.now(t)],
            None => t.list(&self.key("now")),
        }
    }

    /// Whether the asking program has no access to certificates, so that another program is the first thing to try.
    fn asks_in_vain(&self) -> bool {
        self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.program.is_some())
    }

    /// The next steps, the likeliest first: a question each, with its answer's button. A denial offers the
    /// steps that have a text for it. A program without access to certificates is not offered to choose one
    /// again.
    fn ways(&self, t: &Voice, chrome: &Chrome) -> Vec<Way> {
        let retry = self
            .retry_url
            .clone()
            .filter(|_| !self.asks_in_vain())
            .map(|url| Way::new(t, self.key("retry"), "denial-retry", url));
        let import = Way::new(t, self.key("import"), "denial-import", chrome.public("/guide/import"));
        let apply = Way::new(t, self.key("apply"), "front-apply", chrome.public("/enrol"));
        let apply = self.console.is_none().then(|| apply.with_hint(t, "denial-apply-hint"));
        let renew = Way::new(t, self.key("renew"), "denial-renew", chrome.public("/renew"));
        let renew = self.may_renew(chrome).then(|| renew.with_hint(t, "denial-renew-hint"));
        let retry = retry.map(|way| way.with_hint(t, "denial-retry-hint"));
        let ways = [retry, renew, Some(import), apply, self.manual(t, chrome)];
        ways.into_iter().flatten().filter(|way| way.who.exists()).collect()
    }

    /// Whether a certificate that has ended, or that the browser hides because it has, may still be renewed.
    fn may_renew(&self, chrome: &Chrome) -> bool {
        let late = SignedDuration::from_hours(24) * i32::try_from(RENEWAL_LATE_DAYS).unwrap_or(i32::MAX);
        let is_late = self.since.is_some_and(|since| chrome.now.duration_since(since) > late);
        self.console.is_none() && !is_late
    }

    fn manual(&self, t: &Voice, chrome: &Chrome) -> Option<Way> {
        let part = manual::device_part(self.denial)?;
        let act = format!("denial-{}", part.anchor);
        Some(Way::new(t, self.key("manual"), &act, chrome.public(&part.path)))
    }
}

/// The way into a program that can use certificates.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The asking program, if it is known to have no access to certificates.
    pub program: Option<Program>,
    /// The site's address, to be copied.
    pub address: String,
}

impl Elsewhere {
    fn text(&self, t: &Voice) -> Phrase {
        match self.program {
            Some(program) => t.say(format!("denial-program-{}", program.name())),
            None => t.say("denial-elsewhere"),
        }
    }
}

/// Help for operators whom the console does not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleDoor {
    /// Path of the operator's certificate file on this machine (only under `up`).
    pub certificate_file: Option<String>,
}

impl ConsoleDoor {
    fn now(&self, t: &Voice) -> Phrase {
        match &self.certificate_file {
            Some(file) => t.say("denial-console-file").with("file", file),
            None => t.say("denial-console-operator"),
        }
    }
}

/// One next step after a refusal.
struct Way {
    who: Phrase,
    act: Phrase,
    href: String,
    hint: Option<Phrase>,
}

impl Way {
    fn new(t: &Voice, who: impl AsRef<str>, act: &str, href: String) -> Self {
        Self { who: t.say(who), act: t.say(act), href, hint: None }
    }

    fn with_hint(self, t: &Voice, hint: &str) -> Self {
        Self { hint: Some(t.say(hint)), ..self }
    }
}

/// The gate cannot serve this request for a reason that the visitor did not cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 400: an ambiguous or malformed request.
    BadRequest,
    /// 400: the path has an encoded slash.
    EncodedSlash,
    /// 408: the body came too slowly.
    RequestTimeout,
    /// 421: the host name is unknown, or not the connection's.
    UnknownHost,
    /// 421: the client named no host in the handshake (no SNI).
    NoServerName,
    /// 502: the application does not answer.
    UpstreamUnreachable,
    /// 504: the application takes too long.
    UpstreamTimeout,
    /// 503: there is no room for more requests.
    Busy,
}

impl Trouble {
    pub const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::EncodedSlash,
        Self::RequestTimeout,
        Self::UnknownHost,
        Self::NoServerName,
        Self::UpstreamUnreachable,
        Self::UpstreamTimeout,
        Self::Busy,
    ];

    /// The HTTP status code (RFC 9110 §15.5.9, §15.5.20, §15.6.3–5).
    pub fn http_status(self) -> u16 {
        match self {
            Self::BadRequest | Self::EncodedSlash => 400,
            Self::RequestTimeout => 408,
            Self::UnknownHost | Self::NoServerName => 421,
            Self::UpstreamUnreachable => 502,
            Self::UpstreamTimeout => 504,
            Self::Busy => 503,
        }
    }

    /// Its row in the table of refusals.
    pub fn code(self) -> Code {
        match self {
            Self::BadRequest => Code::BadRequest,
            Self::EncodedSlash => Code::EncodedSlash,
            Self::RequestTimeout => Code::RequestTimeout,
            Self::UnknownHost => Code::UnknownHost,
            Self::NoServerName => Code::NoServerName,
            Self::UpstreamUnreachable => Code::UpstreamUnreachable,
            Self::UpstreamTimeout => Code::UpstreamTimeout,
            Self::Busy => Code::Busy,
        }
    }
}

#[derive(Debug, Clone)]
pub struct TroublePage {
    pub trouble: Trouble,
    /// The contact, if the tenant is known.
    pub support_contact: Option<String>,
    /// The id that a person can read out on the phone.
    pub request_id: String,
}

impl TroublePage {
    fn key(&self, part: &str) -> String {
        format!("trouble-{}-{part}", self.trouble.code().name())
    }
}

/// The page of a fresh retry name.
#[derive(Debug, Clone)]
pub struct RetryPage {
    /// Whether the browser presented a certificate that would pass.
    pub works: bool,
    /// Address of an invisible image that makes the browser forget its choice for the site.
    pub image: Option<String>,
    /// Address of the tenant's site, to be opened unchanged.
    pub site: String,
    /// Set if the retry name is the console's.
    pub console: Option<ConsoleDoor>,
    pub support_contact: Option<String>,
    /// The id that a person can read out on the phone.
    pub request_id: String,
}

impl RetryPage {
    /// The next steps, as at a refusal, after a second request for a certificate.
    fn ways(&self, t: &Voice, chrome: &Chrome) -> Vec<Way> {
        let mut ways = vec![
            Way::new(t, "retry-none-cancelled", "retry-none-back", self.site.clone()),
            Way::new(t, "retry-none-not-asked", "denial-import", chrome.public("/guide/import"))
                .with_hint(t, "retry-none-firefox"),
        ];
        if self.console.is_none() {
            let renew = Way::new(t, "retry-none-expired", "denial-renew", chrome.public("/renew"));
            ways.push(renew.with_hint(t, "denial-renew-hint"));
        }
        ways
    }
}

/// `/.sekisho/proof`: proves that the certificate arrived.
#[derive(Debug, Clone)]
pub struct ProofPage {
    /// Name of the person.
    pub user_name: String,
    /// The person's role.
    pub role: Role,
    /// The person's name for the device.
    pub device_name: String,
    /// When the visitor's access ends.
    pub until: Timestamp,
    /// Address of the tenant's site; the console for operators.
    pub site: String,
    /// Address of the tenant's desk; operators have none.
    pub desk: Option<String>,
}

impl ProofPage {
    fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }
}

/// `/.sekisho/diagnostics`: the gate's view of the visitor, to read out or copy.
#[derive(Debug, Clone)]
pub struct DiagnosticsPage {
    /// Name and value of each line, in order.
    pub lines: Vec<DiagnosticsLine>,
    /// The id that a person can read out on the phone.
    pub request_id: String,
}

#[derive(Debug, Clone)]
pub struct DiagnosticsLine {
    /// A technical name, the same in both languages.
    pub name: String,
    pub value: String,
}

pages! {
    /// 403 or 503 with `Sekisho-Denial`.
    denial(DenialPage) = "gate/denial.html";
    /// 400, 421, 502, 504.
    trouble(TroublePage) = "gate/trouble.html";
    /// "No certificate in this browser", or "it works now".
    retry(RetryPage) = "gate/retry.html";
    proof(ProofPage) = "gate/proof.html";
    diagnostics(DiagnosticsPage) = "gate/diagnostics.html";
}
