use super::*;

fn person() -> NameBuilder {
    Name::builder().country("JP").organization("Sample, Inc.").common_name("Taro Yamada")
}

#[test]
fn country_is_printable_string_and_the_rest_utf8_string() {
    let name = person().build().unwrap();
    let country = b"\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02JP";
    assert!(name.as_der().windows(country.len()).any(|window| window == country));
    let organization = b"\x0c\x0cSample, Inc.";
    assert!(name.as_der().windows(organization.len()).any(|window| window == organization));
}

#[test]
fn a_name_is_shown_as_rfc_4514_says() {
    let name = person().organizational_unit("営業 #1").build().unwrap();
    assert_eq!(name.to_string(), r"OU=営業 #1,CN=Taro Yamada,O=Sample\, Inc.,C=JP");
}

#[test]
fn all_attributes_read_back() {
    let name = person().surname("Yamada").given_name("Taro").build().unwrap();
    let read = Name::from_der(name.as_der()).unwrap();
    assert_eq!(read, name);
    assert!(name.to_string().starts_with("GN=Taro,SN=Yamada,"), "{name}");
}

#[test]
fn bounds_are_kept() {
    let long = "あ".repeat(65);
    let refused = Name::builder().common_name(long).build();
    let too_long = NameError::TooLong { attribute: NameAttribute::CommonName, characters_max: 64 };
    assert_eq!(refused, Err(too_long));
    assert!(Name::builder().common_name("あ".repeat(64)).build().is_ok());
    assert_eq!(Name::builder().country("jp").build(), Err(NameError::Country));
    assert_eq!(Name::builder().country("JPN").build(), Err(NameError::Country));
}

#[test]
fn empty_attributes_and_control_characters_are_refused() {
    assert_eq!(Name::builder().build(), Err(NameError::NoAttribute));
    let empty = Name::builder().organization("").build();
    assert_eq!(empty, Err(NameError::Empty(NameAttribute::Organization)));
    let control = Name::builder().common_name("a\0b").build();
    assert_eq!(control, Err(NameError::ControlCharacter(NameAttribute::CommonName)));
}

#[test]
fn damaged_bytes_never_panic() {
    let name = person().build().unwrap();
    crate::damage::for_each_damage(name.as_der(), |bytes| {
        if let Ok(read) = Name::from_der(bytes) {
            let _ = read.to_string();
        }
    });
}
