//! Certificate applications, with the PIN that opens their pickup.
//!
//! **Invariant:** a state is written only from a typed application, and only over the state before it. So one
//! of two simultaneous pickups finds the application approved, and the other does not.

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{
        Row, statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    application::{
        Application, ApplicationState, Approved, Particulars, Reference, StoredApplication, Submitted,
    },
    id::{ApplicationId, DeviceId, UserId},
    pin::{PIN_ATTEMPTS_MAX, PIN_MAILS_MAX, PinRecord},
    pin_delivery::PinShowing,
    time::Timestamp,
    user::Role,
};

/// An application as the store keeps it.
#[derive(Debug)]
pub struct ApplicationRecord {
    /// What was applied for, in its state.
    pub application: StoredApplication,
    /// The PIN in force; `None` if there is none yet or the PIN is used.
    pub pin: Option<PinRecord>,
    /// PINs mailed so far, in force or not.
    pub pin_mails: u32,
    /// To whom the newest PIN was shown, in force or not; `None` if it was mailed.
    pub pin_shown: Option<PinShowing>,
    /// When the application entered its state.
    pub state_since: Timestamp,
}

/// The slow hash (PHC string) of a challenge phrase, and its application.
#[derive(Debug, Clone)]
pub struct ChallengeHash {
    /// The application whose certificate the phrase revokes.
    pub application: ApplicationId,
    /// Argon2id PHC string.
    pub phc: String,
}

/// The most challenge hashes read for one user.
const CHALLENGES_PER_USER_MAX: u32 = 100;

table! {
    "application" holds Particulars as given, read by particulars_from, inserted with challenge_phc: Option<&str>;
    key { tenant (tenant_id), id }
    changed {}
    fixed {
        reference,
        user (user_id),
        roman_name (family_name, given_name),
        email,
        device (device_id),
        purpose,
        device_name,
        consent (consent_version, consent_text_sha256, consent_at, consent_address),
        submitted_at,
    } beside {
        state: ApplicationState::Submitted.name(),
        state_since: given.submitted_at,
        challenge_hash: challenge_phc,
        pin_wrong_tries: 0_u32,
        pin_mails: 0_u32,
    }
    seen {}
}

macro_rules! select {
    ($more:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $crate::applications::columns!(),
            ", state, state_since, pin_hash, pin_expires_at, pin_wrong_tries, pin_mails, pin_sheet_id, pin_shown_at, \
             pin_shown_to",
            $more,
            " FROM application ",
            $rest
        )
    };
    ($rest:literal) => {
        $crate::applications::select!("", $rest)
    };
}
pub(crate) use columns;
pub(crate) use select;

statements! {
    BY_REFERENCE = shared(select!("WHERE reference = $1"));
    LOCK_BY_REFERENCE =
        per_backend(select!("WHERE reference = $1"), select!("WHERE reference = $1 FOR NO KEY UPDATE"));
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    LOCK = per_backend(
        select!("WHERE tenant_id = $1 AND id = $2"),
        select!("WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"),
    );
    IN_STATE = shared(select!("WHERE tenant_id = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4"));
    STOPPED = shared(select!(
        "WHERE tenant_id = $1 AND state = 'approved'
             AND (pin_hash IS NULL OR pin_wrong_tries >= $3 OR (pin_expires_at <= $4 AND pin_mails >= $2))
             AND NOT EXISTS (SELECT 1 FROM user_account u
                 WHERE u.tenant_id = $1 AND u.id = application.user_id AND u.role = $5)
         ORDER BY id LIMIT $6"
    ));
    OF_USER = shared(select!("WHERE tenant_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3"));
    SUBMITTED_AT = shared(select!(
        "WHERE tenant_id = $1 AND user_id = $2 AND submitted_at = $3 ORDER BY id DESC LIMIT 8"
    ));
    SUBMITTED_BEFORE = shared(
        "SELECT COUNT(*) AS count FROM application WHERE tenant_id = $1 AND user_id = $2 AND submitted_at < $3"
    );
    CHALLENGE = shared(
        "SELECT id, challenge_hash FROM application
         WHERE tenant_id = $1 AND id = $2 AND challenge_hash IS NOT NULL"
    );
    COUNT = shared("SELECT COUNT(*) AS count FROM application WHERE tenant_id = $1 AND state = $2");
    // Of an index, and so many rows at most.
    COUNT_UP_TO = shared(
        "SELECT COUNT(*) AS count FROM (
             SELECT 1 FROM application WHERE tenant_id = $1 AND state = $2 LIMIT $3
         ) AS counted"
    );
    CHALLENGES = shared(
        "SELECT id, challenge_hash FROM application
         WHERE tenant_id = $1 AND user_id = $2 AND challenge_hash IS NOT NULL AND state = 'picked-up'
           AND EXISTS (SELECT 1 FROM certificate c WHERE c.tenant_id = $1 AND c.application_id = application.id
                           AND c.state IN ('valid', 'on-hold') AND c.not_after >= $3)
         ORDER BY id DESC LIMIT $4"
    );
    INSERT = shared(insert!(""));
    MOVE = shared(
        "UPDATE application SET state = $4, state_since = $5 WHERE tenant_id = $1 AND id = $2 AND state = $3"
    );
    PICK_UP = shared(
        "UPDATE application SET state = 'picked-up', state_since = $3, pin_hash = NULL, pin_expires_at = NULL,
             pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
    WITHDRAW = shared(
        "UPDATE application SET state = 'rejected', state_since = $3, pin_hash = NULL, pin_expires_at = NULL,
             pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND user_id = $2 AND state IN ('submitted', 'approved')"
    );
    WITHDRAW_OF_DEVICE = shared(
        "UPDATE application SET state = 'rejected', state_since = $3, pin_hash = NULL, pin_expires_at = NULL,
             pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND device_id = $2 AND state IN ('submitted', 'approved')"
    );
    OPEN_OF_DEVICE = shared(select!(
        "WHERE tenant_id = $1 AND device_id = $2 AND state IN ('submitted', 'approved') ORDER BY id DESC LIMIT 1"
    ));
    NEWEST_OF_DEVICE =
        shared(select!("WHERE tenant_id = $1 AND device_id = $2 ORDER BY id DESC LIMIT 1"));
    SET_PIN = shared(
        "UPDATE application SET pin_hash = $3, pin_expires_at = $4, pin_wrong_tries = $5, pin_mails = $6,
             pin_sheet_id = NULL, pin_shown_at = NULL, pin_shown_to = NULL, pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
    COUNT_WRONG_PIN = shared(
        "UPDATE application SET pin_wrong_tries = pin_wrong_tries + 1
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
}

pub(crate) fn record_from(row: &Row) -> Result<ApplicationRecord, StoreError> {
    let pin_mails = row.unsigned("pin_mails")?;
    let pin = match (row.optional_hash("pin_hash")?, row.optional_time("pin_expires_at")?) {
        (Some(hash), Some(expires_at)) => Some(PinRecord {
            hash,
            expires_at,
            wrong_tries: row.unsigned("pin_wrong_tries")?,
            mails: pin_mails,
        }),
        _ => None,
    };
    let state = row.named("state", ApplicationState::ALL, ApplicationState::name)?;
    #[expect(clippy::disallowed_methods, reason = "this is the store")]
    let application = StoredApplication::from_store(state, particulars_from(row)?);
    let pin_shown = match (row.optional_id("pin_sheet_id")?, row.optional_time("pin_shown_at")?) {
        (Some(sheet), Some(at)) => Some(PinShowing { sheet, at, to: row.optional_id("pin_shown_to")? }),
        _ => None,
    };
    Ok(ApplicationRecord { application, pin, pin_mails, pin_shown, state_since: row.time("state_since")? })
}

impl Reader {
    /// The application with this reference, of any tenant; its particulars name the tenant.
    pub async fn application_by_reference(
        &mut self,
        reference: &Reference,
    ) -> Result<Option<ApplicationRecord>, StoreError> {
        let row = self.connection.row(&BY_REFERENCE, values![reference.as_str()]).await?;
        row.as_ref().map(record_from).transpose()
    }
}

impl Transaction {
    /// Like [`Reader::application_by_reference`], and locks the row until the transaction ends: two tries at
    /// one PIN are judged one after the other.
    pub async fn lock_application_by_reference(
        &mut self,
        reference: &Reference,
    ) -> Result<Option<ApplicationRecord>, StoreError> {
        let row = self.connection.row(&LOCK_BY_REFERENCE, values![reference.as_str()]).await?;
        row.as_ref().map(record_from).transpose()
    }
}

impl TenantReader<'_> {
    pub async fn application(&mut self, id: ApplicationId) -> Result<Option<ApplicationRecord>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(record_from).transpose()
    }

    /// The newest application of a device that waits for a decision or for its pickup.
    pub async fn open_application_of(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<ApplicationRecord>, StoreError> {
        let row = self.connection.row(&OPEN_OF_DEVICE, values![self.tenant, device]).await?;
        row.as_ref().map(record_from).transpose()
    }

    /// The newest application of a device, in any state.
    pub async fn newest_application_of(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<ApplicationRecord>, StoreError> {
        let row = self.connection.row(&NEWEST_OF_DEVICE, values![self.tenant, device]).await?;
        row.as_ref().map(record_from).transpose()
    }

    /// A user's applications in whatever state, the newest first.
    pub async fn applications_of(
        &mut self,
        user: UserId,
        rows_max: u32,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let rows = self.connection.rows(&OF_USER, values![self.tenant, user, rows_max]).await?;
        rows.iter().map(record_from).collect()
    }

    /// Applications in a state, the oldest first.
    pub async fn applications_in(
        &mut self,
        state: ApplicationState,
        page: &PageRequest<ApplicationId>,
    ) -> Result<ListPage<ApplicationRecord>, StoreError> {
        let after = page.after.as_ref().map_or(&[0; 16], ApplicationId::as_bytes);
        let values = values![self.tenant, state.name(), after.as_slice(), page.limit_and_one()];
        let rows = self.connection.rows(&IN_STATE, values).await?;
        Ok(page.cut(rows.iter().map(record_from).collect::<Result<_, _>>()?))
    }

    /// Pickups that only an administrator can open again ([`domain::pin::PinRecord::is_stopped`]), the oldest first,
    /// except those of people with a role whose PINs are shown.
    pub async fn stopped_pickups(
        &mut self,
        shown: Option<Role>,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let shown = shown.map_or("", Role::name);
        let values = values![self.tenant, PIN_MAILS_MAX, PIN_ATTEMPTS_MAX, now, shown, rows_max];
        let rows = self.connection.rows(&STOPPED, values).await?;
        rows.iter().map(record_from).collect()
    }

    /// A user's applications submitted at one moment.
    pub async fn applications_submitted_at(
        &mut self,
        user: UserId,
        at: Timestamp,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let rows = self.connection.rows(&SUBMITTED_AT, values![self.tenant, user, at]).await?;
        rows.iter().map(record_from).collect()
    }

    /// Whether the user has applied before this moment.
    pub async fn has_applied_before(&mut self, user: UserId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.connection.count(&SUBMITTED_BEFORE, values![self.tenant, user, at]).await? > 0)
    }

    pub async fn application_count(&mut self, state: ApplicationState) -> Result<u64, StoreError> {
        self.connection.count(&COUNT, values![self.tenant, state.name()]).await
    }

    /// The same, counted up to `rows_max`, for every page that shows the number.
    pub async fn application_count_up_to(
        &mut self,
        state: ApplicationState,
        rows_max: u32,
    ) -> Result<u64, StoreError> {
        self.connection.count(&COUNT_UP_TO, values![self.tenant, state.name(), rows_max]).await
    }

    /// The challenge hashes of a user's applications whose certificate has not ended, the newest first, at most 100.
    pub async fn challenge_hashes_of(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<ChallengeHash>, StoreError> {
        let rows = self
            .connection
            .rows(&CHALLENGES, values![self.tenant, user, now, CHALLENGES_PER_USER_MAX])
            .await?;
        rows.iter().map(challenge_from).collect()
    }

    /// The challenge hash of one application; `None` if the applicant chose no phrase.
    pub async fn challenge_hash_of(
        &mut self,
        application: ApplicationId,
    ) -> Result<Option<ChallengeHash>, StoreError> {
        let row = self.connection.row(&CHALLENGE, values![self.tenant, application]).await?;
        row.as_ref().map(challenge_from).transpose()
    }
}

fn challenge_from(row: &Row) -> Result<ChallengeHash, StoreError> {
    Ok(ChallengeHash { application: row.id("id")?, phc: row.text("challenge_hash")? })
}

impl TenantTransaction<'_> {
    /// One application, locked until the transaction ends.
    pub async fn lock_application(
        &mut self,
        id: ApplicationId,
    ) -> Result<Option<ApplicationRecord>, StoreError> {
        let values = values![self.tenant, id];
        let row = self.connection.row(&LOCK, values).await?;
        row.as_ref().map(record_from).transpose()
    }

    /// Keeps a new application. `challenge_phc` is the slow hash of its challenge phrase, if the applicant
    /// chose one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `ApplicationReference`: draw another one.
    pub async fn insert_application(
        &mut self,
        application: &Application<Submitted>,
        challenge_phc: Option<&str>,
    ) -> Result<(), StoreError> {
        let given = application.particulars();
        let values = inserted_values(values![self.tenant, given.id], given, challenge_phc)?;
        self.connection.execute(&INSERT, values).await?;
        self.keep_progress(given.user, given.submitted_at).await
    }

    /// Submitted → approved; `false` if the application is not submitted.
    pub async fn approve_application(
        &mut self,
        application: &Application<Approved>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = application.particulars().id;
        self.move_application(id, ApplicationState::Submitted, ApplicationState::Approved, at).await
    }

    /// Submitted → rejected; `false` if the application is not submitted.
    pub async fn reject_application(&mut self, id: ApplicationId, at: Timestamp) -> Result<bool, StoreError> {
        self.move_application(id, ApplicationState::Submitted, ApplicationState::Rejected, at).await
    }

    /// Submitted or approved → rejected, for all of a user's applications; their PINs no longer open
    /// anything. Returns how many changed.
    pub async fn withdraw_applications_of(&mut self, user: UserId, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, user, at];
        let withdrawn = self.connection.execute(&WITHDRAW, values).await?;
        if withdrawn > 0 {
            self.keep_progress(user, at).await?;
        }
        Ok(withdrawn)
    }

    /// The same for the applications of one device, which is this user's.
    pub async fn withdraw_applications_of_device(
        &mut self,
        device: DeviceId,
        user: UserId,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let values = values![self.tenant, device, at];
        let withdrawn = self.connection.execute(&WITHDRAW_OF_DEVICE, values).await?;
        if withdrawn > 0 {
            self.keep_progress(user, at).await?;
        }
        Ok(withdrawn)
    }

    /// Approved → picked up, which uses the PIN up; `false` if another pickup was first.
    pub async fn pick_up_application(
        &mut self,
        application: &Application<Approved>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = application.particulars().id;
        let values = values![self.tenant, id, at];
        let applied = self.connection.applied(&PICK_UP, values).await?;
        if applied {
            self.keep_progress_of_application(id, at).await?;
        }
        Ok(applied)
    }

    /// Picked up → approved, after a crash between the PIN and the certificate. The caller must see to a new
    /// PIN. `false` if the application is not picked up.
    pub async fn reopen_application(&mut self, id: ApplicationId, at: Timestamp) -> Result<bool, StoreError> {
        self.move_application(id, ApplicationState::PickedUp, ApplicationState::Approved, at).await
    }

    /// Replaces the PIN in force with a newly mailed one; `false` unless approved.
    pub async fn set_pin(&mut self, id: ApplicationId, pin: &PinRecord) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, &pin.hash, pin.expires_at, pin.wrong_tries, pin.mails];
        self.connection.applied(&SET_PIN, values).await
    }

    /// Counts one wrong try at the PIN; `false` unless approved.
    pub async fn count_wrong_pin(&mut self, id: ApplicationId) -> Result<bool, StoreError> {
        let values = values![self.tenant, id];
        self.connection.applied(&COUNT_WRONG_PIN, values).await
    }

    async fn move_application(
        &mut self,
        id: ApplicationId,
        expected: ApplicationState,
        next: ApplicationState,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, expected.name(), next.name(), at];
        let applied = self.connection.applied(&MOVE, values).await?;
        if applied {
            self.keep_progress_of_application(id, at).await?;
        }
        Ok(applied)
    }
}
