//! The table of refusals: one row each, with its family, its stable name and the values in its texts.

use super::{Family, LastDay, OnRecord, Value, value::Valued};
use crate::import::Column;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use std::fmt;

/// Writes [`Code`] and [`Problem`] from the table.
macro_rules! codes {
    ($($family:ident { $($code:ident $({ $($value:ident: $kind:ty),* })? = $name:literal,)* })*) => {
        /// The code of a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the texts `code-…` tell what each means, in both languages")]
        pub enum Code {
            $($($code,)*)*
        }

        impl Code {
            /// All codes, family by family.
            pub const ALL: &[Self] = &[$($(Self::$code,)*)*];

            /// The name in addresses, answers and logs.
            pub fn name(self) -> &'static str {
                match self {
                    $($(Self::$code => $name,)*)*
                }
            }

            /// The code's family.
            pub fn family(self) -> Family {
                match self {
                    $($(Self::$code)|* => Family::$family,)*
                }
            }

            /// The names of its values.
            pub fn value_names(self) -> &'static [&'static str] {
                match self {
                    $($(Self::$code => &[$($(stringify!($value)),*)?],)*)*
                }
            }
        }

        /// A refusal with the values in its texts.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "as at `Code`")]
        pub enum Problem {
            $($($code $({ $($value: $kind),* })?,)*)*
        }

        impl Problem {
            /// The stable code.
            pub fn code(&self) -> Code {
                match self {
                    $($(Self::$code { .. } => Code::$code,)*)*
                }
            }

            /// The values by their names in texts and answers; unknown values are left out.
            pub fn values(&self) -> Vec<(&'static str, Value)> {
                match self {
                    $($(Self::$code $({ $($value),* })? => {
                        let values: Vec<(&'static str, Option<Value>)> =
                            vec![$($((stringify!($value), $value.valued())),*)?];
                        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
                    })*)*
                }
            }
        }
    };
}

codes! {
    Form {
        Required = "required",
        TooLong { max: u32 } = "too-long",
        CertificateLetter { letter: char, typed: String } = "certificate-letter",
        EmailNotAscii = "email-not-ascii",
        EmailMalformed = "email-malformed",
        LoginNameMalformed = "login-name-malformed",
        GroupMalformed { group: String } = "group-malformed",
        SiteNameMalformed = "site-name-malformed",
        UpstreamMalformed = "upstream-malformed",
        UpstreamMissing = "upstream-missing",
        HeaderMalformed { name: String } = "header-malformed",
        HeaderReserved { name: String } = "header-reserved",
        HeaderDoubled { name: String } = "header-doubled",
        NumberOutOfRange { min: u32, max: u32 } = "number-out-of-range",
        DateMalformed = "date-malformed",
        CodeMistyped { letters: u32 } = "code-mistyped",
        DigitsMistyped { digits: u32 } = "digits-mistyped",
        PasswordTooShort { min: u32 } = "password-too-short",
        PasswordNotAscii = "password-not-ascii",
        PasswordYen = "password-yen",
        PasswordFullWidth = "password-full-width",
        PasswordReplacedMarks = "password-replaced-marks",
        PasswordUnseen = "password-unseen",
        PasswordsDiffer = "passwords-differ",
        RememberNotConfirmed = "remember-not-confirmed",
        AgreementMissing = "agreement-missing",
        DeviceTypeMissing = "device-type-missing",
        DataEntryMissing = "data-entry-missing",
        DataEntryRefused = "data-entry-refused",
        DataEntryLine { line: u32 } = "data-entry-line",
        DataEntryAbsent = "data-entry-absent",
        DataEntryLinesMissing { keys: String } = "data-entry-lines-missing",
        DataEntryLineDoubled { key: String } = "data-entry-line-doubled",
        DataEntryValueDamaged { key: String } = "data-entry-value-damaged",
        DataEntryOtherTenant = "data-entry-other-tenant",
        LoginSuffixMalformed = "login-suffix-malformed",
        EmailDomainMalformed { domain: String } = "email-domain-malformed",
        DomainMalformed = "domain-malformed",
        LoginSuffixMissing { suffix: String } = "login-suffix-missing",
        EmailElsewhere { domains: String } = "email-elsewhere",
        CompatNotAllowed = "compat-not-allowed",
        PrincipalNameMissing = "principal-name-missing",
        ReasonMissing = "reason-missing",
        CertificateMissing = "certificate-missing",
        RejectionReasonMissing = "rejection-reason-missing",
        NameIsFormula = "name-is-formula",
        NameDamaged { letter: String } = "name-damaged",
        NameUnseen { letter: String } = "name-unseen",
        RoleUnknown = "role-unknown",
        LanguageUnknown = "language-unknown",
        WebAddressMalformed = "web-address-malformed",
    }
    File {
        FileMissing = "file-missing",
        FileTooLarge { max: u32 } = "file-too-large",
        FileCharset = "file-charset",
        FileDamaged { line: u32 } = "file-damaged",
        FileQuoteOpen { line: u32 } = "file-quote-open",
        FileWorkbook = "file-workbook",
        FileTabs = "file-tabs",
        FileSemicolons = "file-semicolons",
        FileEmpty = "file-empty",
        RowsRefused = "rows-refused",
        AdministratorsUnconfirmed = "administrators-unconfirmed",
        TooManyRows { max: u32 } = "too-many-rows",
        ColumnDoubled { column: Column } = "column-doubled",
        ColumnMissing { column: Column } = "column-missing",
        DoubledInFile { line: u32 } = "doubled-in-file",
    }
    Proof {
        EnrolRefused = "enrol-refused",
        PickupRefused { tries: u32 } = "pickup-refused",
        PinLocked = "pin-locked",
        PinExpired = "pin-expired",
        PinUsed = "pin-used",
        ClaimOver = "claim-over",
        FileGone = "file-gone",
        FilePasswordWrong = "file-password-wrong",
        FilePasswordTries = "file-password-tries",
        RevokeRefused = "revoke-refused",
        RevokeOver = "revoke-over",
        SignInRefused = "sign-in-refused",
        PasswordCodeNeeded = "password-code-needed",
        EmailCodeWrong { left: u32 } = "email-code-wrong",
        EmailCodeOver = "email-code-over",
        EmailNotVouched = "email-not-vouched",
    }
    State {
        EmailTaken = "email-taken",
        LoginNameTaken = "login-name-taken",
        SiteNameTaken = "site-name-taken",
        SiteNameInUse { tenant: String } = "site-name-in-use",
        FormUsed = "form-used",
        AgreementChanged = "agreement-changed",
        AppliedBefore = "applied-before",
        ChangedMeanwhile { on_record: Option<OnRecord> } = "changed-meanwhile",
        Stale = "stale",
        AlreadyDone = "already-done",
        LeftUndone = "left-undone",
        SharedUnnamed { other: String, of: String } = "shared-unnamed",
        SharedAlike { other: String, of: String } = "shared-alike",
        RulesShared { other: String } = "rules-shared",
        RenameLooksNew { site: String } = "rename-looks-new",
        TenantClosed = "tenant-closed",
        ApplicantSuspended = "applicant-suspended",
        RecipientSuspended = "recipient-suspended",
        CompanySuspended = "company-suspended",
        SlipsNotAllowed = "slips-not-allowed",
        LastAdministrator = "last-administrator",
        LastAdministrationKey = "last-administration-key",
        OwnAccount = "own-account",
        DeviceHasCertificate = "device-has-certificate",
        HadCertificate = "had-certificate",
        NothingEndsSoon { days: u32 } = "nothing-ends-soon",
        LicenceExpired { date: LastDay } = "licence-expired",
        TenantEnded = "tenant-ended",
        NotPickedUp = "not-picked-up",
        RenewalUnderWay = "renewal-under-way",
        RenewalTooEarly { from: Timestamp } = "renewal-too-early",
        RenewalTooLate { days: u32 } = "renewal-too-late",
        DeviceOnHold = "device-on-hold",
        DeviceRevoked = "device-revoked",
        NewFileOver = "new-file-over",
        MailErased = "mail-erased",
        ApplicationClosed = "application-closed",
        PinIsMailed = "pin-is-mailed",
        PinByAdministrator = "pin-by-administrator",
        PinByOperator = "pin-by-operator",
        AdministratorEstablished = "administrator-established",
        NoAdministrator = "no-administrator",
        OperatorsTenant = "operators-tenant",
    }
    Limit {
        TooManyHeaders { max: u32 } = "too-many-headers",
        SeatsInUse { used: u32 } = "seats-in-use",
        SeatsUsedUp { seats: u32 } = "seats-used-up",
        TooManyTries { minutes: u32, seconds: u32 } = "too-many-tries",
        TooManyEmailCodes { until: Timestamp } = "too-many-email-codes",
        TooManyPeople { max: u32 } = "too-many-people",
        TooManyInvitations { max: u32 } = "too-many-invitations",
        TooManyImports { max: u32 } = "too-many-imports",
        PortalFull { max: u32 } = "portal-full",
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
        ForeignOrigin = "foreign-origin",
        Forbidden = "forbidden",
        RoleChanged = "role-changed",
        NotFound = "not-found",
        MethodNotAllowed = "method-not-allowed",
        TooLarge = "too-large",
        UnsupportedMediaType = "unsupported-media-type",
        BadRequest = "bad-request",
        Ambiguous = "ambiguous",
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

/// The stable code, for logs.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().name())
    }
}
