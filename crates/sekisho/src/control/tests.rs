use super::{AskError, ControlSocket, Executor, FRAME_BYTES_MAX, SOCKET_NAME, ask};
use crate::{
    command::{Command, CommandError, ListReach, tenant::TenantCommand},
    exit::Exit,
    output::{Output, OutputFormat},
};
use async_trait::async_trait;
use domain::refusal::Problem;
use std::{fs, os::unix::fs::PermissionsExt, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

struct Echo;

#[async_trait]
impl Executor for Echo {
    async fn execute(&self, command: Command) -> Result<Output, CommandError> {
        match command {
            Command::Tenant(TenantCommand::Show { tenant }) => Ok(Output::Done(tenant)),
            _ => Err(CommandError::because(Problem::NotFound, "nothing here")),
        }
    }
}

fn show(tenant: &str) -> Command {
    Command::Tenant(TenantCommand::Show { tenant: tenant.to_owned() })
}

#[tokio::test]
async fn a_command_is_answered_through_a_socket_that_only_its_owner_can_open() {
    let folder = tempfile::tempdir().expect("folder");
    let socket = ControlSocket::bind(folder.path()).expect("bind");
    let mode = fs::metadata(folder.path().join(SOCKET_NAME)).expect("socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(socket.serve(Arc::new(Echo), shutdown.clone()));
    let output = ask(folder.path(), &show("見本")).await.expect("answer");
    assert_eq!(output.shown(OutputFormat::Text), "見本\n");
    let refused = ask(
        folder.path(),
        &Command::Tenant(TenantCommand::List { search: String::new(), reach: ListReach::default() }),
    )
    .await;
    assert!(matches!(&refused, Err(AskError::Refused(error))
            if error.to_string() == "nothing here" && error.exit() == Exit::NotFound && error.code() == Some("not-found")));
    shutdown.cancel();
    server.await.expect("server");
    assert!(!folder.path().join(SOCKET_NAME).exists());
}

#[tokio::test]
async fn a_socket_left_by_a_dead_server_is_nobody_and_is_replaced() {
    let folder = tempfile::tempdir().expect("folder");
    // A separate listener, so that the file stays as after kill -9.
    drop(std::os::unix::net::UnixListener::bind(folder.path().join(SOCKET_NAME)).expect("bind"));
    assert!(matches!(ask(folder.path(), &show("x")).await, Err(AskError::NobodyThere { .. })));
    assert!(ControlSocket::bind(folder.path()).is_ok());
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_the_connection_and_not_the_server() {
    let folder = tempfile::tempdir().expect("folder");
    let socket = ControlSocket::bind(folder.path()).expect("bind");
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(socket.serve(Arc::new(Echo), shutdown.clone()));
    let mut stream = tokio::net::UnixStream::connect(folder.path().join(SOCKET_NAME)).await.expect("connect");
    let length = u32::try_from(FRAME_BYTES_MAX + 1).expect("length");
    stream.write_all(&length.to_be_bytes()).await.expect("send");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("end");
    assert!(rest.is_empty());
    assert!(ask(folder.path(), &show("still here")).await.is_ok());
    shutdown.cancel();
    server.await.expect("server");
}

#[tokio::test]
async fn a_length_beyond_the_limit_is_refused_before_anything_is_read() {
    let length = u32::try_from(FRAME_BYTES_MAX + 1).expect("length").to_be_bytes();
    let error = super::receive::<Command>(&mut length.as_slice()).await.expect_err("too large");
    assert!(error.to_string().contains("too large"), "{error}");
}

/// A command that begins and never ends.
struct Endless(Notify);

#[async_trait]
impl Executor for Endless {
    async fn execute(&self, _: Command) -> Result<Output, CommandError> {
        self.0.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_command_that_does_not_end_is_cut_with_the_server_and_its_client_told() {
    let folder = tempfile::tempdir().expect("folder");
    let socket = ControlSocket::bind(folder.path()).expect("bind");
    let (shutdown, executor) = (CancellationToken::new(), Arc::new(Endless(Notify::new())));
    let serving =
        socket.serve_draining(Arc::clone(&executor) as Arc<dyn Executor>, shutdown.clone(), Duration::ZERO);
    let server = tokio::spawn(serving);
    let place = folder.path().to_owned();
    let asked = tokio::spawn(async move { ask(&place, &show("x")).await });
    executor.0.notified().await;
    shutdown.cancel();
    server.await.expect("server");
    let error = asked.await.expect("client").expect_err("no answer");
    assert!(matches!(error, AskError::WentAway { .. }), "{error}");
    assert!(error.to_string().contains("audit list"), "{error}");
}
