use super::*;

fn radicale() -> UpstreamForm {
    Form::default()
        .with(UpstreamField::Address, "http://127.0.0.1:5232")
        .with(UpstreamField::HeaderUser, "X-Remote-User, remote-user")
        .with(UpstreamField::RemovedHeaders, "x-portal-admin")
        .with(UpstreamField::AnswerWaitSeconds, "3600")
        .with_tick(UpstreamField::Apple401, true)
}

fn refusals(form: &UpstreamForm) -> Vec<Refusal> {
    form.upstream().err().unwrap_or_default()
}

#[test]
fn what_is_on_record_reads_back_and_nothing_entered_is_the_portal() {
    let upstream = radicale().upstream().unwrap();
    let read_back = UpstreamForm::of_upstream(upstream.as_ref()).upstream().unwrap();
    assert_eq!((read_back, upstream.is_some()), (upstream, true));
    assert_eq!(UpstreamForm::of_upstream(None).upstream(), Ok(None));
}

#[test]
fn everything_wrong_is_told_at_once_each_at_its_field() {
    let form = radicale()
        .with(UpstreamField::Address, "https://app")
        .with(UpstreamField::HeaderUser, "host")
        .with(UpstreamField::HeaderEmail, "re mote")
        .with(UpstreamField::RequestsMax, "0");
    let expected = [
        Refusal::at("upstream", Problem::UpstreamMalformed),
        Refusal::at("header_user", Problem::HeaderReserved { name: "host".to_owned() }),
        Refusal::at("header_email", Problem::HeaderMalformed { name: "re mote".to_owned() }),
        Refusal::at("requests_max", Problem::NumberOutOfRange { min: 1, max: 1_000_000 }),
    ];
    assert_eq!(refusals(&form), expected);
}

#[test]
fn headers_without_an_application_and_a_removed_header_of_ours_are_refused() {
    let portal = radicale().with(UpstreamField::Address, "");
    assert_eq!(refusals(&portal), [Refusal::at("upstream", Problem::UpstreamMissing)]);
    let ours = radicale().with(UpstreamField::RemovedHeaders, "host");
    assert_eq!(
        refusals(&ours),
        [Refusal::at("removed_headers", Problem::HeaderReserved { name: "host".to_owned() })]
    );
}
