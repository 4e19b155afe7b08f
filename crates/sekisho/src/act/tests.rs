use super::*;
use crate::{
    command::{ListReach, tenant::TenantCommand},
    output::Record,
};

fn list(all: bool) -> Command {
    Command::Tenant(TenantCommand::List { search: String::new(), reach: ListReach { all, after: None } })
}

/// A list in parts, which records where each part began.
struct Long {
    count: usize,
    count_in_part: usize,
    asked: Vec<String>,
}

impl Long {
    fn part(&mut self, command: &Command) -> Output {
        let mut command = command.clone();
        let after = command.reach().and_then(|reach| reach.after.clone());
        let begin: usize = after.as_deref().map_or(0, |after| after.parse().expect("as it was told"));
        self.asked.extend(after);
        let end = self.count.min(begin + self.count_in_part);
        let records = (begin..end).map(|number| Record::new().with("number", number)).collect();
        Output::Page { records, next: (end < self.count).then(|| end.to_string()) }
    }

    /// The written rows, and the sentence about a cut list.
    async fn shown(&mut self, all: bool, rows_max: usize) -> (Vec<u64>, Option<String>) {
        let mut out = Vec::new();
        let mut shown = Shown { rows_max, ..Shown::of(list(all), OutputFormat::Json, &mut out) };
        let first = self.part(&shown.command);
        shown.take(first, async |command| Ok(self.part(command))).await.expect("shown");
        let cut = shown.cut;
        let rows: Vec<serde_json::Value> = serde_json::from_slice(&out).expect("one JSON array");
        (rows.iter().filter_map(|row| row["number"].as_u64()).collect(), cut)
    }
}

fn rows(count: usize) -> Long {
    Long { count, count_in_part: 4, asked: Vec::new() }
}

#[tokio::test]
async fn a_list_that_is_cut_says_so_and_goes_on_with_all() {
    let (numbers, cut) = rows(25).shown(false, 10).await;
    assert_eq!(numbers, (0..10).collect::<Vec<_>>());
    let cut = cut.expect("a sentence");
    assert!(cut.contains("after 10 rows") && cut.contains("--all"), "{cut}");
    let mut asked = rows(25);
    let (numbers, cut) = asked.shown(true, 10).await;
    assert_eq!((numbers, cut), ((0..25).collect(), None));
    assert_eq!(asked.asked, ["4", "8", "12", "16", "20", "24"], "part by part");
}

#[tokio::test]
async fn a_list_that_ends_at_its_bound_is_not_cut() {
    for (count, max) in [(10, 10), (9, 10), (8, 8), (0, 8), (3, 8)] {
        let (numbers, cut) = rows(count).shown(false, max).await;
        assert_eq!((numbers.len(), cut), (count, None), "{count} of {max}");
    }
    assert!(rows(9).shown(false, 8).await.1.is_some());
    assert!(rows(11).shown(false, 10).await.1.is_some());
}
