//! What can be wrong with what a person typed, each with what to do about it.

mod told;

use crate::{
    form::label,
    voice::{Phrase, Voice},
};
use domain::{import::Column, time::Timestamp};

/// One problem, at a field (its form name) or with the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The form field's name; `None`: the form as a whole.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A problem at the field of that name.
    pub fn at(field: &'static str, problem: Problem) -> Self {
        Self { field: Some(field), problem }
    }

    /// A problem that belongs to no single field.
    pub fn whole(problem: Problem) -> Self {
        Self { field: None, problem }
    }

    /// The field's label and what is wrong with it, for lists and files far from the field.
    pub fn say(&self, t: &Voice) -> Phrase {
        let message = self.problem.say(t);
        match self.field {
            Some(field) => t.say("form-error-at").with("field", label(field, t)).with("message", message),
            None => message,
        }
    }
}

/// What is wrong. Texts: `problem-CODE` in `translations/{ja,en}/form.ftl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was given.
    Required,
    /// More letters than `max`.
    TooLong {
        /// The most letters that fit.
        max: u32,
    },
    /// A letter that a certificate cannot carry.
    CertificateTextLetter {
        /// The first such letter.
        letter: char,
        /// What was typed.
        typed: String,
        /// The same without accents and full-width letters, where that is possible; see
        /// [`crate::spelling::plain`].
        suggestion: Option<String>,
    },
    /// An e-mail address with letters outside ASCII.
    EmailNotAscii,
    /// Not an e-mail address.
    EmailMalformed,
    /// Another user of this company has the address.
    EmailTaken,
    /// Not of the form of an identification code.
    IdentificationCodeMalformed,
    /// Not a login name.
    LoginNameMalformed,
    /// Another user of this company has the login name.
    LoginNameTaken,
    /// A group key with letters that headers cannot carry.
    GroupMalformed {
        /// The part that is no key.
        group: String,
    },
    /// Not a short name for a tenant.
    SlugMalformed,
    /// The short name is kept for the installation or taken.
    SlugTaken,
    /// Another tenant has the short name.
    SlugInUse {
        /// That tenant's name.
        tenant: String,
    },
    /// This very form was sent before, with something else in it.
    FormUsed,
    /// Not `http://host:port`.
    UpstreamMalformed,
    /// Another tenant uses the address, and no header of `of`'s site names a person.
    SharedUnnamed {
        /// The other tenant's short name.
        other: String,
        /// The short name of the one whose headers are meant.
        of: String,
    },
    /// Another tenant uses the address, and what names `of`'s people may name another tenant's.
    SharedAlike {
        /// The other tenant's short name.
        other: String,
        /// The short name of the one whose headers are meant.
        of: String,
    },
    /// Without these rules an application could take the people of two tenants for each other.
    RulesShared {
        /// The other tenant's short name.
        other: String,
    },
    /// No suffix for login names.
    LoginSuffixMalformed,
    /// Not a domain of e-mail addresses.
    EmailDomainMalformed {
        /// What was typed.
        domain: String,
    },
    /// A login name without the tenant's suffix.
    LoginSuffixMissing {
        /// The suffix.
        suffix: String,
    },
    /// An address at a domain that is not the tenant's.
    EmailElsewhere {
        /// The tenant's domains.
        domains: String,
    },
    /// Under another login name the application takes the person for a new one, and nobody says that this is known.
    RenameLooksNew {
        /// The site's address.
        site: String,
    },
    /// Not the code that was mailed.
    EmailCodeWrong {
        /// Tries left.
        left: u32,
    },
    /// The code proves nothing any more.
    EmailCodeOver,
    /// Too many codes were mailed.
    TooManyEmailCodes {
        /// Until when none is mailed.
        until: Timestamp,
    },
    /// An administrator's word does not count for the address.
    EmailNotVouched,
    /// Headers are mapped, but there is no application to get them.
    UpstreamMissing,
    /// Not a header name.
    HeaderMalformed {
        /// What was typed.
        name: String,
    },
    /// A header that the gate sets or removes itself.
    HeaderReserved {
        /// Its name.
        name: String,
    },
    /// The same header carries two values.
    HeaderDoubled {
        /// Its name.
        name: String,
    },
    /// More headers than a site may map.
    TooManyHeaders {
        /// The most that it may.
        max: u32,
    },
    /// Not a whole number in the range.
    NumberOutOfRange {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Fewer seats than are in use.
    SeatsInUse {
        /// How many are.
        used: u32,
    },
    /// Not a date in the future.
    DateMalformed,
    /// Fewer letters than `min`.
    PasswordTooShort {
        /// The fewest letters that do.
        min: u32,
    },
    /// Letters other than printable ASCII, which some systems cannot type at the import.
    PasswordNotAscii,
    /// The two passwords differ.
    PasswordsDiffer,
    /// The checkbox "I will remember this password" is empty.
    RememberNotConfirmed,
    /// The subscriber agreement was not agreed to.
    AgreementMissing,
    /// The agreement changed while the form was open.
    AgreementChanged,
    /// No device was chosen.
    DeviceTypeMissing,
    /// `[読み込む]` was pressed with neither a file nor a text.
    DataEntryMissing,
    /// `data_entry.txt` is not as it was handed out, or not from here.
    DataEntryRefused,
    /// `data_entry.txt` belongs to another company than the identification code.
    DataEntryOtherTenant,
    /// A line of `data_entry.txt` is not `key=value`.
    DataEntryLine {
        /// Which, 1-based.
        line: u32,
    },
    /// The company of the `data_entry.txt` is no longer served.
    TenantClosed,
    /// The credentials are right, but the person or the company is suspended.
    ApplicantSuspended,
    /// The user is suspended and can be given nothing new.
    UserSuspended,
    /// The company is suspended or its contract is over: nobody can be added or invited.
    CompanySuspended,
    /// The company's policy allows no printed slips.
    SlipsNotAllowed,
    /// The company would be left without an administrator.
    LastAdministrator,
    /// The company's people could not open the desk any more, and do not say that they know.
    LastDeskKey,
    /// Nobody said why a certificate is revoked.
    ReasonMissing,
    /// No certificate was chosen.
    CertificateMissing,
    /// Neither a reason nor that none is given.
    RejectionReasonMissing,
    /// The contract ended.
    LicenceExpired {
        /// When.
        at: Timestamp,
    },
    /// All seats are in use.
    SeatsUsedUp {
        /// How many there are.
        seats: u32,
    },
    /// The uniform refusal of an application: the same whatever was wrong.
    EnrolRefused,
    /// The password was used a moment ago, by a form that said something else.
    AppliedBefore,
    /// Reference and PIN do not fit together.
    PickupRefused,
    /// Somebody else saved it since the form was opened; what was typed is not saved yet.
    ChangedMeanwhile,
    /// What is on record now, beside what was typed.
    OnRecord {
        /// The value; empty for none.
        value: String,
    },
    /// The same at a field that offers a choice.
    OnRecordChoice {
        /// What the keys of the choices' labels begin with, such as `role`.
        choices: &'static str,
        /// The choice's value.
        value: String,
    },
    /// Not the password of the file.
    FilePasswordWrong,
    /// The file's password was typed too often.
    FilePasswordTries,
    /// Code, e-mail and challenge phrase do not fit together.
    RevokeRefused,
    /// The choice of a certificate to revoke took too long.
    RevokeOver,
    /// Login name or password is wrong.
    SignInRefused,
    /// Too many tries.
    TooManyTries {
        /// When to try again, in minutes.
        minutes: u32,
    },
    /// No file was chosen.
    FileMissing,
    /// The file is larger than it may be.
    FileTooLarge {
        /// The most mebibytes.
        max_mib: u32,
    },
    /// The file's letters are in no character set that we read.
    FileCharset,
    /// The file is a spreadsheet program's own.
    FileWorkbook,
    /// Tabs stand between the file's cells.
    FileTabs,
    /// Semicolons stand between the file's cells.
    FileSemicolons,
    /// A name begins as a formula does.
    NameIsFormula,
    /// The file has no row below its headings.
    FileEmpty,
    /// The file has more rows than it may have.
    TooManyRows {
        /// The most rows.
        max: u32,
    },
    /// More people than a company may have.
    TooManyPeople {
        /// The most people.
        max: u32,
    },
    /// More invitations within a day than a company may send.
    TooManyInvitations {
        /// The most a day.
        max: u32,
    },
    /// More imports wait or run than a company may have.
    TooManyImports {
        /// The most.
        max: u32,
    },
    /// A column stands twice in the file's first row.
    ColumnDoubled {
        /// Which.
        column: Column,
    },
    /// The same value stands in an earlier line of the file.
    DoubledInFile {
        /// That line, 1-based.
        line: u32,
    },
    /// Not the name of a role.
    RoleUnknown,
    /// Not a language that mails are written in.
    LanguageUnknown,
    /// The file's first row lacks a column.
    ColumnMissing {
        /// Which.
        column: Column,
    },
    /// The first administrator cannot be shut out by himself.
    OwnAccount,
    /// Not an `https` address.
    WebAddressMalformed,
    /// The portal's home has no room for another announcement or link.
    PortalFull {
        /// The most of its kind.
        max: u32,
    },
    /// An act on several stopped before this one was done.
    LeftUndone,
    /// Something changed meanwhile; the page shows the present state.
    Stale,
}

impl Problem {
    /// Does the text say by itself which field is meant?
    pub(crate) fn names_its_field(&self) -> bool {
        matches!(
            self,
            Self::RememberNotConfirmed
                | Self::AgreementMissing
                | Self::AgreementChanged
                | Self::DeviceTypeMissing
                | Self::LastDeskKey
                | Self::ReasonMissing
                | Self::CertificateMissing
                | Self::PickupRefused
                | Self::RenameLooksNew { .. }
        )
    }
}
