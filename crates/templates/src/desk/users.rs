//! Users: the form, one user with the certificates; and the pages for one's own devices.

use super::{Ending, Further, PickupLine, PinSeen, PlannedSuspension, Renewal, UserLine};
use crate::{mail_line::MailLine, page::pages, voice::Voice};
use domain::{
    certificate::Standing, device::DeviceType, form::Form, import::Column, locale::Locale, refusal::Refusal,
    time::Timestamp, user::UserState,
};

/// The notice of an act, shown once at the top of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoneNotice {
    /// A user was added and invited by mail.
    Invited,
    /// A user was invited anew by mail.
    Reinvited,
    /// A user was invited for another device by mail.
    DeviceInvited,
    /// A user was saved.
    Saved,
    /// A certificate was put on hold.
    Held,
    /// A hold was released.
    Released,
    /// A certificate was revoked.
    Revoked,
    /// A renewal was begun.
    RenewalBegun,
    /// A device's replacement was begun.
    ReplacementBegun,
    /// A new file was begun.
    NewFileBegun,
    /// A device stood already as was asked for.
    WasSo,
    /// A user's suspension at the end of a day was planned.
    SuspensionPlanned,
    /// A planned suspension was called off.
    SuspensionCancelled,
    /// A user was suspended.
    Suspended,
    /// A user was resumed.
    Resumed,
    /// A user was deleted.
    Deleted,
    /// An application was approved.
    Approved,
    /// Several applications were approved.
    ApprovedAll,
    /// An application was approved, whose PIN an administrator shows.
    ApprovedShown,
    /// Several applications were approved, whose PINs an administrator shows.
    ApprovedAllShown,
    /// Several applications were rejected.
    RejectedAll,
    /// A stopped pickup was opened again.
    Reopened,
    /// An application was rejected.
    Rejected,
    /// The portal's password was reset.
    PasswordReset,
    /// The renewal notice was sent again.
    Reminded,
    /// A code was mailed that proves an address.
    EmailCodeSent,
    /// An address was proved.
    EmailProved,
    /// A mail was sent again, with a new secret.
    MailResent,
    /// A mail is being tried again.
    MailTried,
    /// A mail was not sent again, because a newer mail of the same purpose exists.
    MailBefore,
    /// A mail could not be sent again.
    MailNotResent,
    /// An item was added to the portal's home page.
    PortalAdded,
    /// An item was removed from it.
    PortalRemoved,
}

impl DoneNotice {
    /// All, for reading the query.
    pub const ALL: [Self; 33] = [
        Self::Invited,
        Self::Reinvited,
        Self::DeviceInvited,
        Self::Saved,
        Self::Held,
        Self::Released,
        Self::Revoked,
        Self::RenewalBegun,
        Self::ReplacementBegun,
        Self::NewFileBegun,
        Self::WasSo,
        Self::SuspensionPlanned,
        Self::SuspensionCancelled,
        Self::Suspended,
        Self::Resumed,
        Self::Deleted,
        Self::Approved,
        Self::ApprovedAll,
        Self::ApprovedShown,
        Self::ApprovedAllShown,
        Self::RejectedAll,
        Self::Reopened,
        Self::Rejected,
        Self::PasswordReset,
        Self::Reminded,
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
            Self::DeviceInvited => "device-invited",
            Self::Saved => "saved",
            Self::Held => "held",
            Self::Released => "released",
            Self::Revoked => "revoked",
            Self::RenewalBegun => "renewal-begun",
            Self::ReplacementBegun => "replacement-begun",
            Self::NewFileBegun => "new-file-begun",
            Self::WasSo => "was-so",
            Self::SuspensionPlanned => "suspension-planned",
            Self::SuspensionCancelled => "suspension-cancelled",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Deleted => "deleted",
            Self::Approved => "approved",
            Self::ApprovedAll => "approved-all",
            Self::ApprovedShown => "approved-shown",
            Self::ApprovedAllShown => "approved-all-shown",
            Self::RejectedAll => "rejected-all",
            Self::Reopened => "reopened",
            Self::Rejected => "rejected",
            Self::PasswordReset => "password-reset",
            Self::Reminded => "reminded",
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

    /// The notice with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    /// Whether the act took something away from a person, so that the notice is plain.
    pub(super) fn takes_away(self) -> bool {
        matches!(
            self,
            Self::Held
                | Self::Revoked
                | Self::WasSo
                | Self::SuspensionPlanned
                | Self::Suspended
                | Self::Rejected
                | Self::RejectedAll
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

/// The person that the form is about.
#[derive(Debug, Clone, Default)]
pub enum FormSubject {
    /// The first person besides the first administrator.
    First,
    /// A new person.
    #[default]
    Another,
    /// The person with this id, to be changed.
    Known(String),
}

/// `/users/new` and `/users/{id}/edit`.
#[derive(Debug, Clone, Default)]
pub struct UserFormPage {
    pub subject: FormSubject,
    /// The typed values.
    pub form: Form<Column>,
    /// The chosen way of the invitation; the form sends `invite_by`: `mail` or `slip`.
    pub invite_by: String,
    /// Whether invitations may be printed.
    pub printed_slips_allowed: bool,
    /// Id that a new user's invitation will have: sent twice, the form adds one user.
    pub invitation: String,
    /// Whether the application behind the site identifies people by their login names.
    pub known_by_login: bool,
    /// Whether the page asks the visitor to confirm this. The form sends `rename_known`.
    pub asks_rename: bool,
    /// Identifies the record from which an edit began; hidden: `begun_on`.
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
    /// The user's line in lists.
    pub line: UserLine,
    /// Name in certificates, family name first.
    pub roman_name: Option<String>,
    pub groups: Vec<String>,
    pub note: String,
    /// Of mails.
    pub locale: Locale,
    /// The standing of the address.
    pub email: EmailStanding,
    /// The suffix that the login name should have and does not have.
    pub login_suffix_missing: Option<String>,
    /// The domains at which the address should be and is not.
    pub email_elsewhere: Option<String>,
    /// The user's devices, the one with the newest certificate first.
    pub devices: Vec<DeviceLine>,
    /// The user's open pickups, newest first.
    pub pickups: Vec<PickupLine>,
    /// Whether an administrator hands this user's PINs over.
    pub pin_from_administrator: bool,
    /// The newest mails to the user.
    pub mails: Vec<MailLine>,
    /// Whether the visitor may change records.
    pub can_manage: bool,
    /// By whom and when the user was suspended.
    pub suspended: Option<Ending>,
    /// When the user is to be suspended.
    pub planned: Option<PlannedSuspension>,
    /// Why the user cannot be suspended by this visitor.
    pub kept_active: Option<KeptActive>,
    /// Whether a certificate ends soon that was not renewed yet.
    pub ends_soon: bool,
    /// When the newest notice of an end was sent.
    pub noticed_at: Option<Timestamp>,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
}

/// Why a user cannot be suspended. Texts: `user-kept-active-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptActive {
    /// It is the visitor's own account; other administrators may suspend it.
    Oneself,
    /// It is the visitor's own account, and there is no other administrator in service.
    OnlyAdministrator,
}

impl KeptActive {
    fn key(self) -> &'static str {
        match self {
            Self::Oneself => "user-kept-active-oneself",
            Self::OnlyAdministrator => "user-kept-active-only-administrator",
        }
    }
}

/// Whether the address is proved, and which address applications receive.
#[derive(Debug, Clone, Default)]
pub struct EmailStanding {
    /// Whether the address on record is proved.
    pub proved: bool,
    /// The address that applications receive; `None` if there is none yet.
    pub told: Option<String>,
    /// Whether an administrator may vouch for it.
    pub vouchable: bool,
}

impl EmailStanding {
    /// The former address, if applications still receive it.
    fn is_former_told(&self) -> Option<&str> {
        self.told.as_deref().filter(|_| !self.proved)
    }
}

/// `/email`: the visitor's own address. The form sends `email_code`; a second form, to `/email/code`, has a
/// code mailed.
#[derive(Debug, Clone)]
pub struct MyEmailPage {
    /// The address on record.
    pub address: String,
    /// The standing of the address.
    pub email: EmailStanding,
    /// Whether a code is open.
    pub code_mailed: bool,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
    pub errors: Vec<Refusal>,
}

impl UserPage {
    /// What confirms an address that nothing has confirmed yet.
    fn email_awaits(&self) -> &'static str {
        if self.pin_from_administrator { "user-email-awaits-code-shown" } else { "user-email-awaits-pickup" }
    }

    /// Whether the visitor may see a PIN of this user.
    fn shows_pins(&self) -> bool {
        self.pickups.iter().any(|pickup| pickup.here().is_some())
    }

    fn progress_key(&self) -> String {
        format!("progress-{}-means", self.line.progress.name())
    }

    /// Whether the person was added just now, so that the page offers to add another.
    fn just_added(&self) -> bool {
        self.notice == Some(DoneNotice::Invited)
    }

    /// Whether the person's application was rejected just now, which ends it unless there is another invitation.
    fn just_rejected(&self) -> bool {
        self.notice == Some(DoneNotice::Rejected) && self.can_manage
    }

    /// Whether there is a certificate to act on.
    fn offers_acts(&self) -> bool {
        self.can_manage
            && self.devices.iter().any(|one| {
                one.can_revoke().is_some() || one.can_release().is_some() || one.further.replaceable
            })
    }

    /// Whether the person has a device, so that another invitation is for another device.
    fn has_device(&self) -> bool {
        self.devices.iter().any(|one| one.first.standing.is_on_device())
    }

    fn active(&self) -> bool {
        self.line.state == UserState::Active
    }
}

/// A certificate in a list.
#[derive(Debug, Clone)]
pub struct CertificateLine {
    pub id: String,
    /// The person's name for the device.
    pub device_name: String,
    pub device: DeviceType,
    pub standing: Standing,
    /// Hexadecimal.
    pub serial: String,
    /// Last second of its validity.
    pub not_after: Timestamp,
    /// When it ends, or has ended, because a newer one of its device has superseded it.
    pub ends_at: Option<Timestamp>,
    /// When it was picked up.
    pub picked_up_at: Option<Timestamp>,
    /// When the gate first saw it.
    pub proved_at: Option<Timestamp>,
    /// Who held or revoked it, when and why.
    pub ending: Option<Ending>,
    /// When its PIN was shown, and to whom; `None` where it was mailed, and where nobody looks after it.
    pub pin_seen: Option<PinSeen>,
}

impl CertificateLine {
    /// The last moment in which it can be used, if nothing is done to it.
    fn end(&self) -> Timestamp {
        self.ends_at.map_or(self.not_after, |ends_at| ends_at.min(self.not_after))
    }

    /// Who held or revoked it, when and why, line by line.
    fn ending_lines(&self, t: &Voice) -> Vec<String> {
        self.ending.as_ref().map(|ending| ending.of_certificate(t, self.standing)).unwrap_or_default()
    }

    /// The text for that moment: a superseded certificate ends by itself.
    fn end_key(&self) -> &'static str {
        let ends = self.ends_at.is_some() && self.standing.is_on_device();
        if ends { "device-earlier-ends" } else { "device-earlier-until" }
    }
}

/// A device with its certificates.
#[derive(Debug, Clone)]
pub struct DeviceLine {
    /// The certificate that counts ([`domain::certificate::Line`]).
    pub first: CertificateLine,
    /// The others, newest first.
    pub others: Vec<CertificateLine>,
    /// What it can have besides.
    pub further: Further,
}

impl DeviceLine {
    fn all(&self) -> impl Iterator<Item = &CertificateLine> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// All of them, to be filled in.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut CertificateLine> {
        std::iter::once(&mut self.first).chain(&mut self.others)
    }

    /// The certificate by which the whole device is held, released or revoked: the first in such a standing.
    fn named(&self, fits: impl Fn(Standing) -> bool) -> Option<&str> {
        self.all().find(|one| fits(one.standing)).map(|one| one.id.as_str())
    }

    fn can_hold(&self) -> Option<&str> {
        self.named(|standing| matches!(standing, Standing::Valid | Standing::Suspended))
    }

    fn can_release(&self) -> Option<&str> {
        self.named(|standing| standing == Standing::OnHold)
    }

    fn can_revoke(&self) -> Option<&str> {
        self.named(|standing| standing.is_on_device() || standing == Standing::NotPickedUp)
    }

    /// Whether it can be renewed now.
    fn renews(&self) -> bool {
        self.further.renewal == Renewal::Now
    }

    /// When its renewal begins, if that is later.
    fn renews_from(&self) -> Option<Timestamp> {
        match self.further.renewal {
            Renewal::From(from) => Some(from),
            Renewal::Now | Renewal::Never => None,
        }
    }

    /// Whether the device holds this certificate.
    fn holds(&self, certificate: &str) -> bool {
        self.all().any(|one| one.id == certificate)
    }
}

/// `/devices`: the visitor's own certificates.
#[derive(Debug, Clone)]
pub struct MyDevicesPage {
    /// The device with the newest certificate first.
    pub devices: Vec<DeviceLine>,
    /// Id of the certificate of this connection.
    pub current: String,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
    /// Whether the visitor's address is not proved yet.
    pub email_unproved: bool,
    /// The notice of the last act.
    pub notice: Option<DoneNotice>,
}

pages! {
    form user_form(UserFormPage: Column) = "desk/user_form.html";
    /// One user. Acts lead to `/users/{id}/{suspend,resume,invite,remind,reset-password,edit,email-code,vouch}`,
    /// `/users/{id}/mails/{mail}` and
    /// `/certificates/{id}/{hold,release,revoke}`.
    user(UserPage) = "desk/user.html";
    /// The visitor's own certificates. Acts lead to `/devices/{id}/{hold,revoke}`.
    devices(MyDevicesPage) = "desk/devices.html";
    /// The visitor's own address.
    form email(MyEmailPage) = "desk/email.html";
}
