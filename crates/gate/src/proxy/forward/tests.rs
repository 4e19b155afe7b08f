use super::*;

#[tokio::test]
async fn an_application_that_does_not_answer_in_time_is_given_up() {
    let silence = std::future::pending::<Result<(), ForwardError>>();
    let answer = answered(silence, &BodyProgress::default(), Duration::from_millis(1)).await;
    assert!(matches!(answer, Err(ForwardError::Timeout)));
}

fn with_length(method: &Method, stated: Option<&'static str>, body: &Body) -> Vec<(String, String)> {
    let mut headers = HeaderMap::new();
    if let Some(stated) = stated {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static(stated));
    }
    set_length(&mut headers, method, body);
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

#[test]
fn a_requests_body_is_announced_in_plain_digits_or_not_at_all() {
    let length = |length: &str| vec![("content-length".to_owned(), length.to_owned())];
    let full = || crate::body::full("x".repeat(82));
    assert_eq!(with_length(&Method::POST, Some("00000082"), &full()), length("82"));
    assert_eq!(with_length(&Method::POST, None, &empty()), length("0"));
    assert_eq!(with_length(&Method::GET, Some("0"), &empty()), length("0"));
    assert_eq!(with_length(&Method::GET, None, &empty()), []);
    assert_eq!(with_length(&Method::GET, Some("82"), &full()), length("82"));
}
