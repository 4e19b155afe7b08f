use super::*;

fields! {
    /// A form with a field of each kind.
    SampleField {
        /// Text.
        Name = "name",
        /// A box.
        Agreed = "agreed": Tick,
        /// A choice.
        Role = "role": Choice("role"),
        /// A secret.
        Pin = "pin": Secret,
    }
}

fn sample() -> Form<SampleField> {
    Form::default()
        .with(SampleField::Name, " 山田 ")
        .with_tick(SampleField::Agreed, true)
        .with(SampleField::Role, "user")
        .with(SampleField::Pin, " 1234 ")
}

#[test]
fn a_text_is_read_without_blanks_and_shown_again_as_it_was_typed() {
    let form = sample();
    assert_eq!((form.text(SampleField::Name), form.shown(SampleField::Name)), ("山田", " 山田 "));
    assert!(form.is_ticked(SampleField::Agreed));
    assert_eq!(Form::<SampleField>::default().text(SampleField::Name), "");
}

#[test]
fn a_secret_is_neither_shown_again_nor_written_down() {
    let form = sample();
    assert_eq!((form.shown(SampleField::Pin), form.text(SampleField::Pin)), ("", ""));
    assert_eq!(form.exposed(SampleField::Pin), " 1234 ");
    assert!(!format!("{form:?}").contains("1234"), "{form:?}");
}

#[test]
fn what_was_entered_stands_over_what_was_there_and_the_rest_stays() {
    let entered = Form::default().with(SampleField::Name, "佐藤");
    let form = sample().overlaid(entered);
    assert_eq!((form.text(SampleField::Name), form.text(SampleField::Role)), ("佐藤", "user"));
}
