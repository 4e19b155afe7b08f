//! Users: added, invited, changed, suspended, resumed.

use crate::{
    Authority, Unavailable,
    import::usage,
    invitation::{Issued, NewInvitation},
    runner::ActError,
    unavailable::{ActorChanged, unavailable_in},
    work::{By, Work, must_apply},
};
use domain::{
    act::Act,
    bounds::BoundReached,
    email_proof::{self, AfterChange, TooManyCodes},
    grant::{Actor, Grant, ManageTenants, ManageUsers, still_acts},
    id::{InvitationId, TenantId, UserId},
    import::{self, CellError, Column, NewUser, RowError},
    invitation::InvitationKind,
    mail::MailClass,
    password::OneTimePassword,
    secret::Secret,
    status_change::StatusChange,
    tenant::{Tenant, TenantKind, TenantState},
    time::{SignedDuration, Timestamp},
    user::{Role, User, UserState},
};
use store::Constraint;
use templates::mail;

/// How an invitation reaches its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By mail.
    Mail,
    /// On a printed slip, where the policy allows it.
    Slip,
}

/// How one invitation goes out, under which id, by whom.
pub(crate) struct Way {
    invitation: InvitationId,
    delivery: Delivery,
    /// In which queue its mail waits.
    class: MailClass,
    maker: Actor,
}

/// A printed slip with a one-time password.
#[derive(Debug)]
pub struct Slip {
    /// Whom it is for.
    pub user: User,
    /// 識別コード, in groups of four.
    pub identification_code: String,
    /// The one-time password, in groups of four.
    pub one_time_password: Secret<String>,
    /// Until when it works.
    pub valid_until: Timestamp,
    /// Where to apply.
    pub enrol_url: String,
}

/// Why a user was not added, changed or invited.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// It is not as it was when the edit began.
    #[error("the user was changed meanwhile; nothing was saved")]
    Changed(Box<User>),
    /// There is no such user in this tenant.
    #[error("there is no such user")]
    NotFound,
    /// Login name or address belong to another user of the tenant.
    #[error("login name or e-mail address is taken")]
    Taken(Vec<RowError>),
    /// Login name or address are not of the form that the operator has set for the tenant.
    #[error("login name or e-mail address is not of the tenant's form")]
    Unfit(Vec<RowError>),
    /// The form was sent before: this user has the invitation of its id.
    #[error("this was done before; nothing was changed")]
    SentBefore(UserId),
    /// The form was sent before, with another wish.
    #[error("this form was used for something else; open it anew")]
    FormUsed,
    /// The state does not allow it.
    #[error("the user is {} already", .0.name())]
    State(UserState),
    /// The policy allows no printed slips.
    #[error("the tenant's policy allows no printed slips")]
    SlipsNotAllowed,
    /// More than one tenant may have of what all share.
    #[error(transparent)]
    Bound(BoundReached),
    /// The tenant is suspended or ended.
    #[error("the tenant is {}", .0.name())]
    TenantClosed(TenantState),
    /// Operators are users of the installation's own tenant, and of no other.
    #[error("operators are not users of a customer; use \"sekisho operator add\"")]
    OperatorElsewhere,
    /// The tenant would be left without an administrator who may pass.
    #[error("this is the tenant's last administrator; make another one first")]
    LastAdministrator,
    /// One cannot shut out oneself: nobody could undo it.
    #[error("you cannot suspend yourself")]
    Oneself,
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(UserError);

impl ActError for UserError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

impl Authority {
    /// Adds a user and invites them.
    pub async fn add_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        new: NewUser,
        delivery: Delivery,
    ) -> Result<(User, Option<Slip>), UserError> {
        self.add_user_once(grant, tenant, new, delivery, self.new_invitation_id()).await
    }

    /// The same for a form that carried the invitation's id: [`UserError::SentBefore`] if that has been done
    /// already.
    pub async fn add_user_once(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        new: NewUser,
        delivery: Delivery,
        invitation: InvitationId,
    ) -> Result<(User, Option<Slip>), UserError> {
        let login_name = new.login_name.clone();
        let added = self.insert_invited(grant, tenant, new, delivery, invitation).await;
        if !matches!(added, Err(UserError::Taken(_))) {
            return added;
        }
        let mut reader = self.store().read().await?;
        let mut scope = reader.tenant(tenant);
        let Some(former) = scope.invitation(invitation).await? else { return added };
        let other = scope.user(former.user).await?;
        match other.filter(|other| other.login_name == login_name) {
            Some(other) => Err(UserError::SentBefore(other.id)),
            None => added,
        }
    }

    async fn insert_invited(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        new: NewUser,
        delivery: Delivery,
        invitation: InvitationId,
    ) -> Result<(User, Option<Slip>), UserError> {
        let mut work = self.begin("add_user").await?;
        // Under its lock the rules for names stay as they are.
        let tenant = open_tenant(&mut work, grant.reaches(tenant), tenant).await?;
        let usage = usage(&mut work, tenant.id).await?;
        self.service().bounds.admit(usage, 1, 0).map_err(UserError::Bound)?;
        let user = self.insert_user(&mut work, &tenant, new).await?;
        let way = Way { invitation, delivery, class: MailClass::Awaited, maker: grant.actor() };
        let slip = self.invite_within(&mut work, &tenant, &user, way).await?;
        work.audit(grant, Act::AddUser, Some(tenant.id), user.id, format!("login={}", user.login_name))
            .await?;
        work.finish().await?;
        Ok((user, slip))
    }

    /// Adds an operator: a user of the installation's own tenant, invited by printed slip. What the operator sets as a
    /// bound for tenants does not bind the operators.
    pub async fn add_operator(&self, grant: &Grant<ManageTenants>, new: NewUser) -> Result<Slip, UserError> {
        let mut work = self.begin("add_operator").await?;
        let tenants = work.every_tenant().await?;
        let tenant = tenants
            .into_iter()
            .find(|tenant| tenant.kind == TenantKind::Operator)
            .ok_or(UserError::NotFound)?;
        let user = self.insert_user(&mut work, &tenant, NewUser { role: Role::Operator, ..new }).await?;
        let way = self.new_way(Delivery::Slip, MailClass::Awaited, grant.actor());
        let slip = self.invite_within(&mut work, &tenant, &user, way).await?;
        work.audit(grant, Act::AddOperator, Some(tenant.id), user.id, "").await?;
        work.finish().await?;
        slip.ok_or(UserError::SlipsNotAllowed)
    }

    pub(crate) async fn insert_user(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        new: NewUser,
    ) -> Result<User, UserError> {
        let now = work.now;
        let user = User {
            id: UserId::new(now, &mut *self.rng()),
            tenant: tenant.id,
            role: new.role,
            login_name: new.login_name,
            display_name: new.display_name,
            reading: new.reading,
            roman_name: Some(new.roman_name),
            email: new.email,
            proved_email: None,
            groups: new.groups,
            note: new.note,
            locale: new.locale.unwrap_or(tenant.locale),
            state: UserState::Active,
        };
        refuse_operator_elsewhere(tenant, &user)?;
        refuse_unfit(tenant, &user, None)?;
        refuse_taken(work, &user).await?;
        if !work.tenant(tenant.id).insert_user(&user, now).await? {
            // Somebody else was a moment faster: by now that one can be seen.
            refuse_taken(work, &user).await?;
            return Err(Unavailable::because("a user was neither added nor taken").into());
        }
        work.changed(StatusChange::User(user.id));
        Ok(user)
    }

    /// Invites anew; the former one-time password opens nothing from then on.
    pub async fn invite(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: Delivery,
    ) -> Result<Option<Slip>, UserError> {
        self.invite_once(grant, tenant, user, delivery, self.new_invitation_id()).await
    }

    /// The same for a form that carried the invitation's id: [`UserError::SentBefore`] if that has been done
    /// already.
    pub async fn invite_once(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: Delivery,
        invitation: InvitationId,
    ) -> Result<Option<Slip>, UserError> {
        self.invite_as(grant, tenant, user, delivery, invitation, MailClass::Awaited).await
    }

    /// The same for one of several people who are invited with one act: their mails do not keep a mail waiting that
    /// somebody waits for.
    pub async fn invite_among_many(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: Delivery,
        invitation: InvitationId,
    ) -> Result<Option<Slip>, UserError> {
        self.invite_as(grant, tenant, user, delivery, invitation, MailClass::Bulk).await
    }

    async fn invite_as(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: Delivery,
        invitation: InvitationId,
        class: MailClass,
    ) -> Result<Option<Slip>, UserError> {
        let mut work = self.begin("invite").await?;
        let tenant = open_tenant(&mut work, grant.reaches(tenant), tenant).await?;
        let user = work.tenant(tenant.id).lock_user(user).await?.ok_or(UserError::NotFound)?;
        if user.state != UserState::Active {
            return Err(UserError::State(user.state));
        }
        if class == MailClass::Bulk {
            let usage = usage(&mut work, tenant.id).await?;
            self.service().bounds.admit(usage, 0, 1).map_err(UserError::Bound)?;
        }
        let way = Way { invitation, delivery, class, maker: grant.actor() };
        let slip = self.invite_within(&mut work, &tenant, &user, way).await?;
        work.audit(grant, Act::Invite, Some(tenant.id), user.id, format!("{delivery:?}").to_lowercase())
            .await?;
        work.finish().await?;
        Ok(slip)
    }

    /// A way for what no form has asked for.
    pub(crate) fn new_way(&self, delivery: Delivery, class: MailClass, maker: Actor) -> Way {
        Way { invitation: self.new_invitation_id(), delivery, class, maker }
    }

    pub(crate) async fn invite_within(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        way: Way,
    ) -> Result<Option<Slip>, UserError> {
        let by_slip = way.delivery == Delivery::Slip;
        if by_slip && !tenant.policy.printed_slips_allowed {
            return Err(UserError::SlipsNotAllowed);
        }
        let new = NewInvitation {
            id: way.invitation,
            user: user.id,
            kind: InvitationKind::Personal,
            lifetime: SignedDuration::from_hours(24 * i64::from(tenant.policy.invitation_days)),
            shown_to: by_slip.then_some(way.maker),
        };
        let (invitation, password) = match self.issue(work, tenant.id, new).await? {
            Issued::Now(invitation, password) => (invitation, password),
            Issued::Before => return Err(UserError::SentBefore(user.id)),
            Issued::OtherWish => return Err(UserError::FormUsed),
        };
        let expires_at = invitation.expires_at;
        let valid_until = tenant.license.end_of(expires_at, work.now);
        if by_slip {
            return Ok(Some(self.slip(tenant, user.clone(), &password, valid_until)));
        }
        let invitation = mail::Invitation {
            recipient_name: user.display_name.clone(),
            tenant_name: tenant.display_name.clone(),
            email: user.email.to_string(),
            identification_code: tenant.identification_code.grouped(),
            one_time_password: password.grouped().expose().clone(),
            valid_until,
        };
        let letter = self.letter(user, tenant, |head| mail::invitation(&invitation, head));
        work.post_invitation(tenant.id, &letter, way.class, expires_at).await?;
        Ok(None)
    }

    pub(crate) fn slip(
        &self,
        tenant: &Tenant,
        user: User,
        password: &OneTimePassword,
        valid_until: Timestamp,
    ) -> Slip {
        Slip {
            user,
            identification_code: tenant.identification_code.grouped(),
            one_time_password: password.grouped(),
            valid_until,
            enrol_url: self.addresses().public("/enrol"),
        }
    }

    /// Changes a user's record. Certificates that were issued keep what is written in them. Under another
    /// address the person is invited anew: see [`forget_former_address`].
    pub async fn update_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
        new: NewUser,
    ) -> Result<User, UserError> {
        self.update_user_if(grant, tenant, id, new, |_| true).await
    }

    /// The same for a form: [`UserError::Changed`] unless the record, locked, is still what the edit began on.
    pub async fn update_user_if(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
        new: NewUser,
        is_unchanged: impl FnOnce(&User) -> bool + Send,
    ) -> Result<User, UserError> {
        let mut work = self.begin("update_user").await?;
        let tenant = open_tenant(&mut work, grant.reaches(tenant), tenant).await?;
        let former = work.tenant(tenant.id).lock_user(id).await?.ok_or(UserError::NotFound)?;
        if !is_unchanged(&former) {
            return Err(UserError::Changed(Box::new(former)));
        }
        let user = User {
            role: new.role,
            login_name: new.login_name,
            display_name: new.display_name,
            reading: new.reading,
            roman_name: Some(new.roman_name),
            email: new.email,
            groups: new.groups,
            note: new.note,
            locale: new.locale.unwrap_or(former.locale),
            ..former.clone()
        };
        refuse_operator_elsewhere(&tenant, &user)?;
        refuse_unfit(&tenant, &user, Some(&former))?;
        refuse_taken(&mut work, &user).await?;
        if user.role != Role::Administrator {
            keep_an_administrator(&mut work, tenant.id, id).await?;
        }
        let mut detail = format!("role={}", user.role.name());
        if user.email != former.email {
            detail = format!("{detail} {}", forget_former_address(&mut work, &user).await?);
        }
        must_apply(work.tenant(tenant.id).update_user(&user).await.map_err(taken)?)?;
        detail.push_str(self.after_new_address(&mut work, &tenant, &former, &user).await?);
        let actor = self.actor_after(grant.actor(), &former, &user, &tenant, work.now)?;
        work.changed(StatusChange::User(id));
        let by = By { actor, address: grant.address() };
        work.audit(by, Act::UpdateUser, Some(tenant.id), id, detail).await?;
        work.finish().await?;
        Ok(user)
    }

    /// Lets the person prove another address; in words for the audit log. Until then applications are told the
    /// former one.
    async fn after_new_address(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        former: &User,
        user: &User,
    ) -> Result<&'static str, Unavailable> {
        match email_proof::after_change(former, &user.email) {
            AfterChange::Nothing | AfterChange::AwaitPickup => Ok(""),
            AfterChange::Proved => {
                // In other letters, or in the same ones as before.
                let _rewritten = work.tenant(tenant.id).prove_email(user.id, &user.email).await?;
                Ok("")
            }
            AfterChange::MailCode => match self.mail_email_code_within(work, tenant, user).await? {
                Ok(()) => Ok(" email_code_mailed=true"),
                // The person can ask for one later.
                Err(TooManyCodes { .. }) => Ok(" email_code_mailed=false"),
            },
        }
    }

    /// Who gives up a role of one's own acts in the former one, on the locked row, and is on record with the
    /// next one.
    fn actor_after(
        &self,
        actor: Actor,
        former: &User,
        next: &User,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<Actor, Unavailable> {
        match actor {
            Actor::User { tenant: of, user, role } if user == former.id => {
                let shut_out = tenant.shut_out(self.service().contract_grace_days, now);
                if !still_acts(role, former, shut_out) {
                    return Err(ActorChanged.into());
                }
                Ok(Actor::User { tenant: of, user, role: next.role })
            }
            other => Ok(other),
        }
    }

    /// Shuts a person out with all devices, from the next request on.
    pub async fn suspend_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        let oneself = matches!(grant.actor(), domain::grant::Actor::User { user, .. } if user == id);
        if oneself {
            return Err(UserError::Oneself);
        }
        self.move_user(grant, tenant, id, UserState::Active, UserState::Suspended, Act::SuspendUser).await
    }

    /// Lets a suspended person in again; what was held or revoked on its own stays so.
    pub async fn resume_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        self.move_user(grant, tenant, id, UserState::Suspended, UserState::Active, Act::ResumeUser).await
    }

    async fn move_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
        from: UserState,
        to: UserState,
        act: Act,
    ) -> Result<(), UserError> {
        if !grant.reaches(tenant) {
            return Err(UserError::NotFound);
        }
        let mut work = self.begin(act.name()).await?;
        let now = work.now;
        let _tenant = work.tenant(tenant).lock().await?.ok_or(UserError::NotFound)?;
        let user = work.tenant(tenant).lock_user(id).await?.ok_or(UserError::NotFound)?;
        if user.state == from && to == UserState::Suspended {
            keep_an_administrator(&mut work, tenant, id).await?;
        }
        if !work.tenant(tenant).set_user_state(id, from, to, now).await? {
            return Err(UserError::State(user.state));
        }
        work.tenant_crls_changed(tenant).await?;
        work.changed(StatusChange::User(id));
        work.audit(grant, act, Some(tenant), id, "").await?;
        Ok(work.finish().await?)
    }
}

/// What was mailed to a user's former address opens nothing any more: invitations and PINs. In words for the
/// audit log.
pub(crate) async fn forget_former_address(work: &mut Work, user: &User) -> Result<String, Unavailable> {
    let now = work.now;
    let invitations = work.tenant(user.tenant).spend_invitations_of(user.id, now).await?;
    let applications = work.tenant(user.tenant).withdraw_applications_of(user.id, now).await?;
    let mut scope = work.tenant(user.tenant);
    let _mails = scope.close_invitation_mails(user.id, now).await?;
    let _mails = scope.close_pin_mails(user.id, None, now).await?;
    Ok(format!("address_changed=true invitations_spent={invitations} applications_withdrawn={applications}"))
}

/// A tenant that is in service and within reach, locked: what it has of what is bounded stays as it is counted.
pub(crate) async fn open_tenant(work: &mut Work, reached: bool, id: TenantId) -> Result<Tenant, UserError> {
    in_service(if reached { work.tenant(id).lock().await? } else { None })
}

fn in_service(tenant: Option<Tenant>) -> Result<Tenant, UserError> {
    let tenant = tenant.ok_or(UserError::NotFound)?;
    match tenant.state {
        TenantState::Active => Ok(tenant),
        state => Err(UserError::TenantClosed(state)),
    }
}

/// An operator's permission reaches every tenant, so no customer may make one.
fn refuse_operator_elsewhere(tenant: &Tenant, user: &User) -> Result<(), UserError> {
    let elsewhere = user.role == Role::Operator && tenant.kind != TenantKind::Operator;
    if elsewhere { Err(UserError::OperatorElsewhere) } else { Ok(()) }
}

fn refuse_unfit(tenant: &Tenant, user: &User, on_record: Option<&User>) -> Result<(), UserError> {
    let errors = import::unfit(&tenant.names, &user.login_name, &user.email, on_record);
    if errors.is_empty() { Ok(()) } else { Err(UserError::Unfit(errors)) }
}

/// Is there an administrator who may pass beside this user, or is this user none?
///
/// Asked under the tenant's lock: two administrators who shut each other out would else both be told yes.
async fn keep_an_administrator(work: &mut Work, tenant: TenantId, id: UserId) -> Result<(), UserError> {
    let administrators = work.tenant(tenant).users_with_role(Role::Administrator).await?;
    let is_one = administrators.iter().any(|user| user.id == id);
    let another = administrators.iter().any(|user| user.id != id && user.state == UserState::Active);
    if is_one && !another { Err(UserError::LastAdministrator) } else { Ok(()) }
}

/// Looks before writing, so that both names can be told at once.
async fn refuse_taken(work: &mut Work, user: &User) -> Result<(), UserError> {
    let by_login = work.tenant(user.tenant).user_by_login_name(&user.login_name).await?;
    let by_email = work.tenant(user.tenant).user_by_email(&user.email).await?;
    let found = [(Column::LoginName, by_login), (Column::Email, by_email)];
    let errors: Vec<RowError> = found
        .into_iter()
        .filter(|(_, other)| other.as_ref().is_some_and(|other| other.id != user.id))
        .map(|(column, _)| RowError { column, error: CellError::Taken })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(UserError::Taken(errors)) }
}

/// Somebody else was a moment faster.
fn taken(error: store::StoreError) -> UserError {
    let column = match error.conflict() {
        Some(Constraint::LoginName) => Column::LoginName,
        Some(Constraint::UserEmail) => Column::Email,
        _ => return error.into(),
    };
    UserError::Taken(vec![RowError { column, error: CellError::Taken }])
}
