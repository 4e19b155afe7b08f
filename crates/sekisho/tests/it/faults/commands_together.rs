//! Commands at the same moment: none takes another's place, and each reports the truth.

use super::{
    person::Credentials,
    program::{Said, run, sekisho},
    up::{Up, act},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

/// How many commands run at the same moment.
const TOGETHER: usize = 6;

fn company(slug: &str) -> Vec<String> {
    let address = format!("admin@{slug}.example");
    let args =
        ["tenant", "add", slug, "--name", slug, "--organization", "Kanto Ltd.", "--contract-number", "1"];
    let rest = ["--seats", "5", "--valid-until", "2099-12-31", "--administrator-name", "Kanto"];
    [&args[..], &rest, &["--administrator-email", &address]].concat().into_iter().map(str::to_owned).collect()
}

fn slug(number: usize) -> String {
    format!("together-{number}")
}

/// Runs commands at the same moment, each with its own words after `data`.
async fn at_once(data: &Path, commands: Vec<Vec<String>>) -> Vec<Said> {
    let run_one = |words: Vec<String>| {
        let mut command = sekisho(&words.iter().map(String::as_str).collect::<Vec<_>>());
        command.arg("--data").arg(data);
        tokio::spawn(run(command))
    };
    let under_way: Vec<_> = commands.into_iter().map(run_one).collect();
    let mut said = Vec::new();
    for one in under_way {
        said.push(one.await.expect("it runs"));
    }
    said
}

async fn tenants(data: &Path) -> BTreeSet<String> {
    let out = act(data, &["tenant", "list", "--json"]).await.expect_done();
    let rows: Vec<Value> = serde_json::from_str(&out).expect("JSON");
    rows.iter().map(|row| row["slug"].as_str().expect("a slug").to_owned()).collect()
}

/// The contents of the sheet in a folder, which belongs to the file beside it.
fn handed_over(folder: &Path, number: Option<usize>) -> Credentials {
    let name = |stem: &str, extension: &str| match number {
        None => folder.join(format!("{stem}.{extension}")),
        Some(number) => folder.join(format!("{stem}.{number}.{extension}")),
    };
    let read = |path: PathBuf| {
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", path.display()))
    };
    let sheet = Credentials::on_sheet(&read(name("sheet", "html")), &read(name("data_entry", "txt")), "");
    let code = sheet.identification_code.replace('-', "");
    assert!(sheet.data_entry.replace('-', "").contains(&code), "of one tenant: {sheet:?}");
    sheet
}

fn probes_left(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

async fn all_are_added_with_their_sheets(data: &Path) {
    for said in at_once(data, (0..TOGETHER).map(|number| company(&slug(number))).collect()).await {
        said.expect_done();
    }
    let there = tenants(data).await;
    let mut codes = BTreeSet::new();
    for number in 0..TOGETHER {
        assert!(there.contains(&slug(number)), "{number} not in {there:?}");
        codes.insert(handed_over(&data.join("sheets").join(slug(number)), None).identification_code);
    }
    assert_eq!(codes.len(), TOGETHER, "each its own");
    assert_eq!(probes_left(&data.join("sheets")), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_added_at_the_same_moment_beside_a_server_are_all_there_with_their_sheets() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    all_are_added_with_their_sheets(&up.folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_added_at_the_same_moment_without_a_server_are_all_there_with_their_sheets() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let data = up.folder.clone();
    up.kill().await;
    all_are_added_with_their_sheets(&data).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_of_many_tenants_in_one_folder_are_all_kept_as_pairs() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let sheets = place.path().join("sheets");
    let into = |number: usize| {
        let folder = sheets.to_str().expect("a path").to_owned();
        [company(&slug(number)), vec!["--sheet-dir".to_owned(), folder]].concat()
    };
    for said in at_once(&up.folder, (0..TOGETHER).map(into).collect()).await {
        said.expect_done();
    }
    let mut codes = BTreeSet::from([handed_over(&sheets, None).identification_code]);
    codes.extend((1..TOGETHER).map(|number| handed_over(&sheets, Some(number)).identification_code));
    assert_eq!(codes.len(), TOGETHER, "no sheet took another one's place");
    let newest = handed_over(&sheets, None).identification_code;
    let said = at_once(&up.folder, vec![into(TOGETHER)]).await.pop().expect("one").expect_done();
    assert!(said.contains("sheet.6.html"), "where the former sheet is now: {said}");
    assert_eq!(handed_over(&sheets, Some(TOGETHER)).identification_code, newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_a_command_that_is_under_way_and_a_command_for_a_start() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    let up = Up::start(&data).await;
    up.kill().await;
    let lock = sekisho::data_folder::FolderLock::take(&data).expect("as a command would");
    let starting = tokio::spawn({
        let data = data.clone();
        async move { Up::try_start(&data).await }
    });
    let listing = tokio::spawn({
        let data = data.clone();
        async move { act(&data, &["tenant", "list"]).await }
    });
    // Both commands have met the lock by then, or meet none: the test does not depend on the moment.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    drop(lock);
    let up = starting.await.expect("it runs").unwrap_or_else(|said| panic!("{said:?}"));
    listing.await.expect("it runs").expect_done();
    up.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_takes_no_sheet_is_told_before_anything_is_done() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let file = place.path().join("file");
    fs::write(&file, "a file").expect("writes");
    let words = company("nowhere");
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let beneath = file.join("sheets");
    words.extend(["--sheet-dir", beneath.to_str().expect("a path")]);
    let said = up.act(&words).await;
    let sentence = said.sentence();
    assert!(sentence.contains("nothing was done") && sentence.contains("--sheet-dir"), "{sentence}");
    assert!(!tenants(&up.folder).await.contains("nowhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_but_could_not_be_handed_over_says_so_and_how_to_get_it() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    // The folder can be written before the act; a folder in the sheet's own place is found only afterwards.
    let blocked = up.folder.join("sheets/blocked");
    fs::create_dir_all(blocked.join("data_entry.txt/in the way")).expect("a folder");
    let words = company("blocked");
    let said = up.act(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let sentence = said.sentence().to_owned();
    for part in ["tenant blocked added", "data_entry.txt", "not written", "sekisho tenant sheet blocked"] {
        assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
    }
    assert!(!sentence.contains("nothing was done"), "{sentence}");
    assert!(tenants(&up.folder).await.contains("blocked"));
    fs::remove_dir_all(blocked.join("data_entry.txt")).expect("out of the way");
    up.act(&["tenant", "sheet", "blocked"]).await.expect_done();
    handed_over(&blocked, None);

    let slips = up.folder.join("sheets/operators/slip-bob.txt");
    fs::create_dir_all(slips.join("in the way")).expect("a folder");
    let operator = ["operator", "add", "--name", "Bob", "--family-name", "B", "--given-name", "B", "--email"];
    let said = up.act(&[&operator[..], &["bob@sekisho.example"]].concat()).await;
    let again =
        said.sentence().split("\"sekisho ").nth(1).expect("a command").split('"').next().expect("its end");
    fs::remove_dir_all(&slips).expect("out of the way");
    up.act(&again.split(' ').collect::<Vec<_>>()).await.expect_done();
    let slip = up.folder.join("sheets/console/slip-bob.txt");
    assert!(fs::read_to_string(slip).expect("a slip").contains("one-time password: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_status_tells_scripts_what_kind_of_no_it_is() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let words = company("twice");
    let twice: Vec<&str> = words.iter().map(String::as_str).collect();
    up.act(&twice).await.expect_done();
    let kinds: [(&[&str], i32); 5] = [
        (&["tenant", "list", "--no-such-option"], 2),
        (&twice, 3),
        (&["mail", "test", "no address"], 3),
        (&["tenant", "show", "nowhere"], 4),
        (&["user", "show", "nobody", "--tenant", "twice"], 4),
    ];
    for (words, code) in kinds {
        let said = up.act(words).await;
        assert_eq!(said.code, Some(code), "{words:?} {said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_whose_answer_cannot_be_printed_says_that_it_was_done() {
    let place = tempfile::tempdir().expect("a folder");
    let up = Up::start(&place.path().join("data")).await;
    let words = company("untold");
    let mut command = sekisho(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
    command.arg("--data").arg(&up.folder).stdout(full).stderr(Stdio::piped());
    let ended = command.spawn().expect("it starts").wait_with_output().await.expect("it ends");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("is done all the same"), "{told}");
    assert!(tenants(&up.folder).await.contains("untold"));
}
