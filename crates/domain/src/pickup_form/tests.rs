use super::*;

fn complete() -> Form<PickupField> {
    Form::default()
        .with(PickupField::Reference, "Rabcdefghjk")
        .with(PickupField::Pin, "1234 5678 9012")
        .with(PickupField::Password, "correct horse")
        .with(PickupField::PasswordConfirm, "correct horse")
        .with_tick(PickupField::PasswordRemembered, true)
        .with(PickupField::DeviceType, "windows")
        .with(PickupField::KeyOrigin, "server")
}

fn refusals(form: &Form<PickupField>) -> Vec<Refusal> {
    form.pickup().err().unwrap_or_default()
}

#[test]
fn a_well_filled_form_has_no_problem() {
    assert_eq!(refusals(&complete()), []);
}

#[test]
fn each_bad_password_is_told_by_its_own_name() {
    let both =
        |text: &str| complete().with(PickupField::Password, text).with(PickupField::PasswordConfirm, text);
    for (text, problem) in [
        ("", Problem::Required),
        ("short", Problem::PasswordTooShort { min: 8 }),
        ("パスワードです。長い", Problem::PasswordNotAscii),
    ] {
        assert_eq!(refusals(&both(text)), [Refusal::at("p12_password", problem)]);
    }
    let differ = complete().with(PickupField::PasswordConfirm, "correct horse ");
    assert_eq!(refusals(&differ), [Refusal::at("p12_password_confirm", Problem::PasswordsDiffer)]);
}

#[test]
fn all_problems_are_told_at_once() {
    let form = complete()
        .with(PickupField::Reference, "")
        .with(PickupField::Pin, "12")
        .with_tick(PickupField::PasswordRemembered, false)
        .with(PickupField::DeviceType, "toaster")
        .with(PickupField::KeyOrigin, "browser");
    assert_eq!(
        refusals(&form),
        [
            Refusal::at("reference", Problem::Required),
            Refusal::at("pin", Problem::DigitsMistyped { digits: 12 }),
            Refusal::at("password_remembered", Problem::RememberNotConfirmed),
            Refusal::at("device_type", Problem::DeviceTypeMissing),
            Refusal::whole(Problem::Stale),
        ]
    );
}
