//! First start, second start, and impossible starts.

use crate::installation::Folder;
use sekisho::{
    command::{Command, ListReach, issuer::IssuerCommand, tenant::TenantCommand},
    data_folder::DataFolderError,
    up::UpError,
};
use std::{fs, os::unix::fs::PermissionsExt};

fn tenants() -> Command {
    Command::Tenant(TenantCommand::List { search: String::new(), reach: ListReach::default() })
}

#[tokio::test]
async fn a_second_start_continues_with_what_the_first_one_made() {
    let folder = Folder::new();
    let first = folder.start().await.expect("first start");
    let issuers = folder.act(Command::Issuer(IssuerCommand::List)).await.expect("issuers");
    let ca = fs::read(folder.data().join("server-ca.crt")).expect("server CA");
    assert!(first.greeting.contains("identification code"));
    assert!(folder.data().join("ready.json").exists());
    first.stop().await;
    assert!(!folder.data().join("ready.json").exists());

    let second = folder.start().await.expect("second start");
    assert_eq!(folder.act(Command::Issuer(IssuerCommand::List)).await.expect("issuers"), issuers);
    assert_eq!(fs::read(folder.data().join("server-ca.crt")).expect("server CA"), ca);
    second.stop().await;
}

#[tokio::test]
async fn whatever_holds_a_secret_is_for_its_owner_alone() {
    let folder = Folder::new();
    let up = folder.start().await.expect("start");
    for name in [
        "key-encryption-key",
        "server-ca.key",
        "operator.p12",
        "operator-password.txt",
        "sekisho.sock",
        "sheets/sample/sheet.html",
        "sheets/sample/data_entry.txt",
    ] {
        let mode = fs::metadata(folder.data().join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(fs::metadata(folder.data()).expect("folder").permissions().mode() & 0o777, 0o700);
    up.stop().await;
}

#[tokio::test]
async fn codes_and_passwords_are_told_at_the_first_start_only() {
    let folder = Folder::new();
    let first = folder.start().await.expect("first start");
    let password = fs::read_to_string(folder.data().join("operator-password.txt")).expect("password");
    assert!(first.greeting.contains(&password));
    first.stop().await;
    let second = folder.start().await.expect("second start");
    assert!(!second.greeting.contains(&password));
    second.stop().await;
}

#[tokio::test]
async fn an_installation_that_lost_its_mark_is_told_and_neither_continued_nor_given_up() {
    let folder = Folder::new();
    folder.start().await.expect("first start").stop().await;
    fs::remove_file(folder.data().join("installation.json")).expect("mark");
    let Err(error) = folder.start().await else { panic!("continued") };
    assert!(matches!(error, UpError::Folder(DataFolderError::NoMark { .. })), "{error}");
}

#[tokio::test]
async fn a_folder_in_use_is_told_and_the_first_server_goes_on() {
    let folder = Folder::new();
    let first = folder.start().await.expect("first start");
    let Err(error) = folder.start().await else { panic!("two servers in one folder") };
    assert!(matches!(error, UpError::Folder(DataFolderError::Lock(_))), "{error}");
    assert!(folder.act(tenants()).await.expect("list").contains("sample"));
    first.stop().await;
}

#[tokio::test]
async fn a_taken_port_leaves_no_half_made_folder_behind() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let gate_port = taken.local_addr().expect("address").port();
    let ports = sekisho::up::PortNumbers { gate: gate_port, ..sekisho::up::PortNumbers::ANY };
    let Err(error) = sekisho::up::Up::start(&folder.data(), ports).await else {
        panic!("two listeners on one port")
    };
    assert!(error.to_string().contains("--gate-port"), "{error}");
    drop(taken);
    folder.start().await.expect("the next start").stop().await;
}
