//! The outbox as administrators read it: in numbers, mails that cannot be sent, and the standing of each
//! person's mail.

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader,
    backend::{Row, row::corrupt, statements, values},
};
use domain::{
    id::{ApplicationId, EffectId, TenantId, UserId},
    mail::{MailClass, MailPurpose, MailStanding, MailTrouble},
    time::Timestamp,
};

/// One class of the outbox in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Not yet sent.
    pub waiting: u64,
    /// Of these, mails with at least one attempt.
    pub delayed: u64,
    /// Refused by the server as no such recipient, in the last days.
    pub refused: u64,
    /// Given up for another reason, in the last days.
    pub given_up: u64,
    /// When the oldest waiting mail was written.
    pub oldest: Option<Timestamp>,
}

/// A mail in a list.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// As in its `Message-ID`.
    pub id: EffectId,
    pub tenant: TenantId,
    /// The recipient; `None` for mails of an older release.
    pub user: Option<UserId>,
    pub user_name: Option<String>,
    pub login_name: Option<String>,
    pub class: MailClass,
    pub purpose: MailPurpose,
    /// The application that the mailed PIN opens.
    pub application: Option<ApplicationId>,
    pub standing: MailStanding,
    /// Why the mail has not left.
    pub trouble: Option<MailTrouble>,
    /// The server's own words.
    pub words: Option<String>,
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the next attempt is due, while the mail waits.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT effect.id, effect.tenant_id, effect.user_id, display_name, login_name, class, purpose,
                 application_id, effect.state, trouble, last_error, attempts, effect.created_at, next_attempt_at,
                 settled_at
             FROM effect LEFT JOIN user_account
                 ON user_account.tenant_id = effect.tenant_id AND user_account.id = effect.user_id ",
            $rest
        )
    };
}

statements! {
    COUNT = shared(
        "SELECT class, state, CASE WHEN trouble IS NULL THEN '' ELSE trouble END AS trouble, COUNT(*) AS count,
             MIN(created_at) AS oldest
         FROM effect WHERE state <> 'sent' GROUP BY class, state, trouble"
    );
    BY_ID = shared(select!("WHERE effect.tenant_id = $1 AND effect.id = $2"));
    OF_USER = shared(select!(
        "WHERE effect.tenant_id = $1 AND effect.user_id = $2 ORDER BY effect.id DESC LIMIT $3"
    ));
    TROUBLED_OF_TENANT = shared(select!(
        "WHERE effect.tenant_id = $1 AND trouble IS NOT NULL AND effect.id < $2 ORDER BY effect.id DESC LIMIT $3"
    ));
    TROUBLED = shared(select!("WHERE trouble IS NOT NULL AND effect.id < $1 ORDER BY effect.id DESC LIMIT $2"));
    NEWER = shared(
        "SELECT id FROM effect WHERE tenant_id = $1 AND user_id = $2 AND purpose = $3 AND id > $4
             AND ($5 = 0 OR application_id = $6) LIMIT 1"
    );
    STANDING = shared("SELECT standing FROM mail_delivery WHERE tenant_id = $1 AND user_id = $2");
    BULK_SINCE = shared(
        "SELECT COUNT(*) AS count FROM effect WHERE tenant_id = $1 AND class = 'bulk'
             AND purpose = 'invitation' AND created_at > $2"
    );
}

/// Greater than every id.
const LAST_ID: [u8; 16] = [0xff; 16];

fn standing(state: &str, trouble: Option<MailTrouble>) -> Result<MailStanding, StoreError> {
    Ok(match (state, trouble) {
        ("waiting", None) => MailStanding::Queued,
        ("waiting", Some(_)) => MailStanding::Delayed,
        ("sent", _) => MailStanding::Sent,
        ("given-up", Some(trouble)) => MailStanding::ended_by(trouble),
        ("given-up", None) => MailStanding::GivenUp,
        _ => return Err(corrupt("state", format_args!("{state:?} is none of its names"))),
    })
}

fn trouble(text: Option<&str>) -> Result<Option<MailTrouble>, StoreError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let found = MailTrouble::ALL.into_iter().find(|trouble| trouble.name() == text);
    found.map(Some).ok_or_else(|| corrupt("trouble", format_args!("{text:?} is none of its names")))
}

fn mail_from(row: &Row) -> Result<MailRow, StoreError> {
    let trouble = trouble(row.optional_text("trouble")?.as_deref())?;
    let state = row.text("state")?;
    Ok(MailRow {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        user: row.optional_id("user_id")?,
        user_name: row.optional_text("display_name")?,
        login_name: row.optional_text("login_name")?,
        class: row.named("class", MailClass::ALL, MailClass::name)?,
        purpose: row.named("purpose", MailPurpose::ALL, MailPurpose::name)?,
        application: row.optional_id("application_id")?,
        standing: standing(&state, trouble)?,
        trouble,
        words: row.optional_text("last_error")?,
        attempts: row.unsigned("attempts")?,
        created_at: row.time("created_at")?,
        next_attempt_at: (state == "waiting").then(|| row.time("next_attempt_at")).transpose()?,
        settled_at: row.optional_time("settled_at")?,
    })
}

fn mails_from(rows: &[Row]) -> Result<Vec<MailRow>, StoreError> {
    rows.iter().map(mail_from).collect()
}

fn before(page: &PageRequest<EffectId>) -> Vec<u8> {
    page.after.map_or(LAST_ID, |id| *id.as_bytes()).to_vec()
}

impl Reader {
    /// The outbox in numbers, for metrics: one entry for each class, in the classes' order.
    pub async fn outbox_counts(&mut self) -> Result<[(MailClass, OutboxCounts); 2], StoreError> {
        let mut counts = MailClass::ALL.map(|class| (class, OutboxCounts::default()));
        for row in self.connection.rows(&COUNT, values![]).await? {
            let class = row.named("class", MailClass::ALL, MailClass::name)?;
            let standing = standing(&row.text("state")?, trouble(Some(&row.text("trouble")?))?)?;
            let count: u64 = row.unsigned("count")?;
            for (_, counts) in counts.iter_mut().filter(|(of, _)| *of == class) {
                match standing {
                    MailStanding::Queued | MailStanding::Delayed => {
                        counts.waiting += count;
                        let oldest = row.time("oldest")?;
                        counts.oldest = Some(counts.oldest.map_or(oldest, |other| other.min(oldest)));
                    }
                    MailStanding::Refused => counts.refused += count,
                    MailStanding::GivenUp => counts.given_up += count,
                    MailStanding::Sent => {}
                }
                if standing == MailStanding::Delayed {
                    counts.delayed += count;
                }
            }
        }
        Ok(counts)
    }

    /// Mails of all tenants that were not accepted, the newest first.
    pub async fn troubled_mails(
        &mut self,
        page: &PageRequest<EffectId>,
    ) -> Result<ListPage<MailRow>, StoreError> {
        let values = values![before(page), page.limit_and_one()];
        Ok(page.cut(mails_from(&self.connection.rows(&TROUBLED, values).await?)?))
    }
}

impl TenantReader<'_> {
    pub async fn mail(&mut self, id: EffectId) -> Result<Option<MailRow>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(mail_from).transpose()
    }

    /// The newest mails to one person, at most `rows_max`. Sent mails are kept for a day.
    pub async fn mails_of(&mut self, user: UserId, rows_max: u32) -> Result<Vec<MailRow>, StoreError> {
        mails_from(&self.connection.rows(&OF_USER, values![self.tenant, user, rows_max]).await?)
    }

    /// Mails that were not accepted, the newest first.
    pub async fn troubled_mails(
        &mut self,
        page: &PageRequest<EffectId>,
    ) -> Result<ListPage<MailRow>, StoreError> {
        let values = values![self.tenant, before(page), page.limit_and_one()];
        Ok(page.cut(mails_from(&self.connection.rows(&TROUBLED_OF_TENANT, values).await?)?))
    }

    /// Whether the person has a newer mail of the same purpose for the same application.
    pub async fn has_newer_mail(&mut self, mail: &MailRow, user: UserId) -> Result<bool, StoreError> {
        let application = mail.application;
        let values = values![
            self.tenant,
            user,
            mail.purpose.name(),
            mail.id,
            u32::from(application.is_some()),
            application
        ];
        Ok(self.connection.row(&NEWER, values).await?.is_some())
    }

    /// The standing of the newest mail to one person; `None` if no mail was ever written.
    pub async fn mail_standing(&mut self, user: UserId) -> Result<Option<MailStanding>, StoreError> {
        let row = self.connection.row(&STANDING, values![self.tenant, user]).await?;
        row.map(|row| row.named("standing", MailStanding::ALL, MailStanding::name)).transpose()
    }

    /// How many invitations of the bulk class were written since a moment within the last day.
    pub async fn bulk_mails_since(&mut self, since: Timestamp) -> Result<u64, StoreError> {
        self.connection.count(&BULK_SINCE, values![self.tenant, since]).await
    }
}
