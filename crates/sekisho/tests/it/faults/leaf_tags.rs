//! Certificates that an earlier release signed, when none had a tag.

use super::{
    person::{Credentials, apply, pick_up},
    up::Up,
};
use sqlx::{Connection, Executor, SqliteConnection};
use std::fs;

const ADMINISTRATOR: &str = "admin@sample.example";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_without_a_tag_is_tagged_before_the_gate_answers() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("data");
    let up = Up::start(&folder).await;
    let mut browser = up.browser();
    let read = |name: &str| fs::read_to_string(folder.join("sheets/sample").join(name)).expect("a sheet");
    let sheet = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), ADMINISTRATOR);
    let applied = apply(&mut browser, &up.public(""), &sheet).await.expect("an answer");
    applied.expect(303);
    let notice = up.mailbox().notice_other_than(ADMINISTRATOR, None).await;
    let identity = pick_up(&mut browser, &up.public(""), &notice).await;
    up.kill().await;

    let database = format!("sqlite://{}", folder.join("sekisho.sqlite").display());
    let mut database = SqliteConnection::connect(&database).await.expect("opens");
    let untagged = database.execute("UPDATE certificate SET leaf_tag = NULL").await.expect("writes");
    assert!(untagged.rows_affected() >= 2, "the operator's and the administrator's");
    database.close().await.expect("closes");

    let up = Up::start(&folder).await;
    let answer = up.browser().holding(&identity).get(&up.site("sample", "/")).await.expect("an answer");
    answer.expect(200);
}
