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
