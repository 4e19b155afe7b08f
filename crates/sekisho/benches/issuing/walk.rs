//! One build, once: a company's people are imported, apply, pick up, and are shut out.

use crate::{
    figures::Figures,
    mail_server::MailServer,
    mailbox::Notice,
    person::{Credentials, apply, pick_up},
    service::{Service, Settings},
};
use sekisho::letter::ReadMail;
use std::{collections::HashMap, fmt::Write as _, fs, time::Duration};
use tokio::{task::JoinSet, time::Instant};

const COMPANY: &str = "kanto";
/// People who do the same at a time.
const AT_ONCE: usize = 4;
/// A wait that lasts longer is a failure.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often the outbox's mails are counted.
const LOOK: Duration = Duration::from_millis(20);
/// `utime` and `stime` of proc(5) count hundredths of a second on Linux (`USER_HZ`).
const MILLISECONDS_PER_TICK: f64 = 10.0;

/// A walk with so many people.
pub(crate) async fn walk(people: usize) -> Figures {
    let settings = Settings::sqlite();
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    let sheet = service.add_company_with_seats(COMPANY, "admin@kanto.example", people).await;

    let before = processor_time(&service);
    import(&service, people).await;
    let invitations = letters(&mail, people, one_time_password).await;
    let imported = processor_time(&service);

    let credentials = invitations.into_iter().map(|(email, password)| Credentials {
        email,
        password,
        identification_code: sheet.identification_code.clone(),
        data_entry: String::new(),
    });
    let applications = credentials.map(|credentials| {
        let (mut browser, public) = (service.browser(), service.public(""));
        async move {
            apply(&mut browser, &public, &credentials).await.expect("an answer").expect(303);
        }
    });
    together(applications.collect()).await;
    let notices = letters(&mail, people, Notice::of).await;
    let applied = processor_time(&service);

    let pickups = notices.into_values().map(|notice| {
        let (mut browser, public) = (service.browser(), service.public(""));
        async move { drop(pick_up(&mut browser, &public, &notice).await) }
    });
    let pickup_times = together(pickups.collect()).await;
    let picked_up = processor_time(&service);

    let revocation_times = revoke_all(&service, people).await;
    let revoked = processor_time(&service);
    service.kill().await;

    let count = f64::from(u32::try_from(people).expect("a small number"));
    Figures([
        (imported - before) / count,
        (applied - imported) / count,
        (picked_up - applied) / count,
        (revoked - picked_up) / count,
        percentile(&pickup_times, 50),
        percentile(&pickup_times, 95),
        percentile(&revocation_times, 50),
    ])
}

async fn import(service: &Service<'_>, people: usize) {
    let mut csv = "name,family_name,given_name,login,email\n".to_owned();
    for person in 0..people {
        writeln!(csv, "Many {person},Many,Person,many{person},many{person}@kanto.example").expect("writes");
    }
    let file = service.settings.folder().join("people.csv");
    fs::write(&file, csv).expect("writes");
    let file = file.to_str().expect("a path");
    service.act(&["user", "import", file, "--tenant", COMPANY]).await.expect_done();
}

/// Waits until so many people have a letter with what is sought; by address.
async fn letters<T>(
    mail: &MailServer,
    people: usize,
    sought: impl Fn(&ReadMail) -> Option<T>,
) -> HashMap<String, T> {
    let began = Instant::now();
    loop {
        let letters = mail.letters();
        if letters.len() >= people {
            let found = letters.into_iter().filter_map(|(to, letter)| Some((to, sought(&letter)?)));
            let found: HashMap<String, T> = found.collect();
            if found.len() >= people {
                return found;
            }
        }
        assert!(began.elapsed() < PATIENCE, "the mails do not come");
        tokio::time::sleep(LOOK).await;
    }
}

/// The one-time password of an invitation: five groups of four, or more.
fn one_time_password(letter: &ReadMail) -> Option<String> {
    let is_it = |line: &&str| line.len() > 14 && line.split('-').all(|four| matches!(four.len(), 2 | 4));
    letter.text.lines().map(str::trim).find(is_it).map(str::to_owned)
}

/// Does all of it, [`AT_ONCE`] at a time; how long each took, in milliseconds.
async fn together<Work: Future<Output = ()> + Send + 'static>(works: Vec<Work>) -> Vec<f64> {
    let mut times = Vec::with_capacity(works.len());
    let mut running = JoinSet::new();
    for work in works {
        if running.len() == AT_ONCE {
            times.extend(running.join_next().await.expect("one runs").ok());
        }
        running.spawn(async move {
            let began = Instant::now();
            work.await;
            began.elapsed().as_secs_f64() * 1000.0
        });
    }
    let expected = times.len() + running.len();
    times.extend(running.join_all().await);
    assert_eq!(times.len(), expected, "all came through");
    times
}

/// Revokes each certificate by a command of its own; how long each took, in milliseconds.
async fn revoke_all(service: &Service<'_>, people: usize) -> Vec<f64> {
    let listed = service.act(&["certificate", "list", "--tenant", COMPANY, "--json"]).await.expect_done();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed.len(), people, "a certificate each");
    let mut times = Vec::with_capacity(people);
    for certificate in &listed {
        let id = certificate["id"].as_str().expect("an id");
        let began = Instant::now();
        service.act(&["certificate", "revoke", id, "--tenant", COMPANY]).await.expect_done();
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

/// The service's processor time since its start, in milliseconds (proc(5): fields 14 and 15 of `stat`).
fn processor_time(service: &Service<'_>) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", service.program.id())).expect("a running process");
    let (_, after_name) = stat.rsplit_once(')').expect("a name in brackets");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) * MILLISECONDS_PER_TICK
}

fn percentile(times: &[f64], hundredths: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[(times.len() * hundredths).div_ceil(100) - 1]
}
