//! The steps that cargo does itself, and the product's own tour.

use std::process::Command;

use crate::command::{run, run_quietly};
use crate::failure::Failure;
use crate::pictures;
use crate::postgres::Cluster;
use crate::python::Environment;
use crate::workspace::{binary, cargo, root};

pub(crate) fn check_format() -> Result<(), Failure> {
    run(cargo().args(["fmt", "--all", "--check"]))
}

pub(crate) fn clippy() -> Result<(), Failure> {
    run(cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

/// Every unit, integration and documentation test, with both databases and every foreign reader at hand.
pub(crate) fn test() -> Result<(), Failure> {
    let environment = Environment::prepare()?;
    let cluster = Cluster::start()?;
    run(cargo()
        .args(["test", "--locked", "--workspace"])
        .env("PATH", environment.search_path())
        .env("SEKISHO_TEST_POSTGRES_URL", cluster.url())
        .env("SEKISHO_REQUIRE_POSTGRES", "1")
        .env("SEKISHO_REQUIRE_READERS", "1")
        .env("SEKISHO_PYTHON", environment.program("python")))
}

/// The flood suite with the bounds that the design promises, on an optimised build; its figures are printed.
pub(crate) fn floods() -> Result<(), Failure> {
    let environment = Environment::prepare()?;
    let cluster = Cluster::start()?;
    let words = ["test", "--locked", "--release", "--package", "sekisho", "--test", "floods"];
    run(cargo()
        .args(words)
        .args(["--", "--nocapture", "--test-threads=1"])
        .env("SEKISHO_FLOODS", "exact")
        .env("SEKISHO_TEST_POSTGRES_URL", cluster.url())
        .env("SEKISHO_REQUIRE_POSTGRES", "1")
        .env("SEKISHO_PYTHON", environment.program("python")))
}

/// How long lists and counts take with 100,000 people and 1,000,000 certificates; a table is printed.
pub(crate) fn lists() -> Result<(), Failure> {
    let cluster = Cluster::start()?;
    run(cargo()
        .args(["bench", "--locked", "--package", "store", "--bench", "lists"])
        .env("SEKISHO_TEST_POSTGRES_URL", cluster.url()))
}

/// What importing, applying, picking up and revoking cost; a table is printed.
pub(crate) fn bench_issue(words: &[&str]) -> Result<(), Failure> {
    run(cargo().args(["bench", "--locked", "--package", "sekisho", "--bench", "issuing", "--"]).args(words))
}

pub(crate) fn docs() -> Result<(), Failure> {
    // The first words of a module name the next one to read, which is often private: the pages are for
    // developers of the project.
    let words = ["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"];
    let flags = "--deny warnings --allow rustdoc::private_intra_doc_links";
    run(cargo().args(words).env("RUSTDOCFLAGS", flags))?;
    pictures::check_kept()
}

/// Builds the product as `cargo run` would.
pub(crate) fn build() -> Result<(), Failure> {
    run(cargo().args(["build", "--locked", "--package", "sekisho"]))
}

/// A tour that prints no step proves nothing, so an empty output fails, too.
pub(crate) fn tour() -> Result<(), Failure> {
    build()?;
    let output = run_quietly(Command::new(binary()).arg("tour").current_dir(root()))?;
    let told = String::from_utf8_lossy(&output.stdout);
    if told.trim().is_empty() {
        return Err(Failure::Silent { command: "sekisho tour".to_owned() });
    }
    print!("{told}");
    Ok(())
}
