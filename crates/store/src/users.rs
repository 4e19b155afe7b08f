//! Users of a tenant.

pub(crate) mod counting;
pub(crate) mod deleting;
mod listing;
pub(crate) mod pages;
pub(crate) mod suspensions;

pub use counting::UsersByProgress;
pub use listing::{UserFilter, UserRow, UsersAt, UsersFound};

use crate::{
    ListPage, PageRequest, StoreError, TenantReader, TenantTransaction,
    backend::{
        column::InColumn,
        statements,
        table::{insert, table, update},
        values,
    },
};
use domain::{
    email::EmailAddress,
    folding::FOLDING,
    id::UserId,
    list_key::ListKey,
    login_name::LoginName,
    name_rules::{Misfits, NameRules},
    people_search::search_text,
    time::Timestamp,
    user::{Role, User, UserState},
};

table! {
    "user_account" holds User as user, read by user_from, inserted with at: Timestamp;
    key { tenant (tenant_id), id }
    changed {
        role,
        login_name,
        display_name,
        reading,
        roman_name (family_name, given_name),
        email,
        groups (group_keys),
        note,
        locale,
    } beside {
        email_folded: user.email.folded(),
        search_text: search_text(user),
        list_key: ListKey::of(user).as_str(),
        folding: FOLDING,
    }
    fixed {
        state,
    } beside {
        state_since: at,
        progress_from: at,
        progress_until: None::<Timestamp>,
    }
    seen { proved_email, suspend_at }
}

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!("SELECT ", $crate::users::columns!(), $more, " FROM user_account ", $rest)
    };
    ($rest:literal) => {
        $crate::users::select!("", $rest)
    };
}

pub(crate) use columns;
pub(crate) use select;

statements! {
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    LOCK = per_backend(
        select!("WHERE tenant_id = $1 AND id = $2"),
        select!("WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"),
    );
    BY_EMAIL = shared(select!("WHERE tenant_id = $1 AND email_folded = $2"));
    BY_LOGIN_NAME = shared(select!("WHERE tenant_id = $1 AND login_name = $2"));
    WITH_ROLE = shared(select!("WHERE tenant_id = $1 AND role = $2 ORDER BY login_name"));
    ANOTHER = shared("SELECT id FROM user_account WHERE tenant_id = $1 AND id <> $2 LIMIT 1");
    NAMES = shared("SELECT login_name, email, proved_email FROM user_account WHERE tenant_id = $1");
    EACH = shared(select!("WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3"));
    INSERT = shared(insert!("ON CONFLICT DO NOTHING"));
    UPDATE = shared(update!());
    SET_STATE = shared(
        "UPDATE user_account SET state = $4, state_since = $5, suspend_at = NULL
         WHERE tenant_id = $1 AND id = $2 AND state = $3"
    );
}

impl TenantReader<'_> {
    /// One user.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(user_from).transpose()
    }

    /// The user with this address, in whatever case.
    pub async fn user_by_email(&mut self, email: &EmailAddress) -> Result<Option<User>, StoreError> {
        let row = self.connection.row(&BY_EMAIL, values![self.tenant, email.folded()]).await?;
        row.as_ref().map(user_from).transpose()
    }

    /// The user with this login name.
    pub async fn user_by_login_name(&mut self, login_name: &LoginName) -> Result<Option<User>, StoreError> {
        let row = self.connection.row(&BY_LOGIN_NAME, values![self.tenant, login_name.as_str()]).await?;
        row.as_ref().map(user_from).transpose()
    }

    /// All users with a role; for administrators and auditors, who are few.
    pub async fn users_with_role(&mut self, role: Role) -> Result<Vec<User>, StoreError> {
        let rows = self.connection.rows(&WITH_ROLE, values![self.tenant, role.name()]).await?;
        rows.iter().map(user_from).collect()
    }

    /// Has the tenant any user beside this one?
    pub async fn has_user_beside(&mut self, id: UserId) -> Result<bool, StoreError> {
        Ok(self.connection.row(&ANOTHER, values![self.tenant, id]).await?.is_some())
    }

    /// How many users do not fit the tenant's rules. Reads all names: for operators' acts and pages.
    pub async fn misfits(&mut self, rules: &NameRules) -> Result<Misfits, StoreError> {
        let mut misfits = Misfits::default();
        if rules.login_suffix.is_none() && rules.email_domains.is_empty() {
            return Ok(misfits);
        }
        for row in self.connection.rows(&NAMES, values![self.tenant]).await? {
            let login_name = row.parsed("login_name", LoginName::parse)?;
            let email = row.parsed("email", EmailAddress::parse)?;
            let proved_email: Option<EmailAddress> = InColumn::read(&row, "proved_email")?;
            misfits += rules.misfits(&login_name, &email, proved_email.as_ref());
        }
        Ok(misfits)
    }

    /// All users, some at a time, in the order in which they were added: to judge an import by.
    pub async fn each_user(&mut self, page: &PageRequest<UserId>) -> Result<ListPage<User>, StoreError> {
        let after = page.after.map_or([0; 16], |id| *id.as_bytes());
        let values = values![self.tenant, after.as_slice(), page.limit_and_one()];
        let rows = self.connection.rows(&EACH, values).await?;
        Ok(page.cut(rows.iter().map(user_from).collect::<Result<_, _>>()?))
    }
}

impl TenantTransaction<'_> {
    /// One user, kept from changing until the transaction ends.
    pub async fn lock_user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let values = values![self.tenant, id];
        let row = self.connection.row(&LOCK, values).await?;
        row.as_ref().map(user_from).transpose()
    }

    /// Adds a user to this tenant; `false` if the login name or the address is somebody's, which the transaction
    /// survives.
    pub async fn insert_user(&mut self, user: &User, at: Timestamp) -> Result<bool, StoreError> {
        let values = inserted_values(values![self.tenant, user.id], user, at)?;
        let applied = self.connection.applied(&INSERT, values).await?;
        if applied && user.state != UserState::Active {
            self.keep_progress(user.id, at).await?;
        }
        Ok(applied)
    }

    /// Writes everything about a user but the state; `false` if there is no such user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `LoginName` or `UserEmail`.
    pub async fn update_user(&mut self, user: &User) -> Result<bool, StoreError> {
        let values = changed_values(values![self.tenant, user.id], user)?;
        self.connection.applied(&UPDATE, values).await
    }

    /// Moves a user from one state to another, which ends what was planned; `false` if the user is not in `expected`.
    pub async fn set_user_state(
        &mut self,
        id: UserId,
        expected: UserState,
        next: UserState,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, expected.name(), next.name(), at];
        let applied = self.connection.applied(&SET_STATE, values).await?;
        if applied {
            self.keep_progress(id, at).await?;
        }
        Ok(applied)
    }
}
