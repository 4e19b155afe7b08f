//! A restart continues the work beside the doors: an import, and the invitations that it posts.

use super::{
    acts_under_way::{Doors, csv, import},
    program::eventually,
    up::{Up, add_company},
};
use std::collections::BTreeSet;

const COMPANY: &str = "kanto";
/// More than two of the import's transactions.
const ROWS: usize = 230;

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_after_kill_minus_9_and_everybody_gets_one_invitation() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("data");
    let up = Up::start(&folder).await;
    add_company(&up, COMPANY).await;
    let file = place.path().join("people.csv");
    std::fs::write(&file, csv("person", ROWS)).expect("the file");
    let importing = tokio::spawn(import(Doors::of(&up, COMPANY), file));
    let count =
        async |up: &Up| up.list(&["user", "list", "--tenant", COMPANY, "--search", "person"]).await.len();
    eventually("the first imported people", async || (count(&up).await > 0).then_some(())).await;
    up.kill().await;
    // The import was done by then, or the command line lost its server.
    drop(importing.await.expect("no panic"));

    let up = Up::start(&folder).await;
    eventually("the whole import", async || (count(&up).await == ROWS).then_some(())).await;
    let mut mailbox = up.mailbox();
    let invited = eventually("all invitations", async || {
        let letters = mailbox.letters().into_iter().filter(|letter| letter.to.contains("@import.example"));
        let recipients: Vec<String> = letters.map(|letter| letter.to.clone()).collect();
        (recipients.len() >= ROWS).then_some(recipients)
    });
    let invited = invited.await;
    assert_eq!(invited.len(), ROWS, "one invitation each");
    assert_eq!(invited.iter().collect::<BTreeSet<_>>().len(), ROWS);
}
