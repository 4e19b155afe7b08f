//! `kill -9` at any moment: an answered act is there, and an unanswered act is done or not done, never half.

use super::{
    acts_under_way::{Doors, Person, Stage, add_person, csv, import},
    mailbox::Mailbox,
    person::{await_file, pick_up, send_pickup},
    program::{Program, eventually},
    up::{self, Up, add_company},
};
use http::StatusCode;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, time::Duration};
use tokio::task::JoinSet;

const COMPANY: &str = "kanto";
/// Rounds of the story; each ends with a kill.
const ROUNDS: u32 = 10;
/// People added in each round.
const PEOPLE_PER_ROUND: u32 = 2;
/// People imported in each round.
const ROWS_PER_ROUND: usize = 15;
/// The kill comes at the latest after this number of acknowledgements.
const ACKNOWLEDGEMENTS_MAX: u32 = 7;
/// The delay after the last of them, in milliseconds.
const DELAY_MAX: u32 = 30;
/// A kill during a start comes at the latest after this time, in milliseconds.
const START_DELAY_MAX: u32 = 250;

/// The acknowledged acts so far.
struct Story {
    people: Vec<Person>,
    mailbox: Mailbox,
    /// Login names that the command line reported as "added" or "imported".
    added: BTreeSet<String>,
    /// Imports that may or may not have begun.
    unsure_imports: Vec<String>,
    rng: ChaCha20Rng,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_act_outlives_kill_minus_9() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = &place.path().join("data");
    let up = Up::start(folder).await;
    add_company(&up, COMPANY).await;
    let mut story = Story {
        people: Vec::new(),
        mailbox: up.mailbox(),
        added: BTreeSet::new(),
        unsure_imports: Vec::new(),
        rng: ChaCha20Rng::seed_from_u64(3),
    };
    up.kill().await;
    for round in 0..ROUNDS {
        if round % 3 == 2 {
            story.kill_a_start(folder).await;
        }
        let up = Up::start(folder).await;
        story.check(&up).await;
        story.act_and_kill(up, round).await;
    }
    let up = Up::start(folder).await;
    story.check(&up).await;
    let verdict = up.act(&["audit", "verify"]).await.expect_done();
    assert!(verdict.contains("true"), "{verdict}");
    let stages: Vec<Stage> = story.people.iter().map(|person| person.stage).collect();
    assert!(stages.contains(&Stage::Holding) && stages.contains(&Stage::Revoked), "{stages:?}");
}

impl Story {
    fn below(&mut self, bound: u32) -> u32 {
        self.rng.next_u32() % bound
    }

    async fn kill_a_start(&mut self, folder: &Path) {
        let program = Program::start(up::command(folder));
        let delay = self.below(START_DELAY_MAX);
        tokio::time::sleep(Duration::from_millis(delay.into())).await;
        program.kill().await;
    }

    /// Everybody takes their next step at once; the process dies in the middle of it.
    async fn act_and_kill(&mut self, up: Up, round: u32) {
        let doors = Doors::of(&up, COMPANY);
        let mut steps = JoinSet::new();
        let mut revoked_one = false;
        for person in std::mem::take(&mut self.people) {
            let goes = match person.stage {
                Stage::Holding => !std::mem::replace(&mut revoked_one, true),
                Stage::Revoked => false,
                _ => true,
            };
            if goes {
                steps.spawn(person.step(doors.clone()));
            } else {
                self.people.push(person);
            }
        }
        let logins = (0..PEOPLE_PER_ROUND).map(|number| format!("person-{round}-{number}"));
        let adding: Vec<_> = logins.map(|login| tokio::spawn(add_person(doors.clone(), login))).collect();
        let batch = format!("batch-{round}");
        let file = up.folder.with_file_name(format!("{batch}.csv"));
        std::fs::write(&file, csv(&batch, ROWS_PER_ROUND)).expect("the file");
        let importing = tokio::spawn(import(doors.clone(), file));

        let under_way = u32::try_from(steps.len()).expect("few") + PEOPLE_PER_ROUND + 1;
        let wanted = self.below(under_way.min(ACKNOWLEDGEMENTS_MAX) + 1) as usize;
        let mut count = doors.acknowledged.subscribe();
        // All acts may be done before that many acknowledgements have come.
        let enough = tokio::time::timeout(Duration::from_secs(2), count.wait_for(|count| *count >= wanted));
        drop(enough.await);
        let delay = self.below(DELAY_MAX);
        tokio::time::sleep(Duration::from_millis(delay.into())).await;
        let slips = up.folder.join("sheets").join(COMPANY);
        let browser = up.browser();
        up.kill().await;

        while let Some(person) = steps.join_next().await {
            self.people.push(person.expect("a person's step"));
        }
        for adding in adding {
            let Some(login) = adding.await.expect("no panic") else { continue };
            let slip = std::fs::read_to_string(slips.join(format!("slip-{login}.txt"))).expect("a slip");
            self.people.push(Person::with_slip(&slip, browser.clone()));
            self.added.insert(login);
        }
        if importing.await.expect("no panic").done() {
            self.added.extend(logins_of(&batch));
        } else {
            self.unsure_imports.push(batch);
        }
    }

    /// Checks every acknowledged act, and finds out the result of the others.
    async fn check(&mut self, up: &Up) {
        for person in &mut self.people {
            settle(person, up, &mut self.mailbox).await;
        }
        self.check_imports(up).await;
        self.check_certificates(up).await;
        self.check_outbox().await;
    }

    async fn check_imports(&mut self, up: &Up) {
        for batch in std::mem::take(&mut self.unsure_imports) {
            let what = format!("{batch} wholly or not at all");
            let imported = eventually(&what, async || {
                let found = up.list(&["user", "list", "--tenant", COMPANY, "--search", &batch]).await.len();
                (found == 0 || found == ROWS_PER_ROUND).then_some(found)
            });
            if imported.await > 0 {
                self.added.extend(logins_of(&batch));
            }
        }
        let users = up.list(&["user", "list", "--tenant", COMPANY]).await;
        let logins: BTreeSet<String> = users.iter().map(|user| text(user, "login")).collect();
        let lost: Vec<_> = self.added.difference(&logins).collect();
        assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
    }

    /// Each certificate in force belongs to a person of the story, and each certificate of theirs is listed.
    async fn check_certificates(&mut self, up: &Up) {
        let listed = up.list(&["certificate", "list", "--tenant", COMPANY]).await;
        let standing = |wanted: &str| -> BTreeSet<String> {
            let found = listed.iter().filter(|certificate| text(certificate, "standing") == wanted);
            found.map(|certificate| text(certificate, "serial")).collect()
        };
        let (valid, revoked, unsigned) = (standing("valid"), standing("revoked"), standing("not-picked-up"));
        assert!(unsigned.is_empty(), "recorded and neither signed nor revoked: {unsigned:?}");
        let mut held = BTreeSet::new();
        for person in &mut self.people {
            let Some(identity) = &person.identity else { continue };
            let serial = identity.serial();
            let found = listed.iter().find(|certificate| text(certificate, "serial") == serial);
            person.certificate = Some(text(found.expect("the store knows every certificate"), "id"));
            let answer = person.browser.clone().get(&up.site(COMPANY, "/")).await.expect("an answer");
            match person.stage {
                Stage::Holding if person.unsure && answer.denial() == "revoked" => {
                    (person.stage, person.unsure) = (Stage::Revoked, false);
                    assert!(revoked.contains(&serial));
                }
                Stage::Holding => {
                    assert_eq!(answer.denial(), "", "{}", answer.status);
                    person.unsure = false;
                    held.insert(serial);
                }
                Stage::Revoked => {
                    assert_eq!(answer.denial(), "revoked", "{}", answer.status);
                    assert!(revoked.contains(&serial));
                }
                stage => panic!("a certificate at {stage:?}"),
            }
        }
        assert_eq!(valid, held, "in force, and in whose hands");
    }

    /// Every imported person was invited, by one mail.
    async fn check_outbox(&mut self) {
        let imported: Vec<&String> = self.added.iter().filter(|login| login.starts_with("batch-")).collect();
        let mailbox = &mut self.mailbox;
        eventually("an invitation for everybody imported", async || {
            let letters = mailbox.letters();
            let recipients: BTreeSet<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
            let invited = |login: &&&String| {
                let address = format!("{login}@import.example");
                recipients.iter().any(|recipient| recipient.contains(&address))
            };
            (imported.iter().filter(invited).count() == imported.len()).then_some(())
        })
        .await;
    }
}

/// Brings a person to the point where the next step is possible.
async fn settle(person: &mut Person, up: &Up, mailbox: &mut Mailbox) {
    let email = person.credentials.email.clone();
    let public_url = up.public("");
    match person.stage {
        Stage::Invited | Stage::Holding | Stage::Revoked => {}
        Stage::Applied if !person.unsure => {
            person.notice = Some(mailbox.notice_other_than(&email, None).await);
        }
        Stage::Applied | Stage::PickedUp => {
            let known = person.notice.clone().expect("a notice");
            let waits = person.stage == Stage::PickedUp || {
                let again = send_pickup(&mut person.browser, &public_url, &known).await.expect("an answer");
                again.status == StatusCode::SEE_OTHER
            };
            let file = if waits {
                await_file(&mut person.browser, &public_url).await.expect("an answer")
            } else {
                None
            };
            person.identity = if file.is_some() {
                file
            } else {
                let new = mailbox.notice_other_than(&email, Some(&known)).await;
                assert_eq!(new.reference, known.reference, "the same application, a new PIN");
                Some(pick_up(&mut person.browser, &public_url, &new).await)
            };
            (person.stage, person.unsure) = (Stage::Holding, false);
        }
    }
    person.browser.identity.clone_from(&person.identity);
}

fn logins_of(batch: &str) -> impl Iterator<Item = String> {
    (0..ROWS_PER_ROUND).map(move |row| format!("{batch}-{row:05}"))
}

fn text(record: &Value, name: &str) -> String {
    record[name].as_str().unwrap_or_else(|| panic!("no {name} in {record}")).to_owned()
}
