//! A tenant's use of its bounds.

use crate::{Unavailable, runner::TenantWork};
use domain::{bounds::Usage, time::DAY};

/// Running imports count the people and mails that they will add.
pub(crate) async fn usage(work: &mut TenantWork) -> Result<Usage, Unavailable> {
    let since = work.now.checked_sub(DAY).map_err(Unavailable::because)?;
    let mut scope = work.records();
    let yet_to_add = scope.import_rows_left().await?;
    let (people, bulk_mails) = (scope.user_count("").await?, scope.bulk_mails_since(since).await?);
    Ok(Usage { people: people + yet_to_add, bulk_mails: bulk_mails + yet_to_add })
}
