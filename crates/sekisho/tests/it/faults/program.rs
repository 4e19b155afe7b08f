//! The binary as a child process, which ends when the test does.

use std::{
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

/// How long any wait of a test may last; only a failure takes as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How often a test checks a condition that it cannot wait for.
pub(crate) const LOOK: Duration = Duration::from_millis(10);

/// Repeats until `seen` answers; names the missing result when patience ends.
pub(crate) async fn eventually<T>(what: &str, mut seen: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = seen().await {
                return found;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let Ok(found) = timeout(PATIENCE, looking).await else { panic!("not seen: {what}") };
    found
}

/// The output of a finished command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Said {
    pub(crate) fn done(&self) -> bool {
        self.code == Some(0)
    }

    #[track_caller]
    pub(crate) fn expect_done(self) -> String {
        assert!(self.done(), "{self:?}");
        self.out
    }

    /// The one sentence of a command that was understood and not carried out.
    #[track_caller]
    pub(crate) fn sentence(&self) -> &str {
        assert!(matches!(self.code, Some(1 | 3 | 4 | 75)), "{self:?}");
        let sentence = self.error.trim_end();
        assert_eq!(sentence.lines().count(), 1, "one sentence: {self:?}");
        sentence.strip_prefix("sekisho: ").unwrap_or_else(|| panic!("{self:?}"))
    }
}

/// The variable that names another build of the program.
pub(crate) const PROGRAM_VARIABLE: &str = "SEKISHO_PROGRAM";

/// The built binary, or the one that [`PROGRAM_VARIABLE`] names.
pub(crate) fn sekisho(args: &[&str]) -> Command {
    let program = std::env::var_os(PROGRAM_VARIABLE);
    let mut command = Command::new(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_sekisho").into()));
    command.args(args).env("RUST_BACKTRACE", "0").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub(crate) async fn run(mut command: Command) -> Said {
    let output = timeout(PATIENCE, command.output()).await.expect("it ends").expect("it starts");
    Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        error: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    log: Arc<Log>,
}

#[derive(Debug)]
struct Log {
    text: Mutex<String>,
    lines: watch::Sender<usize>,
}

impl Log {
    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn keep(self: Arc<Self>, from: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
            drop(text);
            self.lines.send_modify(|count| *count += 1);
        }
    }
}

impl Program {
    /// Starts a server; [`Program::ready`] waits for it.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let log = Arc::new(Log { text: Mutex::default(), lines: watch::Sender::new(0) });
        tokio::spawn(Arc::clone(&log).keep(child.stdout.take().expect("piped")));
        tokio::spawn(Arc::clone(&log).keep(child.stderr.take().expect("piped")));
        Self { child, log }
    }

    /// Resolves when the server reports that it is ready, or with its output when it ended instead.
    pub(crate) async fn ready(mut self) -> Result<Self, Said> {
        let mut lines = self.log.lines.subscribe();
        let is_ready = |text: &str| text.lines().any(|line| line == "ready" || line.contains("ready gate="));
        loop {
            if is_ready(&self.log.text()) {
                return Ok(self);
            }
            tokio::select! {
                changed = lines.changed() => changed.expect("the log stays"),
                status = self.child.wait() => {
                    let code = status.expect("a child of ours").code();
                    // Its last output may still be in the pipe.
                    while timeout(LOOK * 10, lines.changed()).await.is_ok() {}
                    return Err(Said { code, out: String::new(), error: self.log.text() });
                }
                () = tokio::time::sleep(PATIENCE) => panic!("neither ready nor ended: {}", self.log.text()),
            }
        }
    }

    /// Its whole output so far.
    pub(crate) fn said(&self) -> String {
        self.log.text()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("a child of ours");
    }

    /// Sends a signal by its name.
    pub(crate) async fn signal(&self, name: &str) {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("kill -{name} {}", self.id())]);
        assert!(run(command).await.done(), "kill -{name}");
    }

    /// Resolves when it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("a child of ours")
    }
}
