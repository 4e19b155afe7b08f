//! A full disk: acts report it and leave nothing half done, the gate continues, and free room is enough to recover.

use super::{
    person::{Credentials, apply, pick_up},
    program::{Said, run, sekisho},
    up::{Up, add_company},
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};
use tokio::process::Command;

const COMPANY: &str = "kanto";
/// Size of the disk.
const DISK: &str = "size=16m";
/// The disk is full long before so many people are added.
const PEOPLE_MAX: usize = 200;

/// A disk that becomes full and can be emptied.
enum Disk {
    /// A small file system of its own.
    Own(PathBuf),
    /// A bound on the size of the server's files, where mounting is not permitted.
    Bound,
}

impl Disk {
    async fn at(folder: &Path) -> Self {
        fs::create_dir(folder).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder);
        let mounted = mount.output().await.is_ok_and(|output| output.status.success());
        if mounted { Self::Own(folder.to_owned()) } else { Self::Bound }
    }

    fn ballast(&self) -> Option<PathBuf> {
        match self {
            Self::Own(folder) => Some(folder.join(".ballast")),
            Self::Bound => None,
        }
    }

    async fn fill(&self, up: &Up) {
        let Some(ballast) = self.ballast() else {
            let longest = ["sekisho.sqlite", "sekisho.sqlite-wal"]
                .map(|name| fs::metadata(up.folder.join(name)).map_or(0, |file| file.len()));
            return bound(up, &longest.into_iter().max().unwrap_or(0).to_string()).await;
        };
        let mut ballast = fs::OpenOptions::new().append(true).create(true).open(ballast).expect("opens");
        for bytes in [65_536, 4096, 1] {
            while ballast.write_all(&vec![0; bytes]).is_ok() {}
        }
    }

    async fn make_room(&self, up: &Up) {
        match self.ballast() {
            Some(ballast) => fs::remove_file(ballast).expect("removes"),
            None => bound(up, "unlimited").await,
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Own(folder) = self {
            let unmounted = std::process::Command::new("umount").arg("--lazy").arg(folder).status();
            assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
        }
    }
}

async fn bound(up: &Up, bytes: &str) {
    let mut prlimit = Command::new("prlimit");
    prlimit.args(["--pid", &up.program.id().to_string(), &format!("--fsize={bytes}:")]);
    run(prlimit).await.expect_done();
}

/// A server whose writes beyond a bound fail instead of ending it.
async fn start(folder: &Path) -> Up {
    let plain = super::up::command(folder);
    let plain = plain.as_std();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(plain.get_program()).args(plain.get_args());
    command.kill_on_drop(true);
    Up::started(folder, command).await.unwrap_or_else(|said| panic!("{said:?}"))
}

async fn add(up: &Up, login: &str, by: &str, slips: &Path) -> Said {
    let email = format!("{login}@kanto.example");
    let args = ["user", "add", login, "--tenant", COMPANY, "--name", login, "--family-name", "Kanto"];
    let rest = ["--given-name", "Taro", "--email", &email, "--by", by, "--sheet-dir"];
    let mut command = sekisho(&[args.as_slice(), &rest].concat());
    command.arg(slips).arg("--data").arg(&up.folder);
    run(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_stops_no_visitor_and_is_over_when_there_is_room() {
    let place = tempfile::tempdir().expect("a folder");
    let (mount, slips) = (place.path().join("disk"), place.path().join("slips"));
    let disk = Disk::at(&mount).await;
    let folder = mount.join("data");
    let up = start(&folder).await;
    add_company(&up, COMPANY).await;
    let slip = async |login: &str| {
        add(&up, login, "slip", &slips).await.expect_done();
        Credentials::on_slip(&fs::read_to_string(slips.join(format!("slip-{login}.txt"))).expect("a slip"))
    };
    let (holder, applicant) = (slip("holder").await, slip("applicant").await);
    let mut browser = up.browser();
    apply(&mut browser, &up.public(""), &holder).await.expect("an answer").expect(303);
    let notice = up.mailbox().notice_other_than(&holder.email, None).await;
    let identity = pick_up(&mut browser, &up.public(""), &notice).await;
    let site = up.site(COMPANY, "/");
    let mut visitor = up.browser().holding(&identity);
    let mut open = visitor.stay(&site).await.expect("a connection");
    assert_eq!(open.get("/").await.expect("an answer").denial(), "");

    disk.fill(&up).await;
    let mut added = Vec::new();
    let refused = loop {
        let login = format!("person-{}", added.len());
        let said = add(&up, &login, "mail", &slips).await;
        if !said.done() {
            break said;
        }
        added.push(login);
        assert!(added.len() < PEOPLE_MAX, "the disk never ran full");
        disk.fill(&up).await;
    };
    refused.sentence();
    let answer = apply(&mut browser, &up.public(""), &applicant).await.expect("an answer");
    let page = answer.expect(503).text();
    assert!(page.contains("<html") && page.contains("lang=\"en\""), "{page}");
    assert!(!page.contains("disk") && !page.contains("database"), "inner text: {page}");
    let certificates = up.list(&["certificate", "list", "--tenant", COMPANY]).await;
    let id = certificates[0]["id"].as_str().expect("an id").to_owned();
    up.act(&["certificate", "revoke", &id, "--tenant", COMPANY]).await.sentence();
    assert_eq!(visitor.get(&site).await.expect("an answer").denial(), "", "the gate decides on memory");
    assert_eq!(open.get("/").await.expect("an answer").denial(), "");
    assert_eq!(up.browser().get(&site).await.expect("an answer").denial(), "no-certificate");

    disk.make_room(&up).await;
    let answer = apply(&mut browser, &up.public(""), &applicant).await.expect("an answer");
    answer.expect(303);
    up.act(&["certificate", "revoke", &id, "--tenant", COMPANY]).await.expect_done();
    assert_eq!(open.get("/").await.expect("an answer").denial(), "revoked");
    up.kill().await;
    let up = start(&folder).await;
    let users = up.list(&["user", "list", "--tenant", COMPANY, "--search", "person-"]).await;
    assert_eq!(users.len(), added.len(), "what was acknowledged, and nothing else");
    up.act(&["audit", "verify"]).await.expect_done();
    up.mailbox().notice_other_than(&applicant.email, None).await;
    up.kill().await;
}
