//! The required form of a tenant's login names and e-mail addresses, so that none of them can be another
//! tenant's.
//!
//! Only operators set these rules: an application behind several tenants relies on them (see
//! [`crate::sharing`]).

use crate::{
    email::EmailAddress,
    host_name::HostName,
    login_name::{LOGIN_NAME_LETTERS_MAX, LoginName},
    refusal::Problem,
};
use std::fmt;

/// The longest suffix, in letters: half of a login name.
pub const LOGIN_SUFFIX_LETTERS_MAX: usize = LOGIN_NAME_LETTERS_MAX / 2;
/// The most domains of one list.
pub const EMAIL_DOMAINS_MAX: usize = 32;

/// No suffix for login names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of . _ - @ + and then a-z, 0-9 and the same signs, such as @kanto, at most \
     {LOGIN_SUFFIX_LETTERS_MAX} letters"
)]
pub struct LoginSuffixError;

impl From<LoginSuffixError> for Problem {
    fn from(LoginSuffixError: LoginSuffixError) -> Self {
        Self::LoginSuffixMalformed
    }
}

/// The ending of every login name of a tenant, such as `@kanto`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSuffix(String);

impl LoginSuffix {
    /// Parses the text and folds it to lower case. A suffix begins with a sign, which separates it from the
    /// name before it.
    pub fn parse(text: &str) -> Result<Self, LoginSuffixError> {
        let text = text.trim().to_ascii_lowercase();
        let begins = text.starts_with(['.', '_', '-', '@', '+']);
        // A login name begins with a letter or digit, and so does the part before the suffix.
        let fits = LoginName::parse(&format!("a{text}")).is_ok();
        let long_enough = (2..=LOGIN_SUFFIX_LETTERS_MAX).contains(&text.len());
        if begins && fits && long_enough { Ok(Self(text)) } else { Err(LoginSuffixError) }
    }

    /// The suffix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name ends in the suffix, with letters before it.
    pub fn fits(&self, login_name: &LoginName) -> bool {
        login_name.as_str().strip_suffix(&self.0).is_some_and(|front| !front.is_empty())
    }
}

impl fmt::Display for LoginSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A part of a list that is no domain, or one domain too many.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no domain, or more than {EMAIL_DOMAINS_MAX}; expected domains such as kanto.example, divided by commas"
)]
pub struct EmailDomainError(pub String);

impl From<EmailDomainError> for Problem {
    fn from(EmailDomainError(domain): EmailDomainError) -> Self {
        Self::EmailDomainMalformed { domain }
    }
}

/// Domains of e-mail addresses, each compared as a whole: a domain below one of them is a different one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmailDomains(Vec<HostName>);

impl EmailDomains {
    /// Parses a list separated by commas or blanks; an `@` before a domain is ignored.
    pub fn parse(text: &str) -> Result<Self, EmailDomainError> {
        let mut domains: Vec<HostName> = Vec::new();
        let parts = text.split(|letter: char| letter.is_whitespace() || ",;、".contains(letter));
        for part in parts.filter(|part| !part.is_empty()) {
            let wrong = || EmailDomainError(part.chars().take(100).collect());
            let domain = HostName::parse(part.strip_prefix('@').unwrap_or(part)).map_err(|_| wrong())?;
            if !domains.contains(&domain) {
                domains.push(domain);
            }
            if domains.len() > EMAIL_DOMAINS_MAX {
                return Err(wrong());
            }
        }
        Ok(Self(domains))
    }

    /// Whether there is no domain.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address is at one of the domains.
    pub fn contain(&self, email: &EmailAddress) -> bool {
        let Some((_, domain)) = email.folded().rsplit_once('@') else { return false };
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        self.0.iter().any(|known| known.as_str() == domain)
    }

    /// All domains.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(HostName::as_str)
    }
}

/// As typed and stored: separated by a comma and a blank.
impl fmt::Display for EmailDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(", "))
    }
}

/// One tenant's rules; by default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameRules {
    /// The ending of each login name.
    pub login_suffix: Option<LoginSuffix>,
    /// The permitted domains of e-mail addresses; empty for any domain.
    pub email_domains: EmailDomains,
    /// Domains at which an administrator vouches for addresses, because their mail is behind the gate.
    pub vouched_domains: EmailDomains,
}

impl NameRules {
    /// Whether the tenant may have this login name.
    pub fn fit_login(&self, login_name: &LoginName) -> bool {
        self.login_suffix.as_ref().is_none_or(|suffix| suffix.fits(login_name))
    }

    /// Whether the tenant may have this address.
    pub fn fit_email(&self, email: &EmailAddress) -> bool {
        self.email_domains.is_empty() || self.email_domains.contain(email)
    }

    /// A login name made from the part before the `@` of an address, in the tenant's form.
    pub fn suggested_login(&self, email: &EmailAddress) -> LoginName {
        let suggested = LoginName::suggested_by(email);
        let Some(suffix) = self.login_suffix.as_ref().filter(|suffix| !suffix.fits(&suggested)) else {
            return suggested;
        };
        let ended = |front: &str| LoginName::parse(&format!("{front}{suffix}"));
        // Half of a login name has room for this word.
        ended(suggested.as_str()).or_else(|_| ended("administrator")).unwrap_or(suggested)
    }

    /// Whether an administrator's word proves this address.
    pub fn vouch(&self, email: &EmailAddress) -> bool {
        self.vouched_domains.contain(email) && self.fit_email(email)
    }

    /// The parts of a user on record that break the rules: users from before a rule keep their names.
    pub fn misfits(
        &self,
        login_name: &LoginName,
        email: &EmailAddress,
        proved: Option<&EmailAddress>,
    ) -> Misfits {
        let login = !self.fit_login(login_name);
        let email = [Some(email), proved].into_iter().flatten().any(|email| !self.fit_email(email));
        Misfits { logins: u64::from(login), emails: u64::from(email), users: u64::from(login || email) }
    }
}

/// As written into the audit log: `key=value`, separated by blanks.
impl fmt::Display for NameRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domains = |domains: &EmailDomains| domains.iter().collect::<Vec<_>>().join(",");
        let suffix = self.login_suffix.as_ref().map_or("", LoginSuffix::as_str);
        let (allowed, vouched) = (domains(&self.email_domains), domains(&self.vouched_domains));
        write!(f, "login_suffix={suffix} email_domains={allowed} vouched_email_domains={vouched}")
    }
}

/// How many of a tenant's users break its rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Misfits {
    /// By their login names.
    pub logins: u64,
    /// By their e-mail addresses: the address on record, or the one that applications receive.
    pub emails: u64,
    /// By either.
    pub users: u64,
}

impl std::ops::AddAssign for Misfits {
    fn add_assign(&mut self, other: Self) {
        self.logins += other.logins;
        self.emails += other.emails;
        self.users += other.users;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_begins_with_a_sign_and_leaves_room_for_a_name() {
        assert_eq!(LoginSuffix::parse(" @Kanto ").unwrap().as_str(), "@kanto");
        for text in ["", "@", "kanto", "@kan to", "@関東", ".a\r\nb", &format!(".{}", "a".repeat(32))] {
            assert_eq!(LoginSuffix::parse(text), Err(LoginSuffixError), "{text:?}");
        }
        let suffix = LoginSuffix::parse(".kanto").unwrap();
        assert!(suffix.fits(&LoginName::parse("taro.kanto").unwrap()));
        for name in ["taro", "kanto", "taro.kanto.kansai", "taro-kanto"] {
            assert!(!suffix.fits(&LoginName::parse(name).unwrap()), "{name}");
        }
    }

    #[test]
    fn an_address_is_at_a_domain_as_a_whole_in_whatever_case() {
        let domains = EmailDomains::parse("Kanto.Example, @kanto.test").unwrap();
        assert_eq!(domains.to_string(), "kanto.example, kanto.test");
        for (email, at) in [
            ("taro@KANTO.example", true),
            ("taro@kanto.test", true),
            ("taro@mail.kanto.example", false),
            ("taro@kansai.example", false),
            ("taro@evilkanto.example", false),
        ] {
            assert_eq!(domains.contain(&EmailAddress::parse(email).unwrap()), at, "{email}");
        }
        assert_eq!(EmailDomains::parse("a.example, b c@d"), Err(EmailDomainError("c@d".to_owned())));
    }

    #[test]
    fn a_suggested_login_name_has_the_tenants_suffix() {
        let rules = NameRules { login_suffix: LoginSuffix::parse("@kanto").ok(), ..NameRules::default() };
        for (email, login) in [
            ("Hanako@kanto.example", "hanako@kanto"),
            ("!@kanto.example", "administrator@kanto"),
            (&format!("{}@kanto.example", "a".repeat(60)), "administrator@kanto"),
        ] {
            let suggested = rules.suggested_login(&EmailAddress::parse(email).unwrap());
            assert_eq!(suggested.as_str(), login);
            assert!(rules.fit_login(&suggested));
        }
    }

    #[test]
    fn without_rules_everything_fits_and_nobodys_word_counts() {
        let rules = NameRules::default();
        let email = EmailAddress::parse("taro@kanto.example").unwrap();
        assert!(rules.fit_login(&LoginName::parse("taro").unwrap()) && rules.fit_email(&email));
        assert!(!rules.vouch(&email));
        let vouched = EmailDomains::parse("kanto.example").unwrap();
        let elsewhere = EmailDomains::parse("kansai.example").unwrap();
        assert!(NameRules { vouched_domains: vouched.clone(), ..NameRules::default() }.vouch(&email));
        let outside = NameRules { vouched_domains: vouched, email_domains: elsewhere, login_suffix: None };
        assert!(!outside.vouch(&email));
    }
}
