//! Measures what importing people, applying, picking up and revoking cost the service: milliseconds of its processor
//! time a person, and how long a pickup takes. Each build of the program walks through all of it in turns, so that two
//! builds are compared on one machine in one run.
//!
//! `cargo xtask bench issue` runs the bench; `--program PATH` names a further build beside the own one.
//!
//! Read next: [`walk`] (one build, once), then [`figures`].

#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../../tests/it/faults/mail_server.rs"]
mod mail_server;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../../tests/it/faults/mailbox.rs"]
mod mailbox;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../../tests/it/faults/person.rs"]
mod person;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../../tests/it/faults/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the suite of served installations, which uses all of it")]
#[path = "../../tests/it/served/server_certificate.rs"]
mod server_certificate;
#[allow(dead_code, reason = "shared with the suite of served installations, which uses all of it")]
#[path = "../../tests/it/served/service.rs"]
mod service;

/// The names by which those modules know one another.
mod faults {
    pub(crate) use crate::{person, program};
}

mod figures;
mod walk;

use figures::Figures;
use program::PROGRAM_VARIABLE;
use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The variable that makes this process one walk; its value is the number of people.
const PEOPLE_VARIABLE: &str = "SEKISHO_ISSUING_PEOPLE";

/// What the command line asks for.
struct Wish {
    people: usize,
    rounds: usize,
    programs: Vec<PathBuf>,
}

impl Wish {
    fn read(mut words: impl Iterator<Item = OsString>) -> Self {
        let mut wish =
            Self { people: 200, rounds: 5, programs: vec![PathBuf::from(env!("CARGO_BIN_EXE_sekisho"))] };
        while let Some(word) = words.next() {
            // Cargo itself adds `--bench`.
            if word == "--bench" {
                continue;
            }
            let value = words.next().unwrap_or_else(|| panic!("{} has no value", word.display()));
            let number = || value.to_str().and_then(|text| text.parse().ok()).expect("a number");
            match word.to_str() {
                Some("--people") => wish.people = number(),
                Some("--rounds") => wish.rounds = number(),
                Some("--program") => wish.programs.push(value.into()),
                _ => panic!("cannot read {}", word.display()),
            }
        }
        wish
    }
}

fn main() {
    if let Ok(people) = std::env::var(PEOPLE_VARIABLE) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let figures = runtime.block_on(walk::walk(people.parse().expect("a number")));
        println!("{}", figures.line());
        return;
    }
    let wish = Wish::read(std::env::args_os().skip(1));
    let mut rounds = vec![Vec::new(); wish.programs.len()];
    for round in 1..=wish.rounds {
        for (program, figures) in wish.programs.iter().zip(&mut rounds) {
            let figure = walked(program, wish.people);
            eprintln!("round {round}, {}: {}", program.display(), figure.line());
            figures.push(figure);
        }
    }
    println!("{} people, medians of {} rounds\n", wish.people, wish.rounds);
    println!("{}", figures::table(&wish.programs, &rounds));
}

/// Runs one walk of this build in a process of its own.
fn walked(program: &PathBuf, people: usize) -> Figures {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .env(PEOPLE_VARIABLE, people.to_string())
        .env(PROGRAM_VARIABLE, program)
        .stderr(Stdio::inherit())
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{} did not come through", program.display());
    Figures::read(&String::from_utf8_lossy(&output.stdout))
}
