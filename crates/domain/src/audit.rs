//! The audit log: every act by a person or a token, in the act's own transaction.
//!
//! Rows are sealed in order into a hash chain shortly afterwards: each hash covers the row and the
//! hash before it, so that a changed, missing or re-ordered row is found.

use crate::{
    grant::Actor,
    id::{TenantId, UserId},
    time::Timestamp,
};
use std::net::IpAddr;

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal,)*) => {
        /// What can be done; each act has a name of its own, which never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditAct {
            $($(#[$doc])* $act,)*
        }

        impl AuditAct {
            /// All acts.
            pub const ALL: &[Self] = &[$(Self::$act,)*];

            /// The stable name in the log.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$act => $name,)*
                }
            }
        }
    };
}

acts! {
    /// The installation was set up.
    Install = "install",
    /// A signing key of the installation's own was made.
    MakeInstallationKey = "make-installation-key",
    /// The operators' own tenant was made.
    AddOperatorTenant = "add-operator-tenant",
    /// A certification authority's key and certificate were recorded.
    RecordIssuer = "record-issuer",
    /// An issuer that a crash had left without certificate was erased.
    EraseUnsignedIssuer = "erase-unsigned-issuer",
    /// New revocation lists were called for.
    PublishCrls = "publish-crls",
    /// An operator was added.
    AddOperator = "add-operator",
    /// A tenant was added.
    AddTenant = "add-tenant",
    /// A tenant got a new contract sheet.
    NewSheet = "new-sheet",
    /// A contract got other seats or another end.
    ChangeContract = "change-contract",
    /// A tenant's name, contact, language or policy was changed.
    EditTenant = "edit-tenant",
    /// A site was led to an application, or back to the portal.
    SetUpstream = "set-upstream",
    /// A tenant was shut out.
    SuspendTenant = "suspend-tenant",
    /// A tenant was let in again.
    ResumeTenant = "resume-tenant",
    /// A suspended tenant has ended for good.
    EndTenant = "end-tenant",
    /// A user was added.
    AddUser = "add-user",
    /// A user was invited.
    Invite = "invite",
    /// A mail was sent again, with a new secret if it had one.
    ResendMail = "resend-mail",
    /// What waits for the mail server was called for.
    RetryMail = "retry-mail",
    /// A test mail was handed to the mail server.
    TestMail = "test-mail",
    /// A user's record was changed.
    UpdateUser = "update-user",
    /// A code was mailed that proves a person's e-mail address.
    SendEmailCode = "send-email-code",
    /// A person typed a wrong code for an e-mail address.
    WrongEmailCode = "wrong-email-code",
    /// A person proved an e-mail address by its code.
    ProveEmail = "prove-email",
    /// An administrator gave the word for a person's e-mail address.
    VouchForEmail = "vouch-for-email",
    /// A user was shut out.
    SuspendUser = "suspend-user",
    /// A user was let in again.
    ResumeUser = "resume-user",
    /// A file of users was judged.
    JudgeImport = "judge-import",
    /// An import was begun.
    StartImport = "start-import",
    /// An import stopped, because its administrator may not manage users any more.
    StopImport = "stop-import",
    /// An import's last row was done.
    FinishImport = "finish-import",
    /// An application was submitted.
    Apply = "apply",
    /// An application was approved.
    Approve = "approve",
    /// An application was rejected.
    Reject = "reject",
    /// A wrong PIN was tried.
    WrongPin = "wrong-pin",
    /// A PIN was tried again after its pickup.
    UsedPin = "used-pin",
    /// A pickup was begun with the right PIN.
    PickUp = "pick-up",
    /// A picked-up file was written in the other encryption, too.
    WriteOtherFile = "write-other-file",
    /// A pickup that wrong PINs or its time had stopped was opened again.
    ReopenPickup = "reopen-pickup",
    /// A certificate was signed.
    Issue = "issue",
    /// A serial that a crash had left unsigned was revoked.
    RevokeUnsigned = "revoke-unsigned",
    /// A certificate was put on hold.
    HoldCertificate = "hold-certificate",
    /// A hold was released.
    ReleaseCertificate = "release-certificate",
    /// A certificate was revoked.
    RevokeCertificate = "revoke-certificate",
    /// A person put an own certificate on hold.
    HoldOwnCertificate = "hold-own-certificate",
    /// A person revoked an own certificate, at the gate with one.
    RevokeOwnCertificate = "revoke-own-certificate",
    /// A person revoked an own certificate by the challenge phrase.
    RevokeByChallenge = "revoke-by-challenge",
    /// An announcement was put on the portal's home.
    AddAnnouncement = "add-announcement",
    /// An announcement was taken off it.
    RemoveAnnouncement = "remove-announcement",
    /// A link was put on the portal's home.
    AddPortalLink = "add-portal-link",
    /// A link was taken off it.
    RemovePortalLink = "remove-portal-link",
    /// A person chose the portal's password.
    SetPortalPassword = "set-portal-password",
    /// A person's portal password was erased.
    ResetPortalPassword = "reset-portal-password",
    /// A person signed in at the portal.
    SignIn = "sign-in",
    /// A person typed a wrong login name or password at the portal.
    SignInRefused = "sign-in-refused",
    /// A person signed out at the portal.
    SignOut = "sign-out",
}

/// One act, as it is written.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: AuditAct,
    /// Whose tenant it touches.
    pub tenant: Option<TenantId>,
    /// On what: the record's id or reference.
    pub subject: String,
    /// Further facts in plain text, `key=value` separated by blanks; never a secret.
    pub detail: String,
    /// From which address, if over the network.
    pub address: Option<IpAddr>,
}

/// One act, as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Position in the log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// `machine`, `system`, `public` or `user`.
    pub actor_kind: String,
    /// The person, if one.
    pub actor_user: Option<UserId>,
    /// What: an [`AuditAct`]'s name, perhaps one that only a later release knows.
    pub act: String,
    /// Whose tenant it touches.
    pub tenant: Option<TenantId>,
    /// On what.
    pub subject: String,
    /// Further facts.
    pub detail: String,
    /// From which address.
    pub address: Option<String>,
    /// The seal; `None` while in the unsealed tail.
    pub hash: Option<[u8; 32]>,
}

impl Actor {
    /// The stable name in the log.
    pub fn kind_name(self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Machine => "machine",
            Self::System => "system",
            Self::Public => "public",
        }
    }
}

impl AuditRow {
    /// The bytes that a seal covers: the hash before, then each field with its length, so that no
    /// two different rows give the same bytes.
    pub fn sealed_bytes(&self, previous: &[u8; 32]) -> Vec<u8> {
        let mut bytes = previous.to_vec();
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at.as_millisecond().to_be_bytes());
        let user = self.actor_user.map(|id| id.to_string()).unwrap_or_default();
        let tenant = self.tenant.map(|id| id.to_string()).unwrap_or_default();
        let address = self.address.clone().unwrap_or_default();
        for field in [&self.actor_kind, &user, &self.act, &tenant, &self.subject, &self.detail, &address] {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &str, detail: &str) -> AuditRow {
        AuditRow {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            actor_kind: "machine".into(),
            actor_user: None,
            act: "revoke-certificate".into(),
            tenant: None,
            subject: subject.into(),
            detail: detail.into(),
            address: None,
            hash: None,
        }
    }

    #[test]
    fn moving_text_from_one_field_to_the_next_changes_the_sealed_bytes() {
        assert_ne!(row("ab", "c").sealed_bytes(&[0; 32]), row("a", "bc").sealed_bytes(&[0; 32]));
        assert_ne!(row("a", "b").sealed_bytes(&[0; 32]), row("a", "b").sealed_bytes(&[1; 32]));
    }
}
