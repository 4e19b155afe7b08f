//! A closure that writes cannot commit: the runner does, with the audit row.

use store::{StoreError, Transaction};

async fn end(transaction: Transaction) -> Result<(), StoreError> {
    transaction.commit().await
}

fn main() {}
