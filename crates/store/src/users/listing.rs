//! Lists of users. A page finds its names first, by an index alone or in the narrow table of what is searched in, and only
//! then reads the records; a search reads each text once for the page and its total together.

use super::{columns, counting::progress_from, user_from};
use crate::{
    ListPage, PageRequest, StoreError, TenantReader,
    backend::{BoundValue, Row, Statement, statements, values},
    page::search_pattern,
};
use domain::{
    login_name::LoginName,
    mail::MailStanding,
    time::{DAY, Timestamp},
    user::{ENDING_SOON_DAYS, Progress, User, UserSubset},
};

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

/// Where in the list a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsersAt {
    /// At its beginning.
    First,
    /// Behind a login name.
    After(LoginName),
    /// Just before one.
    Before(LoginName),
}

/// A page of the list, with what there is around it.
#[derive(Debug, Clone)]
pub struct UsersFound {
    /// Its rows by login name.
    pub rows: Vec<UserRow>,
    /// Do others come before them?
    pub before: bool,
    /// Do others come behind them?
    pub behind: bool,
    /// How many there are on all pages.
    pub total: u64,
}

/// A user in a list, with how far this person has come and how many certificates are in force.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// The record.
    pub user: User,
    /// For display only.
    pub progress: Progress,
    /// How many certificates are valid, for display only: those on hold are not, and none of a suspended
    /// person is.
    pub valid_certificates: u32,
    /// Where the newest mail to this person stands; `None`: nothing was ever mailed.
    pub mail: Option<MailStanding>,
}

impl UserRow {
    fn login_name(&self) -> &str {
        self.user.login_name.as_str()
    }
}

/// The names of a subset of the users of the tenant `$1`: a table `u` with what is asked of it. PostgreSQL knows the
/// backslash by itself; told so, it would write the pattern anew for each row.
macro_rules! names {
    (all) => {
        "user_account u WHERE u.tenant_id = $1"
    };
    (found $search:literal $escape:literal) => {
        concat!("user_search u WHERE u.tenant_id = $1 AND u.search_text LIKE ", $search, $escape)
    };
    (at $progress:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1 AND u.progress = ", $progress)
    };
    (found $search:literal $escape:literal at $progress:literal) => {
        concat!(names!(found $search $escape), " AND u.progress = ", $progress)
    };
    (ending $now:literal $soon:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1", names!(ends $now $soon))
    };
    (found $search:literal $escape:literal ending $now:literal $soon:literal) => {
        concat!(names!(found $search $escape), names!(ends $now $soon))
    };
    (ends $now:literal $soon:literal) => {
        concat!(" AND u.certificate_ends_at >= ", $now, " AND u.certificate_ends_at < ", $soon)
    };
    (mail_trouble) => {
        "user_account u WHERE u.tenant_id = $1 AND u.id IN (SELECT m.user_id FROM mail_delivery m WHERE m.tenant_id = $1
             AND m.standing IN ('delayed', 'refused', 'given-up') AND m.standing <> 'sent')"
    };
    (found $search:literal $escape:literal mail_trouble) => {
        concat!(
            names!(mail_trouble),
            " AND EXISTS (SELECT 1 FROM user_search s WHERE s.tenant_id = $1 AND s.login_name = u.login_name
                 AND s.search_text LIKE ",
            $search,
            $escape,
            ")"
        )
    };
}

/// `$3` records at most, whose names are on one side of `$2`. Certificates are valid at the moment `$4`.
macro_rules! page {
    ($side:literal, $order:literal, $($subset:tt)+) => {
        concat!(
            "SELECT ",
            columns!(),
            ", progress, (SELECT COUNT(*) FROM certificate c WHERE c.tenant_id = $1 AND c.user_id = user_account.id
                 AND c.state = 'valid' AND c.not_after >= $4 AND user_account.state = 'active') AS valid_certificates,
                 (SELECT m.standing FROM mail_delivery m WHERE m.tenant_id = $1 AND m.user_id = user_account.id) AS mail
             FROM (SELECT u.login_name AS found FROM ",
            names!($($subset)+),
            " AND u.login_name ", $side, " $2 ORDER BY u.login_name", $order, " LIMIT $3) AS page
             JOIN user_account ON user_account.tenant_id = $1 AND user_account.login_name = page.found
             ORDER BY page.found", $order
        )
    };
}
macro_rules! behind {
    ($($subset:tt)+) => { page!(">", "", $($subset)+) };
}
macro_rules! before {
    ($($subset:tt)+) => { page!("<", " DESC", $($subset)+) };
}

/// How many are found by the search `$4` whose names are not from `$2` to `$3`.
macro_rules! outside {
    ($($subset:tt)+) => {
        concat!(
            "SELECT COUNT(*) AS count FROM ",
            names!($($subset)+),
            " AND (u.login_name < $2 OR u.login_name > $3)"
        )
    };
}

statements! {
    ALL_BEHIND = shared(behind!(all));
    ALL_BEFORE = shared(before!(all));
    ALL_FOUND_BEHIND = per_backend(
        behind!(found "$5" " ESCAPE '\\'"),
        behind!(found "$5" ""),
    );
    ALL_FOUND_BEFORE = per_backend(
        before!(found "$5" " ESCAPE '\\'"),
        before!(found "$5" ""),
    );
    ALL_FOUND_OUTSIDE = per_backend(
        outside!(found "$4" " ESCAPE '\\'"),
        outside!(found "$4" ""),
    );
    AT_BEHIND = shared(behind!(at "$5"));
    AT_BEFORE = shared(before!(at "$5"));
    AT_FOUND_BEHIND = per_backend(
        behind!(found "$5" " ESCAPE '\\'" at "$6"),
        behind!(found "$5" "" at "$6"),
    );
    AT_FOUND_BEFORE = per_backend(
        before!(found "$5" " ESCAPE '\\'" at "$6"),
        before!(found "$5" "" at "$6"),
    );
    AT_FOUND_OUTSIDE = per_backend(
        outside!(found "$4" " ESCAPE '\\'" at "$5"),
        outside!(found "$4" "" at "$5"),
    );
    ENDING_BEHIND = shared(behind!(ending "$4" "$5"));
    ENDING_BEFORE = shared(before!(ending "$4" "$5"));
    ENDING_FOUND_BEHIND = per_backend(
        behind!(found "$5" " ESCAPE '\\'" ending "$4" "$6"),
        behind!(found "$5" "" ending "$4" "$6"),
    );
    ENDING_FOUND_BEFORE = per_backend(
        before!(found "$5" " ESCAPE '\\'" ending "$4" "$6"),
        before!(found "$5" "" ending "$4" "$6"),
    );
    ENDING_FOUND_OUTSIDE = per_backend(
        outside!(found "$4" " ESCAPE '\\'" ending "$5" "$6"),
        outside!(found "$4" "" ending "$5" "$6"),
    );
    MAIL_TROUBLE_BEHIND = shared(behind!(mail_trouble));
    MAIL_TROUBLE_BEFORE = shared(before!(mail_trouble));
    MAIL_TROUBLE_FOUND_BEHIND = per_backend(
        behind!(found "$5" " ESCAPE '\\'" mail_trouble),
        behind!(found "$5" "" mail_trouble),
    );
    MAIL_TROUBLE_FOUND_BEFORE = per_backend(
        before!(found "$5" " ESCAPE '\\'" mail_trouble),
        before!(found "$5" "" mail_trouble),
    );
    MAIL_TROUBLE_FOUND_OUTSIDE = per_backend(
        outside!(found "$4" " ESCAPE '\\'" mail_trouble),
        outside!(found "$4" "" mail_trouble),
    );
}

/// The statements of a subset.
struct Lists {
    behind: [&'static Statement; 2],
    before: [&'static Statement; 2],
    found_outside: &'static Statement,
}

impl Lists {
    fn of(subset: Option<UserSubset>) -> Self {
        match subset {
            None => Self {
                behind: [&ALL_BEHIND, &ALL_FOUND_BEHIND],
                before: [&ALL_BEFORE, &ALL_FOUND_BEFORE],
                found_outside: &ALL_FOUND_OUTSIDE,
            },
            Some(UserSubset::At(_)) => Self {
                behind: [&AT_BEHIND, &AT_FOUND_BEHIND],
                before: [&AT_BEFORE, &AT_FOUND_BEFORE],
                found_outside: &AT_FOUND_OUTSIDE,
            },
            Some(UserSubset::EndingSoon) => Self {
                behind: [&ENDING_BEHIND, &ENDING_FOUND_BEHIND],
                before: [&ENDING_BEFORE, &ENDING_FOUND_BEFORE],
                found_outside: &ENDING_FOUND_OUTSIDE,
            },
            Some(UserSubset::MailTrouble) => Self {
                behind: [&MAIL_TROUBLE_BEHIND, &MAIL_TROUBLE_FOUND_BEHIND],
                before: [&MAIL_TROUBLE_BEFORE, &MAIL_TROUBLE_FOUND_BEFORE],
                found_outside: &MAIL_TROUBLE_FOUND_OUTSIDE,
            },
        }
    }
}

fn listed_from(row: &Row) -> Result<UserRow, StoreError> {
    let valid_certificates = row.unsigned("valid_certificates")?;
    let mail = row.optional_named("mail", MailStanding::ALL, MailStanding::name)?;
    Ok(UserRow { user: user_from(row)?, progress: progress_from(row)?, valid_certificates, mail })
}

/// Until when a certificate ends soon.
pub(super) fn soon(now: Timestamp) -> Timestamp {
    now.checked_add(DAY * ENDING_SOON_DAYS).unwrap_or(now)
}

impl UserFilter<'_> {
    fn pattern(&self) -> Option<String> {
        (!self.search.trim().is_empty()).then(|| search_pattern(self.search))
    }

    /// What is asked beside the search.
    fn asked(&self, now: Timestamp) -> Option<BoundValue> {
        match self.subset? {
            UserSubset::At(progress) => Some(progress.name().into()),
            UserSubset::EndingSoon => Some(soon(now).into()),
            UserSubset::MailTrouble => None,
        }
    }
}

/// Comes before every login name.
const START: &str = "";
/// Comes behind every login name, which are of ASCII.
const END: &str = "\u{10ffff}";

impl TenantReader<'_> {
    /// Users by login name.
    pub async fn users(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        page: &PageRequest<LoginName>,
        now: Timestamp,
    ) -> Result<ListPage<UserRow>, StoreError> {
        let filter = filter.into();
        let key = page.after.as_ref().map_or(START, LoginName::as_str);
        let statements = Lists::of(filter.subset).behind;
        let rows = self.listed(statements, filter, key, page.limit_and_one(), now).await?;
        Ok(page.cut(rows))
    }

    /// A page of the same list with how many there are on all pages.
    pub async fn find_users(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        at: UsersAt,
        rows: u32,
        now: Timestamp,
    ) -> Result<UsersFound, StoreError> {
        let filter = filter.into();
        let request = PageRequest::<LoginName>::first(rows);
        let limit = request.limit_and_one();
        let Lists { behind, before, .. } = Lists::of(filter.subset);
        let (page, before, behind) = match &at {
            UsersAt::First | UsersAt::After(_) => {
                let key = if let UsersAt::After(key) = &at { key.as_str() } else { START };
                let page = request.cut(self.listed(behind, filter, key, limit, now).await?);
                let more = page.more;
                (page, at != UsersAt::First, more)
            }
            UsersAt::Before(key) => {
                let mut page = request.cut(self.listed(before, filter, key.as_str(), limit, now).await?);
                page.rows.reverse();
                let more = page.more;
                (page, more, true)
            }
        };
        let rows = page.rows;
        let total = match filter.pattern() {
            None => self.users_found(filter, now).await?,
            Some(pattern) => {
                let is_around = (before, behind);
                rows.len() as u64 + self.found_around(filter, pattern, &rows, is_around, now).await?
            }
        };
        Ok(UsersFound { rows, before, behind, total })
    }

    /// How many a search finds before and behind a page's rows, as far as there can be any.
    async fn found_around(
        &mut self,
        filter: UserFilter<'_>,
        pattern: String,
        rows: &[UserRow],
        (before, behind): (bool, bool),
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let first = if before { rows.first().map_or(END, UserRow::login_name) } else { START };
        let last = if behind { rows.last().map_or(START, UserRow::login_name) } else { END };
        if !before && !behind {
            return Ok(0);
        }
        self.found_outside(filter, pattern, (first, last), now).await
    }

    /// How many a search finds whose login names are not from `first` to `last`.
    pub(super) async fn found_outside(
        &mut self,
        filter: UserFilter<'_>,
        pattern: String,
        (first, last): (&str, &str),
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let statement = Lists::of(filter.subset).found_outside;
        let (tenant, connection) = (self.tenant, &mut *self.connection);
        match (filter.subset, filter.asked(now)) {
            (Some(UserSubset::EndingSoon), Some(soon)) => {
                connection.count(statement, values![tenant, first, last, pattern, now, soon]).await
            }
            (_, Some(asked)) => {
                connection.count(statement, values![tenant, first, last, pattern, asked]).await
            }
            (_, None) => connection.count(statement, values![tenant, first, last, pattern]).await,
        }
    }

    /// `statements`: without a search, and with one.
    async fn listed(
        &mut self,
        [all, found]: [&'static Statement; 2],
        filter: UserFilter<'_>,
        key: &str,
        limit: i64,
        now: Timestamp,
    ) -> Result<Vec<UserRow>, StoreError> {
        let (tenant, connection) = (self.tenant, &mut *self.connection);
        let rows = match (filter.pattern(), filter.asked(now)) {
            (None, None) => connection.rows(all, values![tenant, key, limit, now]).await,
            (None, Some(asked)) => connection.rows(all, values![tenant, key, limit, now, asked]).await,
            (Some(search), None) => connection.rows(found, values![tenant, key, limit, now, search]).await,
            (Some(search), Some(asked)) => {
                connection.rows(found, values![tenant, key, limit, now, search, asked]).await
            }
        };
        rows?.iter().map(listed_from).collect()
    }
}
