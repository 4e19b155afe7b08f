//! The audit log's signed heads outside the database: a server writes them, the command line compares them.

use crate::installation::{Folder, arguments};
use clap::Parser;
use sekisho::{
    act::{RunActError, act},
    audit_heads_file::AUDIT_HEADS_NAME,
    cli::{Cli, Noun},
    command::{Command, crl::CrlCommand},
    data_folder::DATABASE_NAME,
};
use serde_json::Value;
use sqlx::{Connection, Executor, SqliteConnection};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The answer of `sekisho audit verify` with these words after it.
async fn verify(folder: &Folder, words: &[&str]) -> Result<Value, RunActError> {
    let line = [&["sekisho", "audit", "verify"], words].concat();
    let Noun::Audit(asked) = Cli::try_parse_from(line).expect("a command").noun else { panic!("no audit") };
    let told = act(Command::Audit(asked.verb), &arguments(&folder.data())).await?;
    Ok(serde_json::from_str(&told).expect("JSON"))
}

async fn refused(folder: &Folder, words: &[&str]) -> String {
    verify(folder, words).await.expect_err("a broken log").to_string()
}

fn heads_of(folder: &Folder) -> PathBuf {
    folder.data().join(AUDIT_HEADS_NAME)
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).expect("heads").lines().map(str::to_owned).collect()
}

/// Changes the database past the service, as an attacker with access to it would.
async fn harm(folder: &Folder, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.data().join(DATABASE_NAME));
    let mut connection = SqliteConnection::connect_with(&options).await.expect("opens");
    connection.execute(sql).await.expect("runs");
    connection.close().await.expect("closes");
}

/// An installation that has served and has ended.
async fn served() -> Folder {
    let folder = Folder::new();
    folder.start().await.expect("start").stop().await;
    folder
}

#[tokio::test]
async fn a_server_that_ends_has_sealed_every_act_and_told_the_last_head() {
    let folder = served().await;
    let verdict = verify(&folder, &[]).await.expect("holds");
    let rows = verdict["sealed_rows"].as_u64().expect("a number");
    assert!(rows > 0);
    assert_eq!((&verdict["unsealed_rows"], &verdict["uncovered_rows"]), (&Value::from(0), &Value::from(0)));
    assert_eq!((&verdict["covered_to"], &verdict["unsealed_from"]), (&Value::from(rows), &Value::Null));
    let mode = fs::metadata(heads_of(&folder)).expect("heads").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let told = lines(&heads_of(&folder));
    folder.start().await.expect("again").stop().await;
    assert_eq!(lines(&heads_of(&folder)), told, "nothing has happened, so there is nothing to tell");
}

#[tokio::test]
async fn what_was_done_without_a_server_is_named_as_unsealed_until_one_runs() {
    let folder = served().await;
    let sealed = verify(&folder, &[]).await.expect("holds")["sealed_rows"].as_u64().expect("a number");
    folder.act(Command::Crl(CrlCommand::Publish { issuer: None })).await.expect("publishes");
    let verdict = verify(&folder, &[]).await.expect("holds");
    assert_eq!(
        (&verdict["unsealed_rows"], &verdict["unsealed_from"]),
        (&Value::from(1), &Value::from(sealed + 1))
    );
    folder.start().await.expect("start").stop().await;
    let verdict = verify(&folder, &[]).await.expect("holds");
    assert_eq!(
        (&verdict["covered_to"], &verdict["unsealed_rows"]),
        (&Value::from(sealed + 1), &Value::from(0))
    );
}

#[tokio::test]
async fn a_removed_tail_is_found_though_the_chain_holds_without_a_server_and_beside_one() {
    let folder = served().await;
    harm(&folder, "DELETE FROM audit WHERE seq > (SELECT MAX(seq) - 2 FROM audit)").await;
    let told = refused(&folder, &[]).await;
    assert!(told.contains("are missing; the head of row") && !told.contains('\n'), "{told}");
    let up = folder.start().await.expect("start");
    let beside = refused(&folder, &[]).await;
    up.stop().await;
    assert!(beside.contains("the head of row"), "{beside}");
}

#[tokio::test]
async fn a_forged_head_is_found_and_a_torn_line_is_counted() {
    let folder = served().await;
    let heads = heads_of(&folder);
    let line = lines(&heads).pop().expect("a head");
    fs::write(&heads, format!("{}\n{line}\n", &line[..20])).expect("torn");
    let verdict = verify(&folder, &[]).await.expect("holds");
    assert_eq!((&verdict["heads"], &verdict["unreadable_head_lines"]), (&Value::from(1), &Value::from(1)));
    let row = verdict["covered_to"].to_string();
    fs::write(&heads, line.replace(&format!("\"row\":{row}"), "\"row\":2")).expect("forged");
    let told = refused(&folder, &[]).await;
    assert!(told.contains("the head of row 2 was not signed by this installation"), "{told}");
}

#[tokio::test]
async fn heads_that_are_gone_are_told_and_a_copy_from_elsewhere_serves_as_well() {
    let folder = served().await;
    let copy = folder.data().join("copy.jsonl");
    fs::rename(heads_of(&folder), &copy).expect("moved");
    let told = refused(&folder, &[]).await;
    assert!(told.contains(AUDIT_HEADS_NAME) && told.contains("is not there"), "{told}");
    let copy = copy.to_str().expect("text");
    verify(&folder, &["--heads", copy]).await.expect("holds");
    harm(&folder, "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)").await;
    let up = folder.start().await.expect("start");
    let told = refused(&folder, &["--heads", copy]).await;
    up.stop().await;
    assert!(told.contains("the head of row"), "{told}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_before_anything_is_served() {
    let folder = served().await;
    fs::remove_file(heads_of(&folder)).expect("removed");
    fs::create_dir(heads_of(&folder)).expect("in its place");
    let Err(error) = folder.start().await else { panic!("it starts") };
    assert!(error.to_string().contains(AUDIT_HEADS_NAME), "{error}");
}
