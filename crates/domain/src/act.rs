//! Every act, one row each: its stable name, who may do it, and on what.
//!
//! The audit log, permissions, logs and the command line take their names from this table; there is no second
//! list. A [`Mandate`] carries one act: which act, by whom, from where, within which tenants.
//!
//! **Invariant:** a name never changes: it stands in the chained audit log.

use crate::{
    grant::{self as may, Actor, Grant, Permission},
    id::TenantId,
    permit::Permit,
    user::User,
};
use std::{marker::PhantomData, net::IpAddr};

/// The kind of subject of an act; the subject's id, name or reference is in the audit row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// The whole installation, or a part of it by name.
    Installation,
    /// A tenant.
    Tenant,
    /// A user.
    User,
    /// An application for a certificate.
    Application,
    /// A certificate.
    Certificate,
    /// A certification authority.
    Issuer,
    /// A file of users.
    Import,
    /// A mail, or the outbox.
    Mail,
    /// An announcement or link of the portal's home page.
    PortalPage,
}

/// An act that may be done with the standing `Standing`: a [`Permission`], [`Holder`], [`Public`] or [`System`].
#[derive(Debug)]
pub struct ActBy<Standing>(Act, PhantomData<Standing>);

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal by $($standing:ty)|+ => $subject:ident;)*) => {
        /// The acts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Act {
            $($(#[$doc])* $act,)*
        }

        impl Act {
            /// All acts.
            pub const ALL: &[Self] = &[$(Self::$act,)*];

            /// The stable name: in the audit log, in logs, at the command line.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$act => $name,)*
                }
            }

            /// The kind of subject that the act is done on.
            pub fn subject(self) -> SubjectKind {
                match self {
                    $(Self::$act => SubjectKind::$subject,)*
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $act;

            $(impl From<$act> for ActBy<$standing> {
                fn from(_: $act) -> Self {
                    Self(Act::$act, PhantomData)
                }
            })+
        )*
    };
}

acts! {
    /// The installation was set up.
    Install = "install" by System => Installation;
    /// A signing key of the installation's own was made.
    MakeInstallationKey = "make-installation-key" by System => Installation;
    /// The operators' own tenant was made.
    AddOperatorTenant = "add-operator-tenant" by System => Tenant;
    /// A certification authority's key and certificate were recorded.
    RecordIssuer = "record-issuer" by System => Issuer;
    /// An issuer that a crash had left without certificate was erased.
    EraseUnsignedIssuer = "erase-unsigned-issuer" by System => Issuer;
    /// New revocation lists were called for.
    PublishCrls = "publish-crls" by may::ManageTenants => Issuer;
    /// An operator was added.
    AddOperator = "add-operator" by may::ManageTenants => User;
    /// A tenant was added.
    AddTenant = "add-tenant" by may::ManageTenants => Tenant;
    /// A tenant got a new contract sheet.
    NewSheet = "new-sheet" by may::ManageTenants => Tenant;
    /// A contract got other seats or another end.
    ChangeContract = "change-contract" by may::ManageTenants => Tenant;
    /// A tenant's name, contact, language or policy was changed.
    EditTenant = "edit-tenant" by may::ManageTenants => Tenant;
    /// A tenant's administrator changed what is an administrator's to choose.
    ChangeSettings = "change-settings" by may::ChangeSettings => Tenant;
    /// A site was led to an application, or back to the portal.
    SetUpstream = "set-upstream" by may::ManageTenants => Tenant;
    /// A tenant was shut out.
    SuspendTenant = "suspend-tenant" by may::ManageTenants => Tenant;
    /// A tenant was let in again.
    ResumeTenant = "resume-tenant" by may::ManageTenants => Tenant;
    /// A suspended tenant was ended for good.
    EndTenant = "end-tenant" by may::ManageTenants => Tenant;
    /// A user was added.
    AddUser = "add-user" by may::ManageUsers => User;
    /// A user was invited.
    Invite = "invite" by may::ManageUsers => User;
    /// A mail was sent again, with a new secret if it had one.
    ResendMail = "resend-mail" by may::ResendMail => User;
    /// Waiting mails were made due at once.
    RetryMail = "retry-mail" by may::ManageTenants => Mail;
    /// A test mail was handed to the mail server.
    TestMail = "test-mail" by may::ManageTenants => Mail;
    /// A user's record was changed.
    UpdateUser = "update-user" by may::ManageUsers => User;
    /// A code was mailed that proves a person's e-mail address.
    SendEmailCode = "send-email-code" by may::ManageUsers | may::ProveOwnEmail => User;
    /// A person typed a wrong code for an e-mail address.
    WrongEmailCode = "wrong-email-code" by may::ProveOwnEmail => User;
    /// A person proved an e-mail address by its code.
    ProveEmail = "prove-email" by may::ProveOwnEmail => User;
    /// An administrator vouched for a person's e-mail address.
    VouchForEmail = "vouch-for-email" by may::ManageUsers => User;
    /// A person had the notice again that a certificate will end.
    SendEndNotice = "send-end-notice" by may::ManageUsers => User;
    /// A user was shut out.
    SuspendUser = "suspend-user" by may::ManageUsers => User;
    /// A user was let in again.
    ResumeUser = "resume-user" by may::ManageUsers => User;
    /// A user's suspension at the end of a day was planned, or another day for it.
    PlanSuspension = "plan-suspension" by may::ManageUsers => User;
    /// A planned suspension was called off.
    CancelSuspension = "cancel-suspension" by may::ManageUsers => User;
    /// The day was over at whose end a user was to be suspended.
    SuspendOnTime = "suspend-on-time" by System => User;
    /// The last administrator was to be suspended at the end of a day, and was not.
    KeepLastAdministrator = "keep-last-administrator" by System => User;
    /// All that is on record about a user was exported.
    ExportUser = "export-user" by may::ManageUsers => User;
    /// The record of a user who never had a certificate was deleted.
    DeleteUser = "delete-user" by may::ManageUsers => User;
    /// A file of users was judged.
    JudgeImport = "judge-import" by may::ManageUsers => Import;
    /// An import was begun.
    StartImport = "start-import" by may::ManageUsers => Import;
    /// An import stopped, because its administrator may not manage users any more.
    StopImport = "stop-import" by System => Import;
    /// An import's last row was done.
    FinishImport = "finish-import" by System => Import;
    /// An application was submitted.
    Apply = "apply" by Public => Application;
    /// An application was approved.
    Approve = "approve" by may::DecideApplication => Application;
    /// An application was rejected.
    Reject = "reject" by may::DecideApplication => Application;
    /// A wrong PIN was tried.
    WrongPin = "wrong-pin" by Public => Application;
    /// The applicant had the PIN mailed again.
    MailPinAgain = "mail-pin-again" by Public => Application;
    /// A PIN was tried again after its pickup.
    UsedPin = "used-pin" by Public => Application;
    /// A pickup was begun with the right PIN.
    PickUp = "pick-up" by Public => Application;
    /// A picked-up file was written in the other encryption, too.
    WriteOtherFile = "write-other-file" by Public => Certificate;
    /// A pickup that wrong PINs or its time had stopped was opened again.
    ReopenPickup = "reopen-pickup" by may::DecideApplication => Application;
    /// A new PIN was made and shown to an administrator or operator.
    ShowPin = "show-pin" by may::ShowPin => Application;
    /// A certificate was signed.
    Issue = "issue" by System => Certificate;
    /// A serial that a crash had left unsigned was revoked.
    RevokeUnsigned = "revoke-unsigned" by System => Certificate;
    /// The days were over for which a superseded certificate lasts beside the newer one of its device.
    EndSuperseded = "end-superseded" by System => Certificate;
    /// A further certificate for the same device was asked for, before or soon after the end of the present one.
    RenewCertificate = "renew-certificate" by may::RenewOwnCertificate | may::DecideApplication | Public => Certificate;
    /// A certificate for another device in place of the present one was asked for.
    ReplaceDevice = "replace-device" by may::RenewOwnCertificate | may::DecideApplication => Certificate;
    /// A new file for the same device was asked for, because the first one does not open.
    MakeNewFile = "make-new-file" by may::DecideApplication | Public => Certificate;
    /// A device's certificates were put on hold.
    HoldCertificate = "hold-certificate" by may::RevokeCertificate => Certificate;
    /// A device's certificates on hold were released.
    ReleaseCertificate = "release-certificate" by may::RevokeCertificate => Certificate;
    /// A device's certificates were revoked.
    RevokeCertificate = "revoke-certificate" by may::RevokeCertificate => Certificate;
    /// A person put an own certificate on hold.
    HoldOwnCertificate = "hold-own-certificate" by may::RevokeOwnCertificate => Certificate;
    /// A person revoked an own certificate, at the gate with one.
    RevokeOwnCertificate = "revoke-own-certificate" by may::RevokeOwnCertificate => Certificate;
    /// A person revoked an own certificate by the challenge phrase.
    RevokeByChallenge = "revoke-by-challenge" by Public => Certificate;
    /// An announcement was put on the portal's home.
    AddAnnouncement = "add-announcement" by may::EditPortal => PortalPage;
    /// An announcement was rewritten.
    EditAnnouncement = "edit-announcement" by may::EditPortal => PortalPage;
    /// An announcement was taken off it.
    RemoveAnnouncement = "remove-announcement" by may::EditPortal => PortalPage;
    /// A link was put on the portal's home.
    AddPortalLink = "add-portal-link" by may::EditPortal => PortalPage;
    /// A link was taken off it.
    RemovePortalLink = "remove-portal-link" by may::EditPortal => PortalPage;
    /// A person chose the portal's password: the first one, or by a mailed code.
    SetPortalPassword = "set-portal-password" by Holder => User;
    /// A person chose another password in place of the present one.
    ChangePortalPassword = "change-portal-password" by Holder => User;
    /// A code was mailed by which a person chooses the portal's password.
    SendPortalCode = "send-portal-code" by Holder => User;
    /// A person typed a wrong code for the portal's password.
    WrongPortalCode = "wrong-portal-code" by Holder => User;
    /// A person's portal password was erased.
    ResetPortalPassword = "reset-portal-password" by may::ManageUsers => User;
    /// A person signed in at the portal.
    SignIn = "sign-in" by Holder => User;
    /// A person typed a wrong password at the portal.
    SignInRefused = "sign-in-refused" by Holder => User;
    /// A person signed out at the portal.
    SignOut = "sign-out" by Holder => User;
}

impl Act {
    /// Whether the act holds or revokes certificates.
    pub fn ends_certificates(self) -> bool {
        matches!(
            self,
            Self::RevokeUnsigned
                | Self::EndSuperseded
                | Self::HoldCertificate
                | Self::RevokeCertificate
                | Self::HoldOwnCertificate
                | Self::RevokeOwnCertificate
                | Self::RevokeByChallenge
        )
    }

    /// The act with this name; `None` if only a later release knows it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.name() == name)
    }
}

/// The standing of the installation itself: duties, first start, what a crash left.
#[derive(Debug)]
pub enum System {}

/// The standing of a visitor of the public site who has proved the secret of an application or certificate.
#[derive(Debug)]
pub enum Public {}

/// The standing of a person whose certificate passes: the acts that everybody with a certificate may do.
#[derive(Debug)]
pub enum Holder {}

/// One act by one actor: which act, by whom, from where, within which tenants.
#[derive(Debug, Clone, Copy)]
pub struct Mandate {
    act: Act,
    actor: Actor,
    address: Option<IpAddr>,
    scope: Option<TenantId>,
}

impl Mandate {
    /// The mandate of the installation itself, in any tenant.
    pub fn of_system(act: impl Into<ActBy<System>>) -> Self {
        Self { act: act.into().0, actor: Actor::System, address: None, scope: None }
    }

    /// The same mandate for a person at this address, who waits for the act.
    #[must_use]
    pub fn asked_for_from(self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self }
    }

    /// The mandate of a visitor of the public site. The act itself asks for the secret that it needs.
    pub fn of_public(act: impl Into<ActBy<Public>>, address: IpAddr) -> Self {
        Self { act: act.into().0, actor: Actor::Public, address: Some(address), scope: None }
    }

    /// The mandate of a person whose certificate passes, within the person's own tenant.
    pub fn of_holder(act: impl Into<ActBy<Holder>>, permit: &Permit, address: IpAddr) -> Self {
        let scope = Some(permit.tenant().id);
        Self { act: act.into().0, actor: Actor::of(permit), address: Some(address), scope }
    }

    /// Of an administrator whose import goes on without the request that began it; of the installation for an operator's.
    pub fn of_import(act: impl Into<ActBy<may::ManageUsers>>, administrator: Option<&User>) -> Self {
        let actor = administrator.map_or(Actor::System, |user| Actor::User {
            tenant: user.tenant,
            user: user.id,
            role: user.role,
        });
        Self { act: act.into().0, actor, address: None, scope: administrator.map(|user| user.tenant) }
    }

    /// The act.
    pub fn act(&self) -> Act {
        self.act
    }

    /// The person, machine or system that acts.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The actor's address; `None` at the machine itself.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Whether the act may be done in this tenant.
    pub fn reaches(&self, tenant: TenantId) -> bool {
        self.scope.is_none_or(|scope| scope == tenant)
    }

    /// Whether the act may be done on the installation as a whole.
    pub fn reaches_installation(&self) -> bool {
        self.scope.is_none()
    }
}

impl<P: Permission> Grant<P> {
    /// Turns the permission into one of its acts.
    pub fn to(&self, act: impl Into<ActBy<P>>) -> Mandate {
        Mandate { act: act.into().0, actor: self.actor(), address: self.address(), scope: self.scope() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_act_has_a_name_of_its_own_in_small_letters() {
        let names: BTreeSet<&str> = Act::ALL.iter().map(|act| act.name()).collect();
        assert_eq!(names.len(), Act::ALL.len());
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }

    #[test]
    fn a_permission_within_one_tenant_reaches_no_other_and_not_the_installation() {
        let tenant = |octet: u8| TenantId::from_slice(&[octet; 16]).unwrap();
        let one = tenant(1);
        let mandate = Grant::<may::ManageUsers>::within(one).to(AddUser);
        assert!(mandate.reaches(one));
        assert!(!mandate.reaches(tenant(2)) && !mandate.reaches_installation());
    }
}
