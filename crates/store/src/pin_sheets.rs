//! PINs that are shown and not mailed: who waits for one, and the sheets that were made.
//!
//! **Invariant:** the PIN of a sheet rests sealed beside its hash for the minutes in which the person who saw it may
//! open the page again. The statement that uses, replaces or withdraws the PIN erases it, too.

use crate::{
    StoreError, TenantReader, TenantTransaction, Transaction,
    applications::{ApplicationRecord, record_from, select},
    backend::{Row, statements, values},
};
use domain::{
    id::{ApplicationId, PinSheetId, UserId},
    pin::{PIN_ATTEMPTS_MAX, PinRecord},
    pin_delivery::PinShowing,
    time::Timestamp,
    user::Role,
};

/// A PIN on its sheet, kept for the minutes in which its page may be opened again.
pub struct RestingPin {
    pub application: ApplicationRecord,
    pub sealed: Vec<u8>,
    /// After this time nobody may open the page.
    pub readable_until: Timestamp,
}

statements! {
    AWAITING = shared(select!(
        "WHERE tenant_id = $1 AND state = 'approved'
             AND (pin_hash IS NULL OR pin_wrong_tries >= $2 OR pin_expires_at <= $3)
             AND EXISTS (SELECT 1 FROM user_account u
                 WHERE u.tenant_id = $1 AND u.id = application.user_id AND u.role = $4)
         ORDER BY id LIMIT $5"
    ));
    OPEN_OF_USER = shared(select!(
        "WHERE tenant_id = $1 AND user_id = $2 AND state = 'approved' ORDER BY id DESC LIMIT $3"
    ));
    SHOWN_OF_USER = shared(select!(
        "WHERE tenant_id = $1 AND user_id = $2 AND pin_shown_at IS NOT NULL ORDER BY id DESC LIMIT $3"
    ));
    SHOW = shared(
        "UPDATE application SET pin_hash = $3, pin_expires_at = $4, pin_wrong_tries = $5, pin_mails = $6,
             pin_sheet_id = $7, pin_shown_at = $8, pin_shown_to = $9, pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
    TAKE_BACK = shared(
        "UPDATE application SET pin_hash = NULL, pin_expires_at = NULL, pin_wrong_tries = 0,
             pin_sealed = NULL, pin_readable_until = NULL
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
    REST = shared(
        "UPDATE application SET pin_sealed = $3, pin_readable_until = $4
         WHERE tenant_id = $1 AND id = $2 AND state = 'approved'"
    );
    // The ids of sheets that were asked for together follow one another.
    RESTING = shared(select!(
        ", pin_sealed, pin_readable_until",
        "WHERE tenant_id = $1 AND pin_sheet_id >= $2 AND pin_sheet_id <= $3 AND pin_shown_to = $4
             AND pin_readable_until > $5 AND pin_wrong_tries < $6
         ORDER BY pin_sheet_id LIMIT $7"
    ));
    ERASE = shared(
        "UPDATE application SET pin_sealed = NULL, pin_readable_until = NULL WHERE pin_readable_until <= $1"
    );
}

impl TenantReader<'_> {
    /// Approved applications of people with this role whom no PIN lets pick up, the oldest first.
    pub async fn pins_awaited(
        &mut self,
        role: Role,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let values = values![self.tenant, PIN_ATTEMPTS_MAX, now, role.name(), rows_max];
        let rows = self.connection.rows(&AWAITING, values).await?;
        rows.iter().map(record_from).collect()
    }

    /// A user's applications whose pickup is open, the newest first.
    pub async fn open_pickups_of(
        &mut self,
        user: UserId,
        rows_max: u32,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let rows = self.connection.rows(&OPEN_OF_USER, values![self.tenant, user, rows_max]).await?;
        rows.iter().map(record_from).collect()
    }

    /// A user's applications whose newest PIN was shown, the newest first.
    pub async fn pins_shown_of(
        &mut self,
        user: UserId,
        rows_max: u32,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let rows = self.connection.rows(&SHOWN_OF_USER, values![self.tenant, user, rows_max]).await?;
        rows.iter().map(record_from).collect()
    }

    /// The PINs of the sheets from the first id to the last one, for the person who saw them, while they rest and can
    /// still open their pickups.
    pub async fn resting_pins(
        &mut self,
        (first, last): (PinSheetId, PinSheetId),
        seen_by: UserId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<RestingPin>, StoreError> {
        let values = values![self.tenant, first, last, seen_by, now, PIN_ATTEMPTS_MAX, rows_max];
        let rows = self.connection.rows(&RESTING, values).await?;
        rows.iter().map(resting_from).collect()
    }
}

fn resting_from(row: &Row) -> Result<RestingPin, StoreError> {
    Ok(RestingPin {
        application: record_from(row)?,
        sealed: row.bytes("pin_sealed")?,
        readable_until: row.time("pin_readable_until")?,
    })
}

impl TenantTransaction<'_> {
    /// Replaces the PIN in force with one that is shown; `false` unless approved.
    pub async fn show_pin(
        &mut self,
        id: ApplicationId,
        pin: &PinRecord,
        showing: &PinShowing,
    ) -> Result<bool, StoreError> {
        let PinRecord { hash, expires_at, wrong_tries, mails } = pin;
        let PinShowing { sheet, at, to } = *showing;
        let values = values![self.tenant, id, hash, *expires_at, *wrong_tries, *mails, sheet, at, to];
        self.connection.applied(&SHOW, values).await
    }

    /// Lets the PIN of a sheet rest, sealed, for the person who saw it; `false` unless approved.
    pub async fn rest_pin(
        &mut self,
        id: ApplicationId,
        sealed: &[u8],
        readable_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, sealed, readable_until];
        self.connection.applied(&REST, values).await
    }

    /// Leaves an open pickup without a PIN, until one is shown; `false` unless approved.
    pub async fn take_pin_back(&mut self, id: ApplicationId) -> Result<bool, StoreError> {
        let values = values![self.tenant, id];
        self.connection.applied(&TAKE_BACK, values).await
    }
}

impl Transaction {
    /// Erases all resting PINs whose time is over; returns how many.
    pub async fn erase_resting_pins(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE, values![now]).await
    }
}
