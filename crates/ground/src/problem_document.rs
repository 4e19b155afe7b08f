//! Refusals for programs: problem documents (RFC 9457).

use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// The `Content-Type` of a problem document (RFC 9457 §6.1).
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem document (RFC 9457 §3); `type` is the page that explains `code`, which programs read. `members`
/// holds all further facts.
#[derive(Debug, Serialize)]
pub struct ProblemDocument<'a, Members> {
    /// Address of the explanation; `None` if nothing is refused.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status code.
    pub status: u16,
    /// The stable code.
    pub code: &'a str,
    /// The id that a person can read out on the phone.
    pub request_id: &'a str,
    /// Further members (RFC 9457 §3.2).
    #[serde(flatten)]
    pub members: Members,
}

impl<'a, Members: Serialize> ProblemDocument<'a, Members> {
    /// The document of an answer with this status.
    pub fn new(
        status: StatusCode,
        kind: Option<String>,
        code: &'a str,
        request_id: &'a str,
        members: Members,
    ) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        Self { kind, title, status: status.as_u16(), code, request_id, members }
    }

    /// The document as sent. Members are plain values, so writing them cannot fail.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Since {
        since: &'static str,
    }

    #[test]
    fn members_stand_beside_those_of_the_standard() {
        let kind = Some("https://id.example/problems/revoked".to_owned());
        let members = Since { since: "2026-11-30T00:00:00Z" };
        let document = ProblemDocument::new(StatusCode::FORBIDDEN, kind, "revoked", "01J", members);
        assert_eq!(
            document.to_json(),
            r#"{"type":"https://id.example/problems/revoked","title":"Forbidden","status":403,"code":"revoked","request_id":"01J","since":"2026-11-30T00:00:00Z"}"#
        );
    }
}
