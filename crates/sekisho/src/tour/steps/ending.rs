//! What holds over the whole story.

use super::super::{Mishap, held, story::Story};
use crate::{
    command::{Command, audit::AuditCommand},
    output::Output,
};
use http::StatusCode;

/// Ended as by Ctrl-C and started again: certificates, users and acts are still there.
pub(super) async fn restart(story: &mut Story) -> Result<(), Mishap> {
    story.restart().await?;
    let address = story.at_gate("acme", "/");
    let answer = story.user()?.browser.get(&address).await?;
    held!(answer.status == StatusCode::OK, "the site answered {} {}", answer.status, answer.denial());
    Ok(())
}

/// No row was changed, removed or moved.
pub(super) async fn audit(story: &mut Story) -> Result<(), Mishap> {
    match story.command(Command::Audit(AuditCommand::Verify { heads: None })).await? {
        Output::Record(_) => Ok(()),
        other => Err(Mishap::because(format_args!("expected a verdict, got {other:?}"))),
    }
}

/// Metrics and health for operators.
pub(super) async fn operation(story: &mut Story) -> Result<(), Mishap> {
    let mut browser = story.new_browser("en")?;
    for (address, words) in [
        (story.operations("/metrics"), "sekisho_build_info"),
        (story.operations("/healthz"), "ok"),
        (story.operations("/readyz"), "ready"),
    ] {
        let answer = browser.get(&address).await?;
        held!(answer.status == StatusCode::OK, "{address} answered {}", answer.status);
        held!(answer.text().contains(words), "{address} does not say {words}");
    }
    Ok(())
}
