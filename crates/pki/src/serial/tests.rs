use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;

#[test]
fn random_serials_are_positive_and_differ() {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let first = Serial::random(&mut rng);
    let second = Serial::random(&mut rng);
    assert_ne!(first, second);
    assert!(first.as_bytes().len() > 12);
}

#[test]
fn a_generator_that_returns_only_zeros_still_gives_a_positive_serial() {
    struct Zeros;
    impl rand_core::TryRng for Zeros {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(0)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(0)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(0);
            Ok(())
        }
    }
    impl rand_core::TryCryptoRng for Zeros {}
    assert_eq!(Serial::random(&mut Zeros).as_bytes(), [1]);
}

#[test]
fn leading_zeros_do_not_make_another_serial() {
    assert_eq!(Serial::from_bytes(&[0, 0, 5]), Serial::from_bytes(&[5]));
    assert_eq!(Serial::from_hex("0005").unwrap().to_hex(), "05");
}

#[test]
fn zero_and_nothing_are_refused() {
    assert_eq!(Serial::from_bytes(&[]), Err(SerialError::NotPositive));
    assert_eq!(Serial::from_bytes(&[0; 30]), Err(SerialError::NotPositive));
}

#[test]
fn twenty_octets_with_the_high_bit_set_would_encode_to_twenty_one_and_are_refused() {
    assert!(Serial::from_bytes(&[0x7f; 20]).is_ok());
    assert_eq!(Serial::from_bytes(&[0x80; 20]), Err(SerialError::TooLong));
    assert_eq!(Serial::from_bytes(&[1; 21]), Err(SerialError::TooLong));
}

#[test]
fn high_bit_gets_a_sign_octet_in_der() {
    let serial = Serial::from_bytes(&[0xff, 0x01]).unwrap();
    assert_eq!(serial.to_der(), [0x02, 0x03, 0x00, 0xff, 0x01]);
}

#[test]
fn hex_round_trips_and_refuses_what_is_no_hex() {
    let serial = Serial::from_hex("0A1bFF").unwrap();
    assert_eq!(serial.to_hex(), "0a1bff");
    assert_eq!(Serial::from_hex("abc"), Err(SerialError::NotHex));
    assert_eq!(Serial::from_hex("+1"), Err(SerialError::NotHex));
    assert_eq!(Serial::from_hex("日本"), Err(SerialError::NotHex));
}

#[test]
fn order_is_numeric() {
    let small = Serial::from_hex("ff").unwrap();
    let large = Serial::from_hex("0100").unwrap();
    assert!(small < large);
}

#[test]
fn a_serial_number_is_read_in_the_shapes_in_which_programs_show_it() {
    let serial = Serial::from_hex("0a1b2c3d4e5f60718293a4b5c6d7e8f9").unwrap();
    for shown in [
        // Sekisho's lists; openssl x509 -serial and crl -text; the same with the text before it.
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "0A1B2C3D4E5F60718293A4B5C6D7E8F9",
        "serial=0A1B2C3D4E5F60718293A4B5C6D7E8F9",
        // openssl x509 -text, Firefox, Chromium.
        "0a:1b:2c:3d:4e:5f:60:71:82:93:a4:b5:c6:d7:e8:f9",
        "0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9",
        // macOS, older Windows; today's Windows with its invisible mark.
        "0A 1B 2C 3D 4E 5F 60 71 82 93 A4 B5 C6 D7 E8 F9",
        "\u{200e}0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        // .NET, groups, leading zeros dropped or added, a prefix of programming languages.
        "0A-1B-2C-3D-4E-5F-60-71-82-93-A4-B5-C6-D7-E8-F9",
        "0a1b:2c3d:4e5f:6071:8293:a4b5:c6d7:e8f9",
        "a:1b:2c:3d:4e:5f:60:71:82:93:a4:b5:c6:d7:e8:f9",
        "a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "000a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "0xA1B2C3D4E5F60718293A4B5C6D7E8F9",
        " 0a1b2c3d4e5f60718293a4b5c6d7e8f9\t",
    ] {
        assert_eq!(Serial::readings(shown), [serial], "{shown:?}");
    }
    // Decimal, as Java and Python show it.
    assert_eq!(Serial::readings("13433369256225207278633426983318972665")[1], serial);
}

#[test]
fn digits_alone_may_mean_two_numbers_and_anything_else_means_none() {
    let hex = |text| Serial::from_hex(text).unwrap();
    assert_eq!(Serial::readings("1234"), [hex("1234"), hex("04d2")]);
    assert_eq!(Serial::readings("9"), [hex("09")]);
    // Too long for hexadecimal, so that one reading is left.
    assert_eq!(Serial::readings(&"1".repeat(48)).len(), 1);
    for none in ["", "0", "00:00", "x", "0x", "-1", "12:345:6", "ab::cd", "serial=", "ä", "0a1g"] {
        assert_eq!(Serial::readings(none), [], "{none:?}");
    }
    assert_eq!(Serial::readings("0197c2a4-6d0e-7abc-8def-0123456789ab").len(), 1, "an id is also 16 octets");
    assert_eq!(Serial::readings(&"f".repeat(1_000_000)), []);
}
