//! The proof that an e-mail address reaches its person: a code mailed there and typed back ([`crate::mailed_code`]).
//!
//! Applications receive a proved address only ([`crate::user::User::proved_email`]): an administrator who
//! writes a foreign address into a record cannot make an application mistake the person for the owner of that
//! address. A first address is proved when a certificate is picked up with a PIN that was mailed to it.

use crate::{email::EmailAddress, user::User};

/// How long a code is valid, in hours.
pub const EMAIL_CODE_HOURS: i64 = 72;

/// The next step after a change of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterChange {
    /// Nothing: the address is the same.
    Nothing,
    /// The new address is proved already: by the same address in other letters, or by an earlier proof.
    Proved,
    /// A code is mailed there; applications still receive the former address.
    MailCode,
    /// The person has no proved address yet: the pickup of a certificate proves the address.
    AwaitPickup,
}

/// The next step for a person's proof after a change of address.
pub fn after_change(former: &User, email: &EmailAddress) -> AfterChange {
    match &former.proved_email {
        _ if former.email.as_str() == email.as_str() => AfterChange::Nothing,
        Some(proved) if proved == email => AfterChange::Proved,
        Some(_) => AfterChange::MailCode,
        None => AfterChange::AwaitPickup,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        id::{TenantId, UserId},
        locale::Locale,
        login_name::LoginName,
        time::{SignedDuration, Timestamp},
        user::{Role, UserState},
    };
    use rand_core::SeedableRng;

    pub(crate) fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    pub(crate) fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    pub(crate) fn user(address: &str, proved: Option<&str>) -> User {
        let rng = &mut rand_chacha::ChaCha20Rng::seed_from_u64(1);
        User {
            id: UserId::new(at(0), rng),
            tenant: TenantId::new(at(0), rng),
            role: Role::User,
            login_name: LoginName::parse("taro").unwrap(),
            display_name: "山田 太郎".to_owned(),
            reading: String::new(),
            roman_name: None,
            email: email(address),
            proved_email: proved.map(email),
            groups: Vec::new(),
            note: String::new(),
            locale: Locale::Ja,
            state: UserState::Active,
            suspend_at: None,
        }
    }

    #[test]
    fn only_another_address_of_somebody_who_was_reached_before_asks_for_a_code() {
        let proved = user("a@a.test", Some("a@a.test"));
        assert_eq!(after_change(&proved, &email("a@a.test")), AfterChange::Nothing);
        assert_eq!(after_change(&proved, &email("A@a.test")), AfterChange::Proved);
        assert_eq!(after_change(&proved, &email("b@a.test")), AfterChange::MailCode);
        let pending = user("b@a.test", Some("a@a.test"));
        assert_eq!(after_change(&pending, &email("a@a.test")), AfterChange::Proved);
        assert_eq!(after_change(&user("a@a.test", None), &email("b@a.test")), AfterChange::AwaitPickup);
    }
}
