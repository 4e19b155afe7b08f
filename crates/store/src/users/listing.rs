//! Lists of users, in the order of [`ListKey`]. A page finds its people first, by an index alone or in the narrow table of
//! what is searched in, and only then reads the records; a search reads each text once for the page and its total together.

use super::{columns, counting::progress_from, user_from};
use crate::{
    ListPage, PageRequest, StoreError, TenantReader,
    backend::{BoundValue, Row, Statement, statements, values},
    page::{Patterns, like, patterns},
};
use domain::{
    list_key::ListKey,
    mail::MailStanding,
    people_search::{Search, group_line, role_mark},
    time::{DAY, Timestamp},
    user::{ENDING_SOON_DAYS, GroupKey, Progress, Role, User, UserSubset},
};

/// Which users: all that every part of it names.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserFilter<'a> {
    /// Those with each of these words in a login name, address, name, reading or group, in any spelling.
    pub search: &'a str,
    /// Those of this subset only.
    pub subset: Option<UserSubset>,
    /// Those with this role only.
    pub role: Option<Role>,
    /// Those in this group only; the case of its key does not count.
    pub group: Option<&'a GroupKey>,
}

impl<'a> From<&'a str> for UserFilter<'a> {
    fn from(search: &'a str) -> Self {
        Self { search, ..Self::default() }
    }
}

/// Where in the list a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsersAt {
    /// At its beginning.
    First,
    /// Behind a place.
    After(ListKey),
    /// Just before one.
    Before(ListKey),
}

/// A page of the list, with what there is around it.
#[derive(Debug, Clone)]
pub struct UsersFound {
    /// Its rows in their order.
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
    /// The place in the list.
    pub key: ListKey,
    /// For display only.
    pub progress: Progress,
    /// How many certificates are valid, for display only: those on hold are not, and none of a suspended
    /// person is.
    pub valid_certificates: u32,
    /// Where the newest mail to this person stands; `None`: nothing was ever mailed.
    pub mail: Option<MailStanding>,
}

/// The patterns of a search, in a page's statement or in the statement of its total. PostgreSQL escapes by the backslash
/// without `ESCAPE`; with it, PostgreSQL would compile the pattern anew for each row. For three bare patterns its planner
/// expects almost no rows, and would sort all texts instead of reading them in their order; for `COALESCE` it expects half.
macro_rules! words {
    (page sqlite) => { words!("$5" "$6" "$7" " ESCAPE '\\'") };
    (page postgres) => { words!("$5" "$6" "$7" "") };
    (outside sqlite) => { words!("$4" "$5" "$6" " ESCAPE '\\'") };
    (outside postgres) => { words!("$4" "$5" "$6" "") };
    ($first:literal $second:literal $third:literal $escape:literal) => {
        concat!(
            "search_text LIKE ", $first, $escape, " AND COALESCE(search_text LIKE ", $second, $escape,
            " AND search_text LIKE ", $third, $escape, ", FALSE)"
        )
    };
}

/// A subset of the users of the tenant `$1`: a table `u` with what is asked of it.
macro_rules! people {
    (all) => {
        "user_account u WHERE u.tenant_id = $1"
    };
    (found $statement:ident $backend:ident) => {
        concat!("user_search u WHERE u.tenant_id = $1 AND ", words!($statement $backend))
    };
    (at $progress:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1 AND u.progress = ", $progress)
    };
    (found $statement:ident $backend:ident at $progress:literal) => {
        concat!(people!(found $statement $backend), " AND u.progress = ", $progress)
    };
    (ending $now:literal $soon:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1", people!(ends $now $soon))
    };
    (found $statement:ident $backend:ident ending $now:literal $soon:literal) => {
        concat!(people!(found $statement $backend), people!(ends $now $soon))
    };
    (ends $now:literal $soon:literal) => {
        concat!(" AND u.certificate_ends_at >= ", $now, " AND u.certificate_ends_at < ", $soon)
    };
    (mail_trouble) => {
        "user_account u WHERE u.tenant_id = $1 AND u.id IN (SELECT m.user_id FROM mail_delivery m WHERE m.tenant_id = $1
             AND m.standing IN ('delayed', 'refused', 'given-up') AND m.standing <> 'sent')"
    };
    (found $statement:ident $backend:ident mail_trouble) => {
        concat!(
            people!(mail_trouble),
            " AND EXISTS (SELECT 1 FROM user_search s WHERE s.tenant_id = $1 AND s.list_key = u.list_key AND s.id = u.id
                 AND s.",
            words!($statement $backend),
            ")"
        )
    };
}

/// `$3` records at most, whose places are on one side of `$2`. Certificates are valid at the moment `$4`.
macro_rules! page {
    ($side:literal, $order:literal, $($subset:tt)+) => {
        concat!(
            "SELECT ",
            columns!(),
            ", list_key, progress, (SELECT COUNT(*) FROM certificate c WHERE c.tenant_id = $1
                 AND c.user_id = user_account.id AND c.state = 'valid' AND c.not_after >= $4 AND user_account.state = 'active') AS valid_certificates,
                 (SELECT m.standing FROM mail_delivery m WHERE m.tenant_id = $1 AND m.user_id = user_account.id) AS mail
             FROM (SELECT u.id AS found, u.list_key AS place FROM ",
            people!($($subset)+),
            " AND u.list_key ", $side, " $2 ORDER BY u.list_key", $order, " LIMIT $3) AS page
             JOIN user_account ON user_account.tenant_id = $1 AND user_account.id = page.found
             ORDER BY page.place", $order
        )
    };
}
macro_rules! behind {
    ($($subset:tt)+) => { page!(">", "", $($subset)+) };
}
macro_rules! before {
    ($($subset:tt)+) => { page!("<", " DESC", $($subset)+) };
}

/// How many are found by a search whose places are not from `$2` to `$3`.
macro_rules! outside {
    ($($subset:tt)+) => {
        concat!(
            "SELECT COUNT(*) AS count FROM ",
            people!($($subset)+),
            " AND (u.list_key < $2 OR u.list_key > $3)"
        )
    };
}

statements! {
    ALL_BEHIND = shared(behind!(all));
    ALL_BEFORE = shared(before!(all));
    ALL_FOUND_BEHIND = per_backend(behind!(found page sqlite), behind!(found page postgres));
    ALL_FOUND_BEFORE = per_backend(before!(found page sqlite), before!(found page postgres));
    ALL_FOUND_OUTSIDE = per_backend(outside!(found outside sqlite), outside!(found outside postgres));
    AT_BEHIND = shared(behind!(at "$5"));
    AT_BEFORE = shared(before!(at "$5"));
    AT_FOUND_BEHIND = per_backend(behind!(found page sqlite at "$8"), behind!(found page postgres at "$8"));
    AT_FOUND_BEFORE = per_backend(before!(found page sqlite at "$8"), before!(found page postgres at "$8"));
    AT_FOUND_OUTSIDE = per_backend(
        outside!(found outside sqlite at "$7"),
        outside!(found outside postgres at "$7"),
    );
    ENDING_BEHIND = shared(behind!(ending "$4" "$5"));
    ENDING_BEFORE = shared(before!(ending "$4" "$5"));
    ENDING_FOUND_BEHIND = per_backend(
        behind!(found page sqlite ending "$4" "$8"),
        behind!(found page postgres ending "$4" "$8"),
    );
    ENDING_FOUND_BEFORE = per_backend(
        before!(found page sqlite ending "$4" "$8"),
        before!(found page postgres ending "$4" "$8"),
    );
    ENDING_FOUND_OUTSIDE = per_backend(
        outside!(found outside sqlite ending "$7" "$8"),
        outside!(found outside postgres ending "$7" "$8"),
    );
    MAIL_TROUBLE_BEHIND = shared(behind!(mail_trouble));
    MAIL_TROUBLE_BEFORE = shared(before!(mail_trouble));
    MAIL_TROUBLE_FOUND_BEHIND = per_backend(
        behind!(found page sqlite mail_trouble),
        behind!(found page postgres mail_trouble),
    );
    MAIL_TROUBLE_FOUND_BEFORE = per_backend(
        before!(found page sqlite mail_trouble),
        before!(found page postgres mail_trouble),
    );
    MAIL_TROUBLE_FOUND_OUTSIDE = per_backend(
        outside!(found outside sqlite mail_trouble),
        outside!(found outside postgres mail_trouble),
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
    let user = user_from(row)?;
    // A former release beside this one adds people without a place.
    let key = ListKey::parse(&row.text("list_key")?).unwrap_or_else(|| ListKey::of(&user));
    let valid_certificates = row.unsigned("valid_certificates")?;
    let mail = row.optional_named("mail", MailStanding::ALL, MailStanding::name)?;
    Ok(UserRow { user, key, progress: progress_from(row)?, valid_certificates, mail })
}

/// Until when a certificate ends soon.
pub(super) fn soon(now: Timestamp) -> Timestamp {
    now.checked_add(DAY * ENDING_SOON_DAYS).unwrap_or(now)
}

impl UserFilter<'_> {
    /// What texts are looked through for; `None`: for nothing.
    pub(super) fn patterns(&self) -> Option<Patterns> {
        patterns(self.marks(), &Search::parse(self.search))
    }

    /// The pattern of the lines before the names.
    fn marks(&self) -> Option<String> {
        let role = self.role.map(|role| role_mark(role).to_string());
        let group = self.group.map(|group| format!("\n{}", like(&group_line(group))));
        (role.is_some() || group.is_some())
            .then(|| format!("{}%{}%", role.unwrap_or_default(), group.unwrap_or_default()))
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

/// Comes before every place.
const START: &str = "";
/// Comes behind every place.
const END: &str = "\u{10ffff}";

impl TenantReader<'_> {
    /// Users in the order of lists.
    pub async fn users(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        page: &PageRequest<ListKey>,
        now: Timestamp,
    ) -> Result<ListPage<UserRow>, StoreError> {
        let filter = filter.into();
        let key = page.after.as_ref().map_or(START, ListKey::as_str);
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
        let request = PageRequest::<ListKey>::first(rows);
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
        let total = match filter.patterns() {
            None => self.users_found(filter, now).await?,
            Some(patterns) => {
                let is_around = (before, behind);
                rows.len() as u64 + self.found_around(filter, patterns, &rows, is_around, now).await?
            }
        };
        Ok(UsersFound { rows, before, behind, total })
    }

    /// How many a search finds before and behind a page's rows, as far as there can be any.
    async fn found_around(
        &mut self,
        filter: UserFilter<'_>,
        patterns: Patterns,
        rows: &[UserRow],
        (before, behind): (bool, bool),
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let first = if before { rows.first().map_or(END, |row| row.key.as_str()) } else { START };
        let last = if behind { rows.last().map_or(START, |row| row.key.as_str()) } else { END };
        if !before && !behind {
            return Ok(0);
        }
        self.found_outside(filter, patterns, (first, last), now).await
    }

    /// How many a search finds whose places are not from `first` to `last`.
    pub(super) async fn found_outside(
        &mut self,
        filter: UserFilter<'_>,
        [one, two, three]: Patterns,
        (first, last): (&str, &str),
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let statement = Lists::of(filter.subset).found_outside;
        let mut values = values![self.tenant, first, last, one, two, three];
        values.extend((filter.subset == Some(UserSubset::EndingSoon)).then(|| now.into()));
        values.extend(filter.asked(now));
        self.connection.count(statement, values).await
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
        let mut values = values![self.tenant, key, limit, now];
        let patterns = filter.patterns();
        let statement = if patterns.is_some() { found } else { all };
        values.extend(patterns.into_iter().flatten().map(BoundValue::from));
        values.extend(filter.asked(now));
        let rows = self.connection.rows(statement, values).await?;
        rows.iter().map(listed_from).collect()
    }
}
