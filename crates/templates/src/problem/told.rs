//! What a problem is in one value: its code and what its text mentions; and the text that follows from both.

use super::Problem;
use crate::{
    desk::column_heading,
    voice::{Phrase, Voice},
};
use domain::{import::Column, pin::PIN_ATTEMPTS_MAX, refusal::Code, time::Timestamp};

/// What a text mentions.
enum Value<'a> {
    Number(u32),
    Letter(char),
    Text(&'a str),
    Moment(Timestamp),
    /// The day before a contract's end.
    LastDay(Timestamp),
    Column(Column),
}

impl Problem {
    /// The stable code.
    pub fn code(&self) -> Code {
        self.parts().0
    }

    /// The text: `problem-CODE`.
    pub(crate) fn say(&self, t: &Voice) -> Phrase {
        let key = match self {
            Self::OnRecord { value } if value.is_empty() => return t.say("problem-on-record-empty"),
            Self::OnRecord { value } => return t.say("problem-on-record").with("value", value),
            Self::OnRecordChoice { choices, value } => {
                let choice = t.say(format!("{choices}-{value}"));
                return t.say("problem-on-record").with("value", choice);
            }
            Self::CertificateTextLetter { suggestion: Some(_), .. } => "certificate-letter-suggestion",
            _ => self.code().name(),
        };
        let (_, values) = self.parts();
        values.into_iter().fold(t.say(format!("problem-{key}")), |phrase, (name, value)| match value {
            Value::Number(number) => phrase.with(name, number),
            Value::Letter(letter) => phrase.with(name, letter),
            Value::Text(text) => phrase.with(name, text),
            Value::Moment(at) => phrase.with(name, t.moment(at)),
            Value::LastDay(at) => phrase.with(name, t.last_day(at)),
            Value::Column(column) => phrase.with(name, column_heading(column, t)),
        })
    }

    /// The code, and what the text mentions by its names there.
    #[expect(clippy::too_many_lines, reason = "one row a problem")]
    fn parts(&self) -> (Code, Vec<(&'static str, Value<'_>)>) {
        match self {
            Self::Required => (Code::Required, vec![]),
            Self::TooLong { max } => (Code::TooLong, vec![("max", Value::Number(*max))]),
            Self::CertificateTextLetter { letter, suggestion: None, .. } => {
                (Code::CertificateLetter, vec![("letter", Value::Letter(*letter))])
            }
            Self::CertificateTextLetter { letter, typed, suggestion: Some(suggestion) } => (
                Code::CertificateLetter,
                vec![
                    ("letter", Value::Letter(*letter)),
                    ("typed", Value::Text(typed)),
                    ("suggestion", Value::Text(suggestion)),
                ],
            ),
            Self::EmailNotAscii => (Code::EmailNotAscii, vec![]),
            Self::EmailMalformed => (Code::EmailMalformed, vec![]),
            Self::EmailTaken => (Code::EmailTaken, vec![]),
            Self::IdentificationCodeMalformed => (Code::IdentificationCodeMalformed, vec![]),
            Self::LoginNameMalformed => (Code::LoginNameMalformed, vec![]),
            Self::LoginNameTaken => (Code::LoginNameTaken, vec![]),
            Self::GroupMalformed { group } => (Code::GroupMalformed, vec![("group", Value::Text(group))]),
            Self::SlugMalformed => (Code::SiteNameMalformed, vec![]),
            Self::SlugTaken => (Code::SiteNameTaken, vec![]),
            Self::SlugInUse { tenant } => (Code::SiteNameInUse, vec![("tenant", Value::Text(tenant))]),
            Self::FormUsed => (Code::FormUsed, vec![]),
            Self::UpstreamMalformed => (Code::UpstreamMalformed, vec![]),
            Self::SharedUnnamed { other, of } => {
                (Code::SharedUnnamed, vec![("other", Value::Text(other)), ("of", Value::Text(of))])
            }
            Self::SharedAlike { other, of } => {
                (Code::SharedAlike, vec![("other", Value::Text(other)), ("of", Value::Text(of))])
            }
            Self::RulesShared { other } => (Code::RulesShared, vec![("other", Value::Text(other))]),
            Self::LoginSuffixMalformed => (Code::LoginSuffixMalformed, vec![]),
            Self::EmailDomainMalformed { domain } => {
                (Code::EmailDomainMalformed, vec![("domain", Value::Text(domain))])
            }
            Self::LoginSuffixMissing { suffix } => {
                (Code::LoginSuffixMissing, vec![("suffix", Value::Text(suffix))])
            }
            Self::EmailElsewhere { domains } => {
                (Code::EmailElsewhere, vec![("domains", Value::Text(domains))])
            }
            Self::RenameLooksNew { site } => (Code::RenameLooksNew, vec![("site", Value::Text(site))]),
            Self::EmailCodeWrong { left } => (Code::EmailCodeWrong, vec![("left", Value::Number(*left))]),
            Self::EmailCodeOver => (Code::EmailCodeOver, vec![]),
            Self::TooManyEmailCodes { until } => {
                (Code::TooManyEmailCodes, vec![("until", Value::Moment(*until))])
            }
            Self::EmailNotVouched => (Code::EmailNotVouched, vec![]),
            Self::UpstreamMissing => (Code::UpstreamMissing, vec![]),
            Self::HeaderMalformed { name } => (Code::HeaderMalformed, vec![("name", Value::Text(name))]),
            Self::HeaderReserved { name } => (Code::HeaderReserved, vec![("name", Value::Text(name))]),
            Self::HeaderDoubled { name } => (Code::HeaderDoubled, vec![("name", Value::Text(name))]),
            Self::TooManyHeaders { max } => (Code::TooManyHeaders, vec![("max", Value::Number(*max))]),
            Self::NumberOutOfRange { min, max } => {
                (Code::NumberOutOfRange, vec![("min", Value::Number(*min)), ("max", Value::Number(*max))])
            }
            Self::SeatsInUse { used } => (Code::SeatsInUse, vec![("used", Value::Number(*used))]),
            Self::DateMalformed => (Code::DateMalformed, vec![]),
            Self::PasswordTooShort { min } => (Code::PasswordTooShort, vec![("min", Value::Number(*min))]),
            Self::PasswordNotAscii => (Code::PasswordNotAscii, vec![]),
            Self::PasswordsDiffer => (Code::PasswordsDiffer, vec![]),
            Self::RememberNotConfirmed => (Code::RememberNotConfirmed, vec![]),
            Self::AgreementMissing => (Code::AgreementMissing, vec![]),
            Self::AgreementChanged => (Code::AgreementChanged, vec![]),
            Self::DeviceTypeMissing => (Code::DeviceTypeMissing, vec![]),
            Self::DataEntryMissing => (Code::DataEntryMissing, vec![]),
            Self::DataEntryRefused => (Code::DataEntryRefused, vec![]),
            Self::DataEntryOtherTenant => (Code::DataEntryOtherTenant, vec![]),
            Self::DataEntryLine { line } => (Code::DataEntryLine, vec![("line", Value::Number(*line))]),
            Self::TenantClosed => (Code::TenantClosed, vec![]),
            Self::ApplicantSuspended => (Code::ApplicantSuspended, vec![]),
            Self::UserSuspended => (Code::RecipientSuspended, vec![]),
            Self::CompanySuspended => (Code::CompanySuspended, vec![]),
            Self::SlipsNotAllowed => (Code::SlipsNotAllowed, vec![]),
            Self::LastAdministrator => (Code::LastAdministrator, vec![]),
            Self::LastDeskKey => (Code::LastAdministrationKey, vec![]),
            Self::ReasonMissing => (Code::ReasonMissing, vec![]),
            Self::CertificateMissing => (Code::CertificateMissing, vec![]),
            Self::RejectionReasonMissing => (Code::RejectionReasonMissing, vec![]),
            Self::LicenceExpired { at } => (Code::LicenceExpired, vec![("date", Value::LastDay(*at))]),
            Self::SeatsUsedUp { seats } => (Code::SeatsUsedUp, vec![("seats", Value::Number(*seats))]),
            Self::EnrolRefused => (Code::EnrolRefused, vec![]),
            Self::AppliedBefore => (Code::AppliedBefore, vec![]),
            Self::PickupRefused => (Code::PickupRefused, vec![("tries", Value::Number(PIN_ATTEMPTS_MAX))]),
            Self::ChangedMeanwhile | Self::OnRecord { .. } | Self::OnRecordChoice { .. } => {
                (Code::ChangedMeanwhile, vec![])
            }
            Self::FilePasswordWrong => (Code::FilePasswordWrong, vec![]),
            Self::FilePasswordTries => (Code::FilePasswordTries, vec![]),
            Self::RevokeRefused => (Code::RevokeRefused, vec![]),
            Self::RevokeOver => (Code::RevokeOver, vec![]),
            Self::SignInRefused => (Code::SignInRefused, vec![]),
            Self::TooManyTries { minutes } => {
                (Code::TooManyTries, vec![("minutes", Value::Number(*minutes))])
            }
            Self::FileMissing => (Code::FileMissing, vec![]),
            Self::FileTooLarge { max_mib } => (Code::FileTooLarge, vec![("max", Value::Number(*max_mib))]),
            Self::FileCharset => (Code::FileCharset, vec![]),
            Self::FileWorkbook => (Code::FileWorkbook, vec![]),
            Self::FileTabs => (Code::FileTabs, vec![]),
            Self::FileSemicolons => (Code::FileSemicolons, vec![]),
            Self::NameIsFormula => (Code::NameIsFormula, vec![]),
            Self::FileEmpty => (Code::FileEmpty, vec![]),
            Self::TooManyRows { max } => (Code::TooManyRows, vec![("max", Value::Number(*max))]),
            Self::TooManyPeople { max } => (Code::TooManyPeople, vec![("max", Value::Number(*max))]),
            Self::TooManyInvitations { max } => {
                (Code::TooManyInvitations, vec![("max", Value::Number(*max))])
            }
            Self::TooManyImports { max } => (Code::TooManyImports, vec![("max", Value::Number(*max))]),
            Self::ColumnDoubled { column } => (Code::ColumnDoubled, vec![("column", Value::Column(*column))]),
            Self::DoubledInFile { line } => (Code::DoubledInFile, vec![("line", Value::Number(*line))]),
            Self::RoleUnknown => (Code::RoleUnknown, vec![]),
            Self::LanguageUnknown => (Code::LanguageUnknown, vec![]),
            Self::ColumnMissing { column } => (Code::ColumnMissing, vec![("column", Value::Column(*column))]),
            Self::OwnAccount => (Code::OwnAccount, vec![]),
            Self::WebAddressMalformed => (Code::WebAddressMalformed, vec![]),
            Self::PortalFull { max } => (Code::PortalFull, vec![("max", Value::Number(*max))]),
            Self::LeftUndone => (Code::LeftUndone, vec![]),
            Self::Stale => (Code::Stale, vec![]),
        }
    }
}
