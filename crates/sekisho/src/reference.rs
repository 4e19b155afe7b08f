//! The generated pages of the manual: every command, every configuration key, every code of a refusal.
//!
//! They are committed; `sekisho generate --check` fails when a page differs from the output of this binary.

mod codes;

use crate::{cli::Cli, config, exit::Exit};
use clap::{Command, CommandFactory};
use domain::locale::Locale;
use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// Why the pages are refused.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// Some are out of date.
    #[error("out of date: {}; run \"sekisho generate --write\" and commit", .0.join(", "))]
    Stale(Vec<String>),
    /// A page cannot be written.
    #[error("{path}: {source}; run this in the root of the repository")]
    File { path: PathBuf, source: io::Error },
}

/// Path below the root of the repository, and text.
fn pages() -> [(&'static str, String); 5] {
    [
        ("docs/en/config.md", config::reference::page(Locale::En)),
        ("docs/ja/config.md", config::reference::page(Locale::Ja)),
        ("docs/en/cli.md", commands()),
        ("docs/en/codes.md", codes::page(Locale::En)),
        ("docs/ja/codes.md", codes::page(Locale::Ja)),
    ]
}

/// Fails with the names of the pages below `root` that are out of date.
pub fn check(root: &Path) -> Result<(), ReferenceError> {
    let stale: Vec<String> = pages()
        .into_iter()
        .filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path.to_owned())
        .collect();
    if stale.is_empty() { Ok(()) } else { Err(ReferenceError::Stale(stale)) }
}

/// Writes all pages below `root`.
pub fn write(root: &Path) -> Result<(), ReferenceError> {
    for (path, text) in pages() {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.map_err(|source| ReferenceError::File { path, source })?;
    }
    Ok(())
}

/// Width of the help texts on the page, in letters.
const HELP_WIDTH: usize = 100;

/// The page of all commands, Markdown.
pub fn commands() -> String {
    let mut page = "<!-- Made by `sekisho generate --write`; change crates/sekisho/src/cli.rs instead. -->\n# Commands\n".to_owned();
    let mut root = Cli::command().term_width(HELP_WIDTH).max_term_width(HELP_WIDTH);
    root.build();
    page.push_str(&statuses());
    section(&mut page, &mut root, 2);
    page
}

/// The exit statuses, Markdown.
fn statuses() -> String {
    let mut rows = vec![(0, "it was done"), (2, "the command line cannot be read")];
    rows.extend(Exit::ALL.map(|exit| (exit.status(), exit.meaning())));
    rows.sort_unstable();
    let mut text = "\nWhere something is not done, one sentence on standard error says why, and scripts see it from the exit status:\n\n\
                    | status | |\n|---|---|\n"
        .to_owned();
    for (status, meaning) in rows {
        _ = writeln!(text, "| {status} | {meaning} |");
    }
    text.push_str(
        "\nThe sentence of 3, 4 and 75 ends with the [code](codes.md) of the refusal, as in `sekisho: … [email-taken]`. With `--json` \
         standard error carries one JSON object instead: `error` (the sentence), `code` (null for a failure without one), `status`, and \
         `refusals`, each with `code` and, where there are any, `field` and `values`.\n",
    );
    text
}

fn section(page: &mut String, command: &mut Command, level: usize) {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    _ = write!(page, "\n{} `{name}`\n\n```text\n{}\n```\n", "#".repeat(level), help.join("\n").trim());
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(sub) = command.find_subcommand_mut(name) {
            section(page, sub, (level + 1).min(4));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_were_written_are_fresh_and_a_changed_one_is_named() {
        let root = tempfile::tempdir().expect("folder");
        write(root.path()).expect("write");
        assert!(check(root.path()).is_ok());
        fs::write(root.path().join("docs/en/cli.md"), "old").expect("change");
        let sentence = check(root.path()).expect_err("stale").to_string();
        assert!(sentence.contains("docs/en/cli.md") && !sentence.contains("config.md"), "{sentence}");
    }

    #[test]
    fn every_act_has_a_section() {
        let page = commands();
        for act in ["sekisho up", "sekisho tenant add", "sekisho certificate revoke", "sekisho audit verify"]
        {
            assert!(page.contains(&format!("`{act}`\n")), "{act}");
        }
    }
}
