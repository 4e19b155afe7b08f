//! Lists of users, in the order of [`ListKey`]. A page finds its people first, by an index alone or in the narrow table of
//! what is searched in, and only then reads the records; a search reads each text once for the page and its total together.

use super::{counting::progress_from, pages::ListStatements, user_from};
use crate::{
    ListPage, PageRequest, StoreError, TenantReader,
    backend::{BoundValue, Row, Statement, values},
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
    fn asked(&self, now: Timestamp) -> Vec<BoundValue> {
        match self.subset {
            Some(UserSubset::At(progress)) => values![progress.name()],
            Some(UserSubset::EndingSoon) => values![now, soon(now)],
            Some(UserSubset::EndingBetween { from, until }) => values![from, until],
            Some(UserSubset::MailTrouble) | None => Vec::new(),
        }
    }
}

/// Comes before every place.
const START: &str = "";

/// The places around a page that the page has not read: up to one, and behind one.
#[derive(Clone, Copy)]
struct Outside<'a> {
    to: Option<&'a str>,
    from: Option<&'a str>,
    /// The rows of the page that are among them.
    twice: u64,
}

impl<'a> Outside<'a> {
    fn of(at: &'a UsersAt, rows: &'a [UserRow], (before, behind): (bool, bool)) -> Self {
        let [first, last] = [rows.first(), rows.last()].map(|row| row.map(|row| row.key.as_str()));
        match at {
            UsersAt::First => Self { to: None, from: last.filter(|_| behind), twice: 0 },
            UsersAt::After(key) => Self { to: Some(key.as_str()), from: last.filter(|_| behind), twice: 0 },
            UsersAt::Before(_) if rows.is_empty() => Self { to: None, from: Some(START), twice: 0 },
            UsersAt::Before(_) => Self { to: first.filter(|_| before), from: last, twice: u64::from(before) },
        }
    }
}

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
        let statements = ListStatements::of(filter.subset).behind;
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
        let ListStatements { behind, before, .. } = ListStatements::of(filter.subset);
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
                let outside = Outside::of(&at, &rows, (before, behind));
                rows.len() as u64 + self.found_outside(filter, &patterns, outside, now).await?
            }
        };
        Ok(UsersFound { rows, before, behind, total })
    }

    /// How many a search finds outside a page: each text that the page has not read is read once.
    async fn found_outside(
        &mut self,
        filter: UserFilter<'_>,
        patterns: &Patterns,
        Outside { to, from, twice }: Outside<'_>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ListStatements { found_to, found_from, .. } = ListStatements::of(filter.subset);
        let mut found = 0;
        for (statement, place) in [(found_to, to), (found_from, from)] {
            if let Some(place) = place {
                found += self.found_beside(statement, filter, patterns, place, now).await?;
            }
        }
        // Others may have left since the page was read.
        Ok(found.saturating_sub(twice))
    }

    /// How many a search finds at all.
    pub(super) async fn all_found(
        &mut self,
        filter: UserFilter<'_>,
        patterns: &Patterns,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.found_beside(ListStatements::of(filter.subset).found_from, filter, patterns, START, now).await
    }

    async fn found_beside(
        &mut self,
        statement: &'static Statement,
        filter: UserFilter<'_>,
        patterns: &Patterns,
        place: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut values = values![self.tenant, place];
        values.extend(patterns.iter().map(|pattern| BoundValue::from(pattern.as_str())));
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
