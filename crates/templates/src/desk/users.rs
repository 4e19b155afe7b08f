//! Users: list, form, one user with the certificates; and everybody's own devices.

use crate::{mail_line::MailLine, page::pages};
use domain::{
    certificate::Standing,
    device::DeviceType,
    form::Form,
    import::Column,
    locale::Locale,
    mail::MailStanding,
    refusal::Refusal,
    time::Timestamp,
    user::{Progress, Role, UserState, UserSubset},
};

/// What was just done; told once at the top of the page that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoneNotice {
    /// A user was added and invited by mail.
    Invited,
    /// A user was invited anew by mail.
    Reinvited,
    /// A user was saved.
    Saved,
    /// Put on hold.
    Held,
    /// Released.
    Released,
    /// Revoked.
    Revoked,
    /// A user was suspended.
    Suspended,
    /// A user was resumed.
    Resumed,
    /// An application was approved.
    Approved,
    /// A stopped pickup was opened again.
    Reopened,
    /// An application was rejected.
    Rejected,
    /// The portal's password was reset.
    PasswordReset,
    /// A code was mailed that proves an address.
    EmailCodeSent,
    /// An address was proved.
    EmailProved,
    /// A mail was sent again, with a new secret.
    MailResent,
    /// A mail is being tried again.
    MailTried,
    /// A mail was not sent again, for there is a newer one that brings the same.
    MailBefore,
    /// A mail could not be sent again.
    MailNotResent,
    /// Something was put on the portal's home.
    PortalAdded,
    /// Something was taken off it.
    PortalRemoved,
}

impl DoneNotice {
    /// All, for reading back from the query.
    pub const ALL: [Self; 20] = [
        Self::Invited,
        Self::Reinvited,
        Self::Saved,
        Self::Held,
        Self::Released,
        Self::Revoked,
        Self::Suspended,
        Self::Resumed,
        Self::Approved,
        Self::Reopened,
        Self::Rejected,
        Self::PasswordReset,
        Self::EmailCodeSent,
        Self::EmailProved,
        Self::MailResent,
        Self::MailTried,
        Self::MailBefore,
        Self::MailNotResent,
        Self::PortalAdded,
        Self::PortalRemoved,
    ];

    /// The stable name, for `?done=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Reinvited => "reinvited",
            Self::Saved => "saved",
            Self::Held => "held",
            Self::Released => "released",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Approved => "approved",
            Self::Reopened => "reopened",
            Self::Rejected => "rejected",
            Self::PasswordReset => "password-reset",
            Self::EmailCodeSent => "email-code-sent",
            Self::EmailProved => "email-proved",
            Self::MailResent => "mail-resent",
            Self::MailTried => "mail-tried",
            Self::MailBefore => "mail-before",
            Self::MailNotResent => "mail-not-resent",
            Self::PortalAdded => "portal-added",
            Self::PortalRemoved => "portal-removed",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    /// Nothing to applaud: somebody has lost something.
    pub(super) fn takes_away(self) -> bool {
        matches!(
            self,
            Self::Held
                | Self::Revoked
                | Self::Suspended
                | Self::Rejected
                | Self::PasswordReset
                | Self::MailBefore
                | Self::MailNotResent
                | Self::PortalRemoved
        )
    }

    pub(super) fn key(self) -> String {
        format!("notice-{}", self.name())
    }
}

/// `/users`; filters `q` and `progress`.
#[derive(Debug, Clone)]
pub struct UsersPage {
    /// May the visitor change things?
    pub can_manage: bool,
    /// What was searched for.
    pub query: String,
    /// Only these.
    pub subset: Option<UserSubset>,
    /// How many match.
    pub total: u32,
    /// One page of them.
    pub users: Vec<UserLine>,
    /// Address of the first page, unless it is this.
    pub first: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// What was just done.
    pub notice: Option<DoneNotice>,
}

impl UsersPage {
    fn subsets() -> Vec<&'static str> {
        std::iter::once("any").chain(UserSubset::ALL.map(UserSubset::name)).collect()
    }

    fn chosen_subset(&self) -> &'static str {
        self.subset.map_or("any", UserSubset::name)
    }

    fn filtered(&self) -> bool {
        self.subset.is_some() || !self.query.is_empty()
    }
}

/// A user in the list.
#[derive(Debug, Clone)]
pub struct UserLine {
    /// Id.
    pub id: String,
    /// Name as people write it.
    pub display_name: String,
    /// Reading (よみ).
    pub reading: String,
    /// Sign-in name.
    pub login_name: String,
    /// E-mail address.
    pub email: String,
    /// Role.
    pub role: Role,
    /// May pass?
    pub state: UserState,
    /// How far.
    pub progress: Progress,
    /// Certificates in force.
    pub certificates: u32,
    /// Where the newest mail stands.
    pub mail: Option<MailStanding>,
}

impl UserLine {
    /// Where the newest mail stands, if somebody has to look at it.
    pub(super) fn mail_trouble(&self) -> Option<MailStanding> {
        self.mail.filter(|standing| standing.needs_attention())
    }
}

/// Whom the form about one person is about.
#[derive(Debug, Clone, Default)]
pub enum FormSubject {
    /// The first person beside the first administrator.
    First,
    /// One more person.
    #[default]
    Another,
    /// The person of this id, to be changed.
    Known(String),
}

/// `/users/new` and `/users/{id}/edit`.
#[derive(Debug, Clone, Default)]
pub struct UserFormPage {
    /// Whom it is about.
    pub subject: FormSubject,
    /// What was typed.
    pub form: Form<Column>,
    /// How the invitation goes, as chosen; the form sends `invite_by`: `mail` or `slip`.
    pub invite_by: String,
    /// May invitations be printed?
    pub printed_slips_allowed: bool,
    /// Id that a new user's invitation will have: sent twice, the form adds one user.
    pub invitation: String,
    /// Does the application behind the site know people by their login names?
    pub known_by_login: bool,
    /// Is the visitor asked to know that? The form sends `rename_known`.
    pub asks_rename: bool,
    /// Names the record that an edit begins on; hidden: `begun_on`.
    pub begun_on: String,
}

impl UserFormPage {
    fn title(&self) -> &'static str {
        match self.subject {
            FormSubject::First => "step2-title",
            FormSubject::Another => "user-add-title",
            FormSubject::Known(_) => "user-edit-title",
        }
    }

    fn known(&self) -> Option<&str> {
        match &self.subject {
            FormSubject::Known(id) => Some(id),
            FormSubject::First | FormSubject::Another => None,
        }
    }

    fn login_hint(&self) -> &'static str {
        if self.known_by_login { "user-login-name-renamed-hint" } else { "user-login-name-hint" }
    }

    const ROLES: &[&str] = &["user", "administrator", "auditor"];
    const LANGUAGES: &[&str] = &["ja", "en"];
    const INVITE_BY: &[&str] = &["mail", "slip"];

    fn action(&self) -> String {
        self.known().map_or_else(|| "/users".to_owned(), |id| format!("/users/{id}"))
    }
}

/// `/users/{id}`.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The record.
    pub line: UserLine,
    /// Name in certificates, family name first.
    pub roman_name: Option<String>,
    /// Group keys.
    pub groups: Vec<String>,
    /// Note.
    pub note: String,
    /// Language of mails.
    pub locale: Locale,
    /// Where the address stands.
    pub email: EmailStanding,
    /// The suffix that the login name should have and has not.
    pub login_suffix_missing: Option<String>,
    /// The domains at which the address should be and is not.
    pub email_elsewhere: Option<String>,
    /// The user's certificates, newest first.
    pub certificates: Vec<CertificateLine>,
    /// The newest mails to the user.
    pub mails: Vec<MailLine>,
    /// May the visitor change things?
    pub can_manage: bool,
    /// What was just done.
    pub notice: Option<DoneNotice>,
}

/// Whether an address was proved, and what applications are told.
#[derive(Debug, Clone, Default)]
pub struct EmailStanding {
    /// Was the address on record proved?
    pub proved: bool,
    /// The address that applications are told; `None`: there is none yet.
    pub told: Option<String>,
    /// Does an administrator's word prove it?
    pub vouchable: bool,
}

impl EmailStanding {
    /// Applications are told a former address.
    fn is_former_told(&self) -> Option<&str> {
        self.told.as_deref().filter(|_| !self.proved)
    }
}

/// `/email`: one's own address. The form sends `email_code`; another one, to `/email/code`, has a code mailed.
#[derive(Debug, Clone)]
pub struct MyEmailPage {
    /// The address on record.
    pub address: String,
    /// Where it stands.
    pub email: EmailStanding,
    /// Is a code open?
    pub code_mailed: bool,
    /// What was just done.
    pub notice: Option<DoneNotice>,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

impl UserPage {
    fn progress_key(&self) -> String {
        format!("progress-{}-means", self.line.progress.name())
    }

    /// Was the person added a moment ago, so that the next one may follow?
    fn just_added(&self) -> bool {
        self.notice == Some(DoneNotice::Invited)
    }

    /// Was the person's application rejected a moment ago? Without another invitation that is the end.
    fn just_rejected(&self) -> bool {
        self.notice == Some(DoneNotice::Rejected) && self.can_manage
    }

    /// Is there a certificate to act on?
    fn offers_acts(&self) -> bool {
        self.can_manage && self.certificates.iter().any(|one| one.can_revoke() || one.can_release())
    }

    /// Another invitation is for another device then.
    fn has_device(&self) -> bool {
        self.certificates.iter().any(|one| matches!(one.standing, Standing::Valid | Standing::OnHold))
    }

    fn active(&self) -> bool {
        self.line.state == UserState::Active
    }
}

/// A certificate in a list.
#[derive(Debug, Clone)]
pub struct CertificateLine {
    /// Id.
    pub id: String,
    /// What the person calls the device.
    pub device_name: String,
    /// The system.
    pub device: DeviceType,
    /// Where it stands.
    pub standing: Standing,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// End of validity.
    pub not_after: Timestamp,
    /// When it was picked up.
    pub picked_up_at: Option<Timestamp>,
    /// When the gate first saw it.
    pub proved_at: Option<Timestamp>,
}

impl CertificateLine {
    fn can_hold(&self) -> bool {
        self.standing == Standing::Valid
    }

    fn can_release(&self) -> bool {
        self.standing == Standing::OnHold
    }

    fn can_revoke(&self) -> bool {
        matches!(self.standing, Standing::Valid | Standing::OnHold | Standing::NotPickedUp)
    }
}

/// `/devices`: one's own certificates.
#[derive(Debug, Clone)]
pub struct MyDevicesPage {
    /// Newest first.
    pub certificates: Vec<CertificateLine>,
    /// Id of the certificate in use right now.
    pub current: String,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
    /// Has the visitor's address yet to be proved?
    pub email_unproved: bool,
    /// What was just done.
    pub notice: Option<DoneNotice>,
}

pages! {
    /// The list.
    users(UsersPage) = "desk/users.html";
    /// Add or edit.
    form user_form(UserFormPage: Column) = "desk/user_form.html";
    /// One user. Acts lead to `/users/{id}/{suspend,resume,invite,reset-password,edit,email-code,vouch}`,
    /// `/users/{id}/mails/{mail}` and
    /// `/certificates/{id}/{hold,release,revoke}`.
    user(UserPage) = "desk/user.html";
    /// One's own. Acts lead to `/devices/{id}/{hold,revoke}`.
    devices(MyDevicesPage) = "desk/devices.html";
    /// One's own address.
    form email(MyEmailPage) = "desk/email.html";
}
