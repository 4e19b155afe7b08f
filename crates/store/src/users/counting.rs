//! How many users stand where: read from the sums that the database keeps, and from narrow indexes.

use super::listing::{UserFilter, soon};
use crate::{
    StoreError, TenantReader,
    backend::{Row, statements, values},
};
use domain::{
    id::UserId,
    time::Timestamp,
    user::{GroupKey, Progress, UserSubset},
};

/// How many users stand where, the worst first.
pub type UsersByProgress = [(Progress, u64); Progress::ALL.len()];

statements! {
    PROGRESS = shared("SELECT progress FROM user_account WHERE tenant_id = $1 AND id = $2");
    BY_PROGRESS = shared("SELECT progress, users FROM user_count WHERE tenant_id = $1");
    // What certificates::SEATS_USED counts, whose first half is kept.
    SEATS_SHOWN = shared(
        "SELECT CAST((
             SELECT COALESCE(SUM(seats), 0) FROM user_count WHERE tenant_id = $1
         ) + (
             SELECT COUNT(DISTINCT device_id) FROM application
             WHERE tenant_id = $1 AND state = 'approved' AND pin_expires_at > $2
                 AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1
                     AND c.device_id = application.device_id AND c.state IN ('valid', 'on-hold', 'recorded')
                     AND c.not_after >= $2)
         ) AS BIGINT) AS count"
    );
    ALL_OF_THEM = shared(
        "SELECT CAST(COALESCE(SUM(users), 0) AS BIGINT) AS count FROM user_count WHERE tenant_id = $1"
    );
    AT = shared("SELECT users AS count FROM user_count WHERE tenant_id = $1 AND progress = $2");
    ENDING = shared(
        "SELECT COUNT(*) AS count FROM user_account
         WHERE tenant_id = $1 AND certificate_ends_at >= $2 AND certificate_ends_at < $3"
    );
    GROUPS = shared(
        "SELECT group_key FROM user_group WHERE tenant_id = $1 AND users > 0 ORDER BY group_key LIMIT $2"
    );
    MAIL_TROUBLE = shared(
        "SELECT COUNT(*) AS count FROM mail_delivery
         WHERE tenant_id = $1 AND standing IN ('delayed', 'refused', 'given-up') AND standing <> 'sent'"
    );
}

pub(super) fn progress_from(row: &Row) -> Result<Progress, StoreError> {
    row.named("progress", Progress::ALL, Progress::name)
}

impl TenantReader<'_> {
    /// How many users [`TenantReader::users`] lists on all its pages.
    pub async fn users_found(
        &mut self,
        filter: impl Into<UserFilter<'_>>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let filter = filter.into();
        if let Some(patterns) = filter.patterns() {
            return self.all_found(filter, &patterns, now).await;
        }
        let (tenant, connection) = (self.tenant, &mut *self.connection);
        match filter.subset {
            None => connection.count(&ALL_OF_THEM, values![tenant]).await,
            Some(UserSubset::At(at)) => connection.count(&AT, values![tenant, at.name()]).await,
            Some(UserSubset::EndingSoon) => connection.count(&ENDING, values![tenant, now, soon(now)]).await,
            Some(UserSubset::EndingBetween { from, until }) => {
                connection.count(&ENDING, values![tenant, from, until]).await
            }
            Some(UserSubset::MailTrouble) => connection.count(&MAIL_TROUBLE, values![tenant]).await,
        }
    }

    /// How far one user has come; `None`: no such user.
    pub async fn user_progress(&mut self, id: UserId) -> Result<Option<Progress>, StoreError> {
        let row = self.connection.row(&PROGRESS, values![self.tenant, id]).await?;
        row.as_ref().map(progress_from).transpose()
    }

    /// How many users stand where.
    pub async fn users_by_progress(&mut self) -> Result<UsersByProgress, StoreError> {
        let mut all = Progress::ALL.map(|progress| (progress, 0));
        for row in self.connection.rows(&BY_PROGRESS, values![self.tenant]).await? {
            let (found, users) = (progress_from(&row)?, row.unsigned("users")?);
            for (_, count) in all.iter_mut().filter(|(progress, _)| *progress == found) {
                *count = users;
            }
        }
        Ok(all)
    }

    /// The groups that have people, in lower case; the first `groups` of them.
    pub async fn user_groups(&mut self, groups: u32) -> Result<Vec<GroupKey>, StoreError> {
        let rows = self.connection.rows(&GROUPS, values![self.tenant, groups]).await?;
        let group =
            |row: &Row| row.parsed("group_key", |text| GroupKey::parse(text).ok_or("it is no group key"));
        rows.iter().map(group).collect()
    }

    /// How many seats are taken, for display: what has ended within the last minute may be among them.
    /// [`TenantReader::seats_used`] is for deciding.
    pub async fn seats_shown(&mut self, now: Timestamp) -> Result<u32, StoreError> {
        let seats = self.connection.count(&SEATS_SHOWN, values![self.tenant, now]).await?;
        Ok(u32::try_from(seats).unwrap_or(u32::MAX))
    }

    /// How many users [`TenantReader::users`] would find by a search.
    pub async fn user_count(&mut self, search: &str) -> Result<u64, StoreError> {
        self.users_found(search, Timestamp::UNIX_EPOCH).await
    }
}
