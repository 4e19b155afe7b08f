//! Data folders that cannot be used: one clear sentence with the way out, and nothing destroyed.

use super::{
    program::{Program, Said, eventually, run, sekisho},
    up::{self, Up, act},
};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

/// Moments of a first start at which it is killed, in milliseconds.
const FIRST_START_KILLS: [u64; 7] = [2, 15, 40, 80, 140, 220, 330];

async fn refused(folder: &Path) -> Said {
    match Up::try_start(folder).await {
        Ok(up) => panic!("came up: {:?}", up.program.said()),
        Err(said) => said,
    }
}

#[track_caller]
fn told(said: &Said, words: &[&str]) {
    let sentence = said.sentence();
    for word in words {
        assert!(sentence.contains(word), "{word:?} is not in {sentence:?}");
    }
}

fn new_folder() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("data");
    (place, folder)
}

#[tokio::test]
async fn a_taken_port_is_told_with_its_option_and_leaves_no_half_made_folder() {
    let (_place, folder) = new_folder();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("an address").port().to_string();
    for option in ["--public-port", "--gate-port", "--metrics-port"] {
        let mut ports = vec!["up"];
        for known in ["--public-port", "--gate-port", "--metrics-port"] {
            ports.extend([known, if known == option { port.as_str() } else { "0" }]);
        }
        let mut command = sekisho(&ports);
        command.arg("--data").arg(&folder);
        told(&run(command).await, &[&port, option]);
    }
    let up = Up::start(&folder).await;
    let mut second = sekisho(&["up", "--gate-port", "0", "--metrics-port", "0", "--public-port"]);
    second.arg(up.public_port.to_string()).arg("--data").arg(folder.with_file_name("other"));
    told(&run(second).await, &["--public-port"]);
}

fn readable_by_others(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let state = fs::symlink_metadata(&path).expect("its state");
        if state.permissions().mode() & 0o077 != 0 {
            found.push(path.clone());
        }
        if state.is_dir() {
            found.extend(readable_by_others(&path));
        }
    }
    found
}

#[tokio::test]
async fn no_secret_in_the_folder_is_for_other_accounts_to_read() {
    let (_place, folder) = new_folder();
    let up = Up::start(&folder).await;
    assert!(folder.join("mail").is_dir() && folder.join("sekisho.sqlite-wal").exists());
    // The certificate that browsers must trust is no secret.
    assert_eq!(readable_by_others(&folder), [folder.join("server-ca.crt")]);
    drop(up);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_with_the_option_that_names_another() {
    let (place, _) = new_folder();
    let file = place.path().join("file");
    fs::write(&file, "a file").expect("writes");
    told(&refused(&file.join("data")).await, &["--data"]);
    // Nobody can make a folder there, not even root.
    told(&refused(Path::new("/proc/sekisho-data")).await, &["/proc/sekisho-data", "--data"]);
    assert_eq!(fs::read_to_string(&file).expect("reads"), "a file");
}

#[tokio::test]
async fn a_second_process_says_that_the_first_one_works_there_and_disturbs_nothing() {
    let (_place, folder) = new_folder();
    let up = Up::start(&folder).await;
    told(&refused(&folder).await, &["another sekisho", "--data"]);
    // The first server is still reached, and its socket and ready.json are untouched.
    up.act(&["tenant", "show", "sample"]).await.expect_done();
    assert!(folder.join("ready.json").exists());
}

#[tokio::test]
async fn a_first_start_that_was_killed_is_completed_or_told_with_the_way_out() {
    for delay in FIRST_START_KILLS {
        let (_place, folder) = new_folder();
        let program = Program::start(up::command(&folder));
        tokio::time::sleep(Duration::from_millis(delay)).await;
        program.kill().await;
        match Up::try_start(&folder).await {
            Ok(up) => drop(up.act(&["tenant", "show", "sample"]).await.expect_done()),
            Err(said) => {
                told(&said, &["first start was interrupted", "remove the folder"]);
                fs::remove_dir_all(&folder).expect("the way out");
                Up::start(&folder).await;
            }
        }
    }
}

#[tokio::test]
async fn a_folder_of_another_version_or_of_somebody_else_is_left_alone() {
    let (_place, folder) = new_folder();
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("thesis.doc"), "years of work").expect("writes");
    told(&refused(&folder).await, &["thesis.doc", "not empty", "--data"]);
    assert_eq!(fs::read_dir(&folder).expect("entries").count(), 1);
    let marker = folder.join("installation.json");
    for (text, words) in [
        (r#"{"format":99,"created_at":"2026-01-01T00:00:00Z","public_port":1,"gate_port":2}"#, "layout 99"),
        ("garbage", "damaged"),
        ("", "damaged"),
    ] {
        fs::write(&marker, text).expect("writes");
        told(&refused(&folder).await, &[words]);
        told(&act(&folder, &["tenant", "list"]).await, &[words]);
        assert_eq!(fs::read_to_string(&marker).expect("reads"), text);
    }
    assert_eq!(fs::read_to_string(folder.join("thesis.doc")).expect("reads"), "years of work");
}

#[tokio::test]
async fn a_key_that_is_missing_short_open_to_others_or_of_another_installation_is_told_and_harms_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let (_place, folder) = new_folder();
    let up = Up::start(&folder).await;
    // Its mail must survive all of this.
    up.kill().await;
    let invite = ["user", "add", "hanako", "--tenant", "sample", "--name", "H", "--family-name", "Kanto"];
    let rest = ["--given-name", "Hanako", "--email", "hanako@kanto.example"];
    act(&folder, &[invite.as_slice(), &rest].concat()).await.expect_done();

    let key = folder.join("key-encryption-key");
    let right = fs::read(&key).expect("the key");
    let private = fs::Permissions::from_mode(0o600);
    fs::remove_file(&key).expect("removes");
    told(&refused(&folder).await, &["key-encryption-key", "restore it"]);
    assert!(!key.exists(), "no new key is made for an old database");
    fs::write(&key, &right[..31]).expect("writes");
    fs::set_permissions(&key, private.clone()).expect("sets");
    told(&refused(&folder).await, &["31 bytes", "restore it"]);
    fs::write(&key, [7; 32]).expect("writes");
    told(&refused(&folder).await, &["not the one of this installation", "restore it"]);
    told(&act(&folder, &["tenant", "list"]).await, &["not the one of this installation"]);
    fs::write(&key, &right).expect("writes");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("sets");
    told(&refused(&folder).await, &["chmod 600"]);
    fs::set_permissions(&key, private).expect("sets");

    let up = Up::start(&folder).await;
    let mut mailbox = up.mailbox();
    eventually("the invitation", async || {
        mailbox.letters().iter().any(|letter| letter.to.contains("hanako")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_damaged_database_is_told_and_a_restored_one_serves_again() {
    let (_place, folder) = new_folder();
    let mut up = Up::start(&folder).await;
    up.program.signal("TERM").await;
    assert!(up.program.ended().await.success());
    let database = folder.join("sekisho.sqlite");
    let whole = fs::read(&database).expect("the database");
    fs::write(&database, "this is no database, and it is longer than its header would have been".repeat(9))
        .expect("writes");
    told(&refused(&folder).await, &["database"]);
    fs::remove_file(&database).expect("removes");
    told(&refused(&folder).await, &["sekisho.sqlite is missing", "restore it"]);
    fs::write(&database, &whole).expect("writes");
    Up::start(&folder).await.act(&["tenant", "show", "sample"]).await.expect_done();
}
