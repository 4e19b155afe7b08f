//! All that can be refused, each by one stable code: what programs look at, support asks for, and `/problems/CODE` of
//! the public site and the manual explain.
//!
//! **Invariant:** a code is never renamed and never goes away; `refusal/codes.txt` lists all, and a test compares.

use serde::{Serialize, Serializer};

/// Writes [`Code`], [`Family`] by family, and what is the same for each row.
macro_rules! codes {
    ($($family:ident { $($code:ident = $name:literal,)* })*) => {
        /// What was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the texts `code-…` tell what each means, in both languages")]
        pub enum Code {
            $($($code,)*)*
        }

        impl Code {
            /// All, family by family.
            pub const ALL: &[Self] = &[$($(Self::$code,)*)*];

            /// As it stands in addresses, answers and logs.
            pub fn name(self) -> &'static str {
                match self {
                    $($(Self::$code => $name,)*)*
                }
            }

            /// What it is about.
            pub fn family(self) -> Family {
                match self {
                    $($(Self::$code)|* => Family::$family,)*
                }
            }
        }
    };
}

codes! {
    Form {
        Required = "required",
        TooLong = "too-long",
        CertificateLetter = "certificate-letter",
        EmailNotAscii = "email-not-ascii",
        EmailMalformed = "email-malformed",
        IdentificationCodeMalformed = "identification-code-malformed",
        LoginNameMalformed = "login-name-malformed",
        GroupMalformed = "group-malformed",
        SiteNameMalformed = "site-name-malformed",
        UpstreamMalformed = "upstream-malformed",
        UpstreamMissing = "upstream-missing",
        HeaderMalformed = "header-malformed",
        HeaderReserved = "header-reserved",
        HeaderDoubled = "header-doubled",
        NumberOutOfRange = "number-out-of-range",
        DateMalformed = "date-malformed",
        PasswordTooShort = "password-too-short",
        PasswordNotAscii = "password-not-ascii",
        PasswordsDiffer = "passwords-differ",
        RememberNotConfirmed = "remember-not-confirmed",
        AgreementMissing = "agreement-missing",
        DeviceTypeMissing = "device-type-missing",
        DataEntryMissing = "data-entry-missing",
        DataEntryRefused = "data-entry-refused",
        DataEntryLine = "data-entry-line",
        DataEntryOtherTenant = "data-entry-other-tenant",
        LoginSuffixMalformed = "login-suffix-malformed",
        EmailDomainMalformed = "email-domain-malformed",
        LoginSuffixMissing = "login-suffix-missing",
        EmailElsewhere = "email-elsewhere",
        ReasonMissing = "reason-missing",
        CertificateMissing = "certificate-missing",
        RejectionReasonMissing = "rejection-reason-missing",
        NameIsFormula = "name-is-formula",
        RoleUnknown = "role-unknown",
        LanguageUnknown = "language-unknown",
        WebAddressMalformed = "web-address-malformed",
    }
    File {
        FileMissing = "file-missing",
        FileTooLarge = "file-too-large",
        FileCharset = "file-charset",
        FileWorkbook = "file-workbook",
        FileTabs = "file-tabs",
        FileSemicolons = "file-semicolons",
        FileEmpty = "file-empty",
        TooManyRows = "too-many-rows",
        ColumnDoubled = "column-doubled",
        ColumnMissing = "column-missing",
        DoubledInFile = "doubled-in-file",
    }
    Proof {
        EnrolRefused = "enrol-refused",
        PickupRefused = "pickup-refused",
        FilePasswordWrong = "file-password-wrong",
        FilePasswordTries = "file-password-tries",
        RevokeRefused = "revoke-refused",
        RevokeOver = "revoke-over",
        SignInRefused = "sign-in-refused",
        EmailCodeWrong = "email-code-wrong",
        EmailCodeOver = "email-code-over",
        EmailNotVouched = "email-not-vouched",
    }
    State {
        EmailTaken = "email-taken",
        LoginNameTaken = "login-name-taken",
        SiteNameTaken = "site-name-taken",
        SiteNameInUse = "site-name-in-use",
        FormUsed = "form-used",
        AgreementChanged = "agreement-changed",
        AppliedBefore = "applied-before",
        ChangedMeanwhile = "changed-meanwhile",
        Stale = "stale",
        LeftUndone = "left-undone",
        SharedUnnamed = "shared-unnamed",
        SharedAlike = "shared-alike",
        RulesShared = "rules-shared",
        RenameLooksNew = "rename-looks-new",
        TenantClosed = "tenant-closed",
        ApplicantSuspended = "applicant-suspended",
        RecipientSuspended = "recipient-suspended",
        CompanySuspended = "company-suspended",
        SlipsNotAllowed = "slips-not-allowed",
        LastAdministrator = "last-administrator",
        LastAdministrationKey = "last-administration-key",
        OwnAccount = "own-account",
        LicenceExpired = "licence-expired",
        TenantEnded = "tenant-ended",
    }
    Limit {
        TooManyHeaders = "too-many-headers",
        SeatsInUse = "seats-in-use",
        SeatsUsedUp = "seats-used-up",
        TooManyTries = "too-many-tries",
        TooManyEmailCodes = "too-many-email-codes",
        TooManyPeople = "too-many-people",
        TooManyInvitations = "too-many-invitations",
        TooManyImports = "too-many-imports",
        PortalFull = "portal-full",
    }
    Gate {
        NoCertificate = "no-certificate",
        UnknownIssuer = "unknown-issuer",
        OtherTenant = "other-tenant",
        WrongUsage = "wrong-usage",
        StatusStale = "status-stale",
        Unregistered = "unregistered",
        TenantSuspended = "tenant-suspended",
        UserSuspended = "user-suspended",
        Revoked = "revoked",
        OnHold = "on-hold",
        NotYetValid = "not-yet-valid",
        Expired = "expired",
        RouteDenied = "route-denied",
    }
    Request {
        Forbidden = "forbidden",
        RoleChanged = "role-changed",
        NotFound = "not-found",
        MethodNotAllowed = "method-not-allowed",
        TooLarge = "too-large",
        UnsupportedMediaType = "unsupported-media-type",
        BadRequest = "bad-request",
        EncodedSlash = "encoded-slash",
        RequestTimeout = "request-timeout",
        UnknownHost = "unknown-host",
        NoServerName = "no-server-name",
    }
    Service {
        Unavailable = "unavailable",
        Internal = "internal",
        UpstreamUnreachable = "upstream-unreachable",
        UpstreamTimeout = "upstream-timeout",
        Busy = "busy",
    }
}

impl Code {
    /// The code of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// What was typed or chosen.
    Form,
    /// A file that was sent.
    File,
    /// Secrets and codes that do not fit together.
    Proof,
    /// How things stand.
    State,
    /// A highest number.
    Limit,
    /// A certificate that does not pass the gate.
    Gate,
    /// A request that cannot be answered.
    Request,
    /// The service itself.
    Service,
}

impl Family {
    /// All, as lists show them.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::File,
        Self::Proof,
        Self::State,
        Self::Limit,
        Self::Gate,
        Self::Request,
        Self::Service,
    ];

    /// Its name in the keys of texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::File => "file",
            Self::Proof => "proof",
            Self::State => "state",
            Self::Limit => "limit",
            Self::Gate => "gate",
            Self::Request => "request",
            Self::Service => "service",
        }
    }

    /// Its codes.
    pub fn codes(self) -> impl Iterator<Item = Code> {
        Code::ALL.iter().copied().filter(move |code| code.family() == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is missing here was renamed or taken away, and what programs and people noted leads nowhere.
    #[test]
    fn the_codes_are_those_of_the_list_each_once_and_in_kebab_case() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        let listed: Vec<&str> = include_str!("refusal/codes.txt").lines().collect();
        assert_eq!(names, listed);
        assert!(listed.windows(2).all(|pair| pair[0] != pair[1]), "doubled");
        for name in names {
            let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
            assert!(name.split('-').all(plain), "{name}");
        }
    }

    #[test]
    fn every_code_is_found_by_its_name_and_belongs_to_a_family_of_the_list() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.name()), Some(*code));
        }
        assert_eq!(Code::parse("no-such-code"), None);
        let listed = Family::ALL.iter().map(|family| family.codes().count()).sum::<usize>();
        assert_eq!(listed, Code::ALL.len());
    }
}
