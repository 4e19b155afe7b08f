//! Permission at the desk, the console and the CLI, as a value that an act requires.
//!
//! **Invariant:** a [`Grant`] comes from [`Grant::of`] (a permitted visitor whose role allows the act) or
//! [`Grant::operator_at_the_machine`] (an operator who may open the installation's own socket or data
//! folder).

use crate::{
    id::{TenantId, UserId},
    permit::Permit,
    refusal::Problem,
    tenant::ShutOut,
    user::{Role, User, UserState},
};
use std::{marker::PhantomData, net::IpAddr};

/// The actor, as written into the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person, by certificate.
    User {
        /// The company.
        tenant: TenantId,
        /// The person.
        user: UserId,
        /// The role that allowed it.
        role: Role,
    },
    /// An operator with access to the machine, through the CLI.
    Machine,
    /// The installation itself: reconciler, expiry, outbox.
    System,
    /// A visitor of the public site who has proved an application's or certificate's secret.
    Public,
}

impl Actor {
    /// The visitor of a permit.
    pub fn of(permit: &Permit) -> Self {
        let user = permit.user();
        Self::User { tenant: permit.tenant().id, user: user.id, role: user.role }
    }
}

/// Whether a person on record may still act in this role: not shut out, and with the same role.
pub fn still_acts(role: Role, person: &User, tenant: Option<ShutOut>) -> bool {
    tenant.is_none() && person.state == UserState::Active && person.role == role
}

/// What a role may do within its own tenant.
pub trait Permission {
    /// The permission's name in a refusal.
    const NAME: &'static str;
    /// Whether a role has the permission.
    fn allowed(role: Role) -> bool;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $($role:ident)|+;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Permission for $name {
            const NAME: &'static str = $text;
            fn allowed(role: Role) -> bool {
                matches!(role, $(Role::$role)|+)
            }
        }
    )*};
}

permissions! {
    /// See users, applications, certificates of the tenant.
    ViewTenant = "view-tenant": Administrator | Auditor;
    /// Add, import, invite, suspend, resume users.
    ManageUsers = "manage-users": Administrator;
    /// Send a mail again, its secret made anew: the desk and the console.
    ResendMail = "resend-mail": Administrator | Operator;
    /// Write announcements and links on the portal's home.
    EditPortal = "edit-portal": Administrator;
    /// Change the settings that are an administrator's.
    ChangeSettings = "change-settings": Administrator;
    /// Approve or reject applications: the desk, and the console where a company has nobody left who could.
    DecideApplication = "decide-application": Administrator | Operator;
    /// Make a PIN and see it, where [`crate::pin_delivery`] allows that: the desk and the console.
    ShowPin = "show-pin": Administrator | Operator;
    /// Hold, release, revoke any certificate of the tenant: the desk and the console.
    RevokeCertificate = "revoke-certificate": Administrator | Operator;
    /// Hold or revoke one's own certificate.
    RevokeOwnCertificate = "revoke-own-certificate": Administrator | Auditor | User | Operator;
    /// Renew or replace one's own device's certificate.
    RenewOwnCertificate = "renew-own-certificate": Administrator | Auditor | User | Operator;
    /// Prove that one's own e-mail address reaches oneself.
    ProveOwnEmail = "prove-own-email": Administrator | Auditor | User;
    /// Add tenants, make sheets, set upstreams: the console.
    ManageTenants = "manage-tenants": Operator;
}

/// The role does not have the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this role may not {permission}")]
pub struct Forbidden {
    /// The permission's name.
    pub permission: &'static str,
}

impl From<Forbidden> for Problem {
    fn from(Forbidden { permission: _ }: Forbidden) -> Self {
        Self::Forbidden
    }
}

/// A permission, with its holder.
#[derive(Debug)]
pub struct Grant<P: Permission> {
    actor: Actor,
    address: Option<IpAddr>,
    scope: Option<TenantId>,
    permission: PhantomData<P>,
}

/// A tenant that a grant reaches; reads require it.
#[derive(Debug, Clone, Copy)]
pub struct SeenTenant(TenantId);

impl SeenTenant {
    /// The tenant's id.
    pub fn id(self) -> TenantId {
        self.0
    }
}

impl<P: Permission> Grant<P> {
    /// The tenant, if the grant reaches it; else `None`.
    pub fn sees(&self, tenant: TenantId) -> Option<SeenTenant> {
        self.reaches(tenant).then_some(SeenTenant(tenant))
    }
}

impl<P: Permission> Grant<P> {
    /// A visitor's permission within the visitor's own tenant; an operator's permission reaches every tenant.
    pub fn of(permit: &Permit) -> Result<Self, Forbidden> {
        let role = permit.user().role;
        if !P::allowed(role) {
            return Err(Forbidden { permission: P::NAME });
        }
        let scope = (role != Role::Operator).then_some(permit.tenant().id);
        Ok(Self { actor: Actor::of(permit), address: None, scope, permission: PhantomData })
    }

    /// The same permission, used from this address.
    #[must_use]
    pub fn used_from(self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self }
    }

    /// The permission of an operator who may open the socket (mode 0600) or holds the data folder's lock.
    pub fn operator_at_the_machine() -> Self {
        Self { actor: Actor::Machine, address: None, scope: None, permission: PhantomData }
    }

    /// The actor.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The actor's address; `None` at the machine itself.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The tenant of the grant; `None` for all tenants.
    pub(crate) fn scope(&self) -> Option<TenantId> {
        self.scope
    }

    /// Whether the permission reaches this tenant.
    pub(crate) fn reaches(&self, tenant: TenantId) -> bool {
        self.scope.is_none_or(|scope| scope == tenant)
    }
}

#[cfg(test)]
impl<P: Permission> Grant<P> {
    /// The permission of a person of this tenant.
    pub(crate) fn within(tenant: TenantId) -> Self {
        Self { actor: Actor::System, address: None, scope: Some(tenant), permission: PhantomData }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_sees_and_changes_nothing() {
        assert!(ViewTenant::allowed(Role::Auditor));
        assert!(!ManageUsers::allowed(Role::Auditor));
        assert!(!DecideApplication::allowed(Role::Auditor));
        assert!(!RevokeCertificate::allowed(Role::Auditor));
        assert!(!EditPortal::allowed(Role::Auditor));
    }

    #[test]
    fn an_ordinary_user_reaches_only_own_certificates() {
        assert!(RevokeOwnCertificate::allowed(Role::User));
        for allowed in
            [ViewTenant::allowed, ManageUsers::allowed, RevokeCertificate::allowed, ManageTenants::allowed]
        {
            assert!(!allowed(Role::User));
        }
    }

    #[test]
    fn only_operators_manage_tenants() {
        assert!(!ManageTenants::allowed(Role::Administrator));
        assert!(ManageTenants::allowed(Role::Operator));
    }
}
