//! Users of a tenant.

pub(crate) mod counting;
pub(crate) mod listing;

pub use counting::UsersByProgress;
pub use listing::{UserFilter, UserRow, UsersAt, UsersFound};

use crate::{
    ListPage, PageRequest, StoreError, TenantReader, TenantTransaction,
    backend::{Row, row::corrupt, statements, values},
    page::search_text,
};
use domain::{
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    id::UserId,
    locale::Locale,
    login_name::LoginName,
    name_rules::{Misfits, NameRules},
    time::Timestamp,
    user::{GroupKey, Role, User, UserState},
};

macro_rules! columns {
    () => {
        "id, tenant_id, role, login_name, display_name, reading, family_name, given_name, email, proved_email, \
         group_keys, note, locale, state"
    };
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
    INSERT = shared(
        "INSERT INTO user_account (tenant_id, id, role, login_name, display_name, reading, family_name, given_name,
             email, email_folded, group_keys, note, locale, search_text, state, state_since, progress_from,
             progress_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, NULL)
         ON CONFLICT DO NOTHING"
    );
    UPDATE = shared(
        "UPDATE user_account SET role = $3, login_name = $4, display_name = $5, reading = $6, family_name = $7,
             given_name = $8, email = $9, email_folded = $10, group_keys = $11, note = $12, locale = $13,
             search_text = $14
         WHERE tenant_id = $1 AND id = $2"
    );
    SET_STATE = shared(
        "UPDATE user_account SET state = $4, state_since = $5 WHERE tenant_id = $1 AND id = $2 AND state = $3"
    );
}

pub(crate) fn roman_name_from(row: &Row) -> Result<Option<RomanName>, StoreError> {
    let (Some(family), Some(given)) = (row.optional_text("family_name")?, row.optional_text("given_name")?)
    else {
        return Ok(None);
    };
    let family = CertificateText::parse(&family).map_err(|error| corrupt("family_name", error))?;
    let given = CertificateText::parse(&given).map_err(|error| corrupt("given_name", error))?;
    Ok(Some(RomanName { family, given }))
}

pub(crate) fn group_keys_from(row: &Row) -> Result<Vec<GroupKey>, StoreError> {
    let keys = row.parsed("group_keys", |text| serde_json::from_str::<Vec<String>>(text))?;
    keys.iter()
        .map(|key| GroupKey::parse(key).ok_or_else(|| corrupt("group_keys", "one of them is no group key")))
        .collect()
}

fn proved_email_from(row: &Row) -> Result<Option<EmailAddress>, StoreError> {
    let email = row.optional_text("proved_email")?.map(|text| EmailAddress::parse(&text)).transpose();
    email.map_err(|error| corrupt("proved_email", error))
}

pub(crate) fn user_from(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        role: row.named("role", Role::ALL, Role::name)?,
        login_name: row.parsed("login_name", LoginName::parse)?,
        display_name: row.text("display_name")?,
        reading: row.text("reading")?,
        roman_name: roman_name_from(row)?,
        email: row.parsed("email", EmailAddress::parse)?,
        proved_email: proved_email_from(row)?,
        groups: group_keys_from(row)?,
        note: row.text("note")?,
        locale: row.named("locale", Locale::ALL, Locale::tag)?,
        state: row.named("state", UserState::ALL, UserState::name)?,
    })
}

fn group_keys_json(groups: &[GroupKey]) -> String {
    let keys: Vec<&str> = groups.iter().map(GroupKey::as_str).collect();
    serde_json::Value::from(keys).to_string()
}

fn searched(user: &User) -> String {
    let roman_name = user.roman_name.as_ref().map(RomanName::common_name).unwrap_or_default();
    search_text(&[
        user.login_name.as_str(),
        user.email.as_str(),
        &user.display_name,
        &user.reading,
        &roman_name,
    ])
}

/// The values of [`INSERT`] and [`UPDATE`] up to `search_text`, then whatever more is given.
macro_rules! user_values {
    ($tenant:expr, $user:expr $(, $more:expr)*) => {{
        let (tenant, user) = ($tenant, $user);
        let roman_name = user.roman_name.as_ref();
        values![
            tenant,
            user.id,
            user.role.name(),
            user.login_name.as_str(),
            user.display_name.as_str(),
            user.reading.as_str(),
            roman_name.map(|name| name.family.as_str()),
            roman_name.map(|name| name.given.as_str()),
            user.email.as_str(),
            user.email.folded(),
            group_keys_json(&user.groups),
            user.note.as_str(),
            user.locale.tag(),
            searched(user)
            $(, $more)*
        ]
    }};
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
            let emails = (row.parsed("email", EmailAddress::parse)?, proved_email_from(&row)?);
            misfits += rules.misfits(&login_name, &emails.0, emails.1.as_ref());
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
        let values = user_values!(self.tenant, user, user.state.name(), at);
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
        let values = user_values!(self.tenant, user);
        self.connection.applied(&UPDATE, values).await
    }

    /// Moves a user from one state to another; `false` if the user is not in `expected`.
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
