//! Users of a tenant.

use crate::{
    ListPage, PageRequest, StoreError, TenantReader, TenantTransaction,
    backend::{Row, row::corrupt, statements, values},
    page::{search_pattern, search_text},
};
use domain::{
    certificate_text::{CertificateText, RomanName},
    email::EmailAddress,
    id::UserId,
    locale::Locale,
    login_name::LoginName,
    mail::MailStanding,
    name_rules::{Misfits, NameRules},
    time::{DAY, Timestamp},
    user::{ENDING_SOON_DAYS, GroupKey, Progress, Role, User, UserState, UserSubset},
};
use std::collections::HashSet;

/// Which users.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserFilter<'a> {
    /// Those whose login name, address, name or reading contains this.
    pub search: &'a str,
    /// Those of this subset only.
    pub subset: Option<UserSubset>,
}

impl<'a> From<&'a str> for UserFilter<'a> {
    fn from(search: &'a str) -> Self {
        Self { search, subset: None }
    }
}

/// A user in a list, with how far this person has come and how many certificates are in force.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// The record.
    pub user: User,
    /// For display only.
    pub progress: Progress,
    /// How many certificates are valid, for display only: those on hold are not.
    pub valid_certificates: u32,
    /// Where the newest mail to this person stands; `None`: nothing was ever mailed.
    pub mail: Option<MailStanding>,
}

/// What a tenant's users already have, so that a new user must not.
#[derive(Debug, Default)]
pub struct TakenNames {
    /// Login names.
    pub login_names: HashSet<String>,
    /// Addresses in lower case.
    pub emails: HashSet<String>,
}

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

/// How far a user has come, by what is in force at the moment at `$now`.
macro_rules! progress {
    ($now:literal) => {
        concat!(
            "CASE
             WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1 AND c.user_id = user_account.id
                 AND c.state IN ('valid', 'on-hold') AND c.not_after >= ",
            $now,
            " AND c.proved_at IS NOT NULL) THEN 'proved'
             WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1 AND c.user_id = user_account.id
                 AND c.state IN ('valid', 'on-hold') AND c.not_after >= ",
            $now,
            ") THEN 'picked-up'
             WHEN EXISTS (SELECT 1 FROM application a WHERE a.tenant_id = $1 AND a.user_id = user_account.id
                 AND a.state IN ('submitted', 'approved')) THEN 'applied'
             WHEN EXISTS (SELECT 1 FROM invitation i WHERE i.tenant_id = $1 AND i.user_id = user_account.id
                 AND i.spent_at IS NULL AND i.expires_at > ",
            $now,
            ") THEN 'invited'
             ELSE 'not-invited' END"
        )
    };
}

/// Users found by the search at $2, at the moment $3; of these the subset named $4 (empty: all), where what
/// ends before $5 ends soon.
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", progress, (SELECT COUNT(*) FROM certificate c WHERE c.tenant_id = $1 AND c.user_id = found.id
                 AND c.state = 'valid' AND c.not_after >= $3) AS valid_certificates,
                 (SELECT m.standing FROM mail_delivery m WHERE m.tenant_id = $1 AND m.user_id = found.id) AS mail
             FROM (SELECT ",
            columns!(),
            ", ",
            progress!("$3"),
            " AS progress FROM user_account WHERE tenant_id = $1 AND search_text LIKE $2 ESCAPE '\\') AS found
             WHERE ($4 = '' OR progress = $4 OR ($4 = 'suspended' AND state = 'suspended')
                 OR ($4 = 'on-hold' AND EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1
                     AND c.user_id = found.id AND c.state = 'on-hold' AND c.not_after >= $3))
                 OR ($4 = 'ending-soon' AND EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1
                     AND c.user_id = found.id AND c.state = 'valid' AND c.not_after >= $3 AND c.not_after < $5))
                 OR ($4 = 'mail-trouble' AND EXISTS (SELECT 1 FROM mail_delivery m WHERE m.tenant_id = $1
                     AND m.user_id = found.id AND m.standing IN ('delayed', 'refused', 'given-up'))))",
            $rest
        )
    };
}

/// How many users are found by the search at $2.
macro_rules! counted {
    ($rest:literal) => {
        concat!(
            "SELECT COUNT(*) AS count FROM user_account WHERE tenant_id = $1 AND search_text LIKE $2 ESCAPE '\\'",
            $rest
        )
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
    LIST = shared(listed!(" AND login_name > $6 ORDER BY login_name LIMIT $7"));
    LIST_BEFORE = shared(listed!(" AND login_name < $6 ORDER BY login_name DESC LIMIT $7"));
    PROGRESS = shared(concat!(
        "SELECT ",
        progress!("$3"),
        " AS progress FROM user_account WHERE tenant_id = $1 AND id = $2"
    ));
    COUNT_BY_PROGRESS = shared(concat!(
        "SELECT progress, COUNT(*) AS count FROM (SELECT ",
        progress!("$3"),
        " AS progress FROM user_account WHERE tenant_id = $1 AND search_text LIKE $2 ESCAPE '\\') AS counted
         GROUP BY progress"
    ));
    COUNT = shared(counted!(""));
    COUNT_AT = shared(concat!(counted!(" AND "), progress!("$3"), " = $4"));
    COUNT_SUSPENDED = shared(counted!(" AND state = 'suspended'"));
    COUNT_ON_HOLD = shared(counted!(
        " AND id IN (SELECT user_id FROM certificate WHERE tenant_id = $1 AND state = 'on-hold' AND not_after >= $3)"
    ));
    COUNT_ENDING_SOON = shared(counted!(
        " AND id IN (SELECT user_id FROM certificate WHERE tenant_id = $1 AND state = 'valid' AND not_after >= $3
             AND not_after < $4)"
    ));
    COUNT_MAIL_TROUBLE = shared(counted!(
        " AND id IN (SELECT user_id FROM mail_delivery WHERE tenant_id = $1
             AND standing IN ('delayed', 'refused', 'given-up'))"
    ));
    ANOTHER = shared("SELECT id FROM user_account WHERE tenant_id = $1 AND id <> $2 LIMIT 1");
    NAMES = shared("SELECT login_name, email, proved_email FROM user_account WHERE tenant_id = $1");
    TAKEN = shared("SELECT login_name, email_folded FROM user_account WHERE tenant_id = $1");
    INSERT = shared(
        "INSERT INTO user_account (tenant_id, id, role, login_name, display_name, reading, family_name, given_name,
             email, email_folded, group_keys, note, locale, search_text, state, state_since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING"
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

fn progress_from(row: &Row) -> Result<Progress, StoreError> {
    row.named("progress", Progress::ALL, Progress::name)
}

fn listed_from(row: &Row) -> Result<UserRow, StoreError> {
    let valid_certificates = row.unsigned("valid_certificates")?;
    let mail = row.optional_named("mail", MailStanding::ALL, MailStanding::name)?;
    Ok(UserRow { user: user_from(row)?, progress: progress_from(row)?, valid_certificates, mail })
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

fn name(subset: Option<UserSubset>) -> &'static str {
    subset.map_or("", UserSubset::name)
}

/// Until when a certificate ends soon.
fn soon(now: Timestamp) -> Timestamp {
    now.checked_add(DAY * ENDING_SOON_DAYS).unwrap_or(now)
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

    /// Users by login name.
    pub async fn users(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        page: &PageRequest<LoginName>,
        now: Timestamp,
    ) -> Result<ListPage<UserRow>, StoreError> {
        let after = page.after.as_ref().map_or("", LoginName::as_str);
        let UserFilter { search, subset } = filter.into();
        let (search, subset, soon) = (search_pattern(search), name(subset), soon(now));
        let values = values![self.tenant, search, now, subset, soon, after, page.limit_and_one()];
        let rows = self.connection.rows(&LIST, values).await?;
        Ok(page.cut(rows.iter().map(listed_from).collect::<Result<_, _>>()?))
    }

    /// The page of the same list that ends just before a login name; `more`: others come before it.
    pub async fn users_before(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        before: &LoginName,
        rows: u32,
        now: Timestamp,
    ) -> Result<ListPage<UserRow>, StoreError> {
        let page = PageRequest::<LoginName>::first(rows);
        let UserFilter { search, subset } = filter.into();
        let (search, subset, soon) = (search_pattern(search), name(subset), soon(now));
        let values = values![self.tenant, search, now, subset, soon, before.as_str(), page.limit_and_one()];
        let rows = self.connection.rows(&LIST_BEFORE, values).await?;
        let mut page = page.cut(rows.iter().map(listed_from).collect::<Result<_, _>>()?);
        page.rows.reverse();
        Ok(page)
    }

    /// How many users [`TenantReader::users`] lists on all its pages.
    pub async fn users_found(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let UserFilter { search, subset } = filter.into();
        let Some(subset) = subset else { return self.user_count(search).await };
        let (tenant, search) = (self.tenant, search_pattern(search));
        match subset {
            UserSubset::At(progress) => {
                self.connection.count(&COUNT_AT, values![tenant, search, now, progress.name()]).await
            }
            UserSubset::Suspended => self.connection.count(&COUNT_SUSPENDED, values![tenant, search]).await,
            UserSubset::MailTrouble => {
                self.connection.count(&COUNT_MAIL_TROUBLE, values![tenant, search]).await
            }
            UserSubset::OnHold => self.connection.count(&COUNT_ON_HOLD, values![tenant, search, now]).await,
            UserSubset::EndingSoon => {
                self.connection.count(&COUNT_ENDING_SOON, values![tenant, search, now, soon(now)]).await
            }
        }
    }

    /// How far one user has come; `None`: no such user.
    pub async fn user_progress(
        &mut self,
        id: UserId,
        now: Timestamp,
    ) -> Result<Option<Progress>, StoreError> {
        let row = self.connection.row(&PROGRESS, values![self.tenant, id, now]).await?;
        row.as_ref().map(progress_from).transpose()
    }

    /// How many of the users found by `search` stand at each step, in the order of the way.
    pub async fn users_by_progress(
        &mut self,
        search: &str,
        now: Timestamp,
    ) -> Result<[(Progress, u64); 5], StoreError> {
        let values = values![self.tenant, search_pattern(search), now];
        let mut counts = Progress::ALL.map(|progress| (progress, 0));
        for row in self.connection.rows(&COUNT_BY_PROGRESS, values).await? {
            let (found, users): (_, u64) = (progress_from(&row)?, row.unsigned("count")?);
            for (_, count) in counts.iter_mut().filter(|(progress, _)| *progress == found) {
                *count = users;
            }
        }
        Ok(counts)
    }

    /// How many users [`TenantReader::users`] would find by a search.
    pub async fn user_count(&mut self, search: &str) -> Result<u64, StoreError> {
        self.connection.count(&COUNT, values![self.tenant, search_pattern(search)]).await
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

    /// The login names and addresses of all users, to judge an import by.
    pub async fn taken_names(&mut self) -> Result<TakenNames, StoreError> {
        let rows = self.connection.rows(&TAKEN, values![self.tenant]).await?;
        let mut taken = TakenNames::default();
        for row in rows {
            taken.login_names.insert(row.text("login_name")?);
            taken.emails.insert(row.text("email_folded")?);
        }
        Ok(taken)
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
        self.connection.applied(&INSERT, values).await
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
        self.connection.applied(&SET_STATE, values).await
    }
}
