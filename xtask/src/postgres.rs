//! A PostgreSQL cluster that lives as long as the tests: loopback only, its own password, no durability.
//!
//! **Invariant:** the server is stopped and its folder removed when `Cluster` is dropped, after any result of
//! the tests. **Invariant:** PostgreSQL refuses to run as root, so as root the server runs as an account
//! without rights.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::command::{find, run_quietly, succeeds};
use crate::failure::Failure;
use crate::packages::is_root;

/// The number of tries until a starting server answers: 300 tries, 100 ms apart.
const READY_ATTEMPTS_MAX: u32 = 300;
const READY_PAUSE: Duration = Duration::from_millis(100);

const SUPERUSER: &str = "sekisho";

pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<Account>,
    port: u16,
    password: String,
    server: Option<Child>,
}

/// The folder with `initdb` and `postgres`: Debian keeps them out of `PATH`, one folder a version.
pub(crate) fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<PathBuf> =
        debian.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    versions.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    versions.sort();
    versions.pop().or_else(|| Some(find("initdb")?.parent()?.to_path_buf()))
}

impl Cluster {
    pub(crate) fn start() -> Result<Self, Failure> {
        let programs = programs().ok_or_else(|| Failure::Postgres("initdb is not installed".to_owned()))?;
        let account = if is_root() { Some(Account::without_rights()?) } else { None };
        let folder = std::env::temp_dir().join(format!("sekisho-postgres-{}", std::process::id()));
        let mut cluster = Self {
            programs,
            folder,
            account,
            port: free_port()?,
            password: random_password()?,
            server: None,
        };
        cluster.create()?;
        cluster.serve()?;
        println!("postgresql answers on port {}", cluster.port);
        Ok(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://{SUPERUSER}:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn create(&self) -> Result<(), Failure> {
        let failure = || Failure::file(&self.folder);
        std::fs::create_dir(&self.folder).map_err(failure())?;
        std::fs::set_permissions(&self.folder, std::fs::Permissions::from_mode(0o700)).map_err(failure())?;
        let password_file = self.folder.join("password");
        std::fs::write(&password_file, &self.password).map_err(failure())?;
        if let Some(account) = self.account {
            chown(&password_file, Some(account.uid), Some(account.gid)).map_err(failure())?;
            chown(&self.folder, Some(account.uid), Some(account.gid)).map_err(failure())?;
        }
        run_quietly(
            self.program("initdb")
                .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"])
                .args(["--username", SUPERUSER])
                .arg("--pwfile")
                .arg(&password_file)
                .arg("--pgdata")
                .arg(self.data()),
        )?;
        Ok(())
    }

    fn serve(&mut self) -> Result<(), Failure> {
        let log_path = self.folder.join("server.log");
        let log = std::fs::File::create(&log_path).map_err(Failure::file(&log_path))?;
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        // Nothing here outlives the run, so nothing has to survive a power cut.
        for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"]
        {
            command.args(["-c", setting]);
        }
        let log_failure = Failure::file(&log_path);
        let copy = log.try_clone().map_err(log_failure)?;
        let started = command.stdin(Stdio::null()).stdout(copy).stderr(log).spawn();
        let source = |source| Failure::NotStarted { command: "postgres".to_owned(), source };
        self.server = Some(started.map_err(source)?);

        for _ in 0..READY_ATTEMPTS_MAX {
            if succeeds(self.program("pg_isready").args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
            ])) {
                return Ok(());
            }
            let server_ended =
                self.server.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
            if server_ended {
                break;
            }
            std::thread::sleep(READY_PAUSE);
        }
        let said = std::fs::read_to_string(&log_path).unwrap_or_default();
        Err(Failure::Postgres(format!("the server did not start; it said:\n{said}")))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of PostgreSQL, to be run as the account that owns the cluster.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir("/");
        if let Some(account) = self.account {
            command.gid(account.gid).uid(account.uid);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let mut stop = self.program("pg_ctl");
            stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"]).arg(self.data());
            if !succeeds(&mut stop) {
                let _ = server.kill();
            }
            let _ = server.wait();
        }
        if let Err(reason) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {reason}; remove it by hand", self.folder.display());
        }
    }
}

#[derive(Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// `postgres`, which Debian's package makes, else `nobody`.
    fn without_rights() -> Result<Self, Failure> {
        let path = Path::new("/etc/passwd");
        let accounts = std::fs::read_to_string(path).map_err(Failure::file(path))?;
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Self::in_passwd(&accounts, name))
            .ok_or_else(|| Failure::Postgres("neither account postgres nor nobody exists".to_owned()))
    }

    fn in_passwd(accounts: &str, name: &str) -> Option<Self> {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        Some(Self { uid: numbers.next()?.parse().ok()?, gid: numbers.next()?.parse().ok()? })
    }
}

fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address
        .map(|address| address.port())
        .map_err(|reason| Failure::Postgres(format!("no free port: {reason}")))
}

/// Other people of this machine can reach a loopback port, so even a throw-away server has a password.
fn random_password() -> Result<String, Failure> {
    use std::io::Read;
    let path = Path::new("/dev/urandom");
    let mut bytes = [0_u8; 16];
    std::fs::File::open(path)
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(Failure::file(path))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
