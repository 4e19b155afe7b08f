//! `sekisho tour`
use clap::Args;
/// Options of `sekisho tour`.
#[derive(Debug, Clone, Args)]
pub struct TourArgs {}
/// Why
#[derive(Debug, thiserror::Error)]
#[error("tour")]
pub struct TourError;
/// Walk
pub async fn walk(_: &TourArgs) -> Result<(), TourError> { Err(TourError) }
