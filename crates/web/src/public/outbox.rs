//! `/outbox`: mail that was captured instead of sent. Routed only where such a port is wired.

use super::PublicSite;
use crate::{CapturedMail, Failure, Page, PageReader, captured_mail::CapturedMailError};
use axum::extract::{Path, State};
use domain::refusal::Problem;
use std::error::Error;
use templates::public::{self, OutboxLine, OutboxMailPage, OutboxPage};

/// The most mails in the list.
const MAILS_SHOWN_MAX: u32 = 200;

pub(super) async fn list(State(site): State<PublicSite>, reader: PageReader) -> Result<Page, Failure> {
    let heads = port(&site)?.newest(MAILS_SHOWN_MAX).await.map_err(unreadable)?;
    let line = |head: crate::captured_mail::CapturedHead| OutboxLine {
        href: format!("/outbox/{}", head.number),
        to: head.to,
        subject: head.subject,
        at: head.at,
    };
    let page = OutboxPage { mails: heads.into_iter().map(line).collect() };
    Ok(Page::ok(public::outbox(&page, &site.chrome(&reader))))
}

pub(super) async fn mail(
    State(site): State<PublicSite>,
    Path(number): Path<String>,
    reader: PageReader,
) -> Result<Page, Failure> {
    let number = number.parse().map_err(|_| Problem::NotFound)?;
    let mail = port(&site)?.read(number).await.map_err(unreadable)?.ok_or(Problem::NotFound)?;
    let page = OutboxMailPage {
        from: mail.from,
        to: mail.head.to,
        subject: mail.head.subject,
        at: mail.head.at,
        links: links(&mail.text),
        text: mail.text,
    };
    Ok(Page::ok(public::outbox_mail(&page, &site.chrome(&reader))))
}

fn port(site: &PublicSite) -> Result<&dyn CapturedMail, Failure> {
    site.captured_mail.as_deref().ok_or(Failure::from(Problem::NotFound))
}

fn unreadable(error: CapturedMailError) -> Failure {
    match error.source() {
        Some(cause) => Failure::broken(cause),
        None => Failure::broken(error),
    }
}

/// Addresses in the text, each once, in their order.
fn links(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let address = word.trim_matches(['<', '>', '(', ')', '「', '」', '。', ',']);
        let is_link = address.starts_with("http://") || address.starts_with("https://");
        if is_link && !found.iter().any(|known| known == address) {
            found.push(address.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn each_address_of_a_mail_is_offered_once() {
        let text = "1. 開く:\n  http://localhost:8080/pickup?reference=R1\n(https://a.example/) http://localhost:8080/pickup?reference=R1";
        assert_eq!(links(text), ["http://localhost:8080/pickup?reference=R1", "https://a.example/"]);
    }
}
