//! How records arrive in the view.

use crate::{
    cast::{NOW, at},
    stage::Stage,
};
use domain::certificate::Status;
use gate::{RecordChange, RecordChanges, STALENESS_LIMIT, Snapshot, View};
use std::{sync::atomic::Ordering, time::Duration};

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

#[test]
fn a_part_of_the_changes_does_not_make_the_view_fresh() {
    let view = View::new(STALENESS_LIMIT);
    view.load(Snapshot::default(), at(NOW));
    let later = at(NOW + STALENESS_LIMIT.as_secs() + 1);
    view.apply(RecordChanges { upto: 10, is_complete: false, records: Vec::new() }, later);
    assert_eq!((view.generation(), view.is_fresh(later)), (10, false));
    view.apply(RecordChanges { upto: 12, is_complete: true, records: Vec::new() }, later);
    assert_eq!((view.generation(), view.is_fresh(later)), (12, true));
}

#[test]
fn a_clock_that_is_set_back_keeps_no_old_view_fresh() {
    let view = View::new(STALENESS_LIMIT);
    let (limit, ahead) = (STALENESS_LIMIT.as_secs(), NOW + 86_400);
    view.load(Snapshot::default(), at(ahead));
    for (now, fresh) in [(ahead, true), (ahead + limit, true), (ahead + limit + 1, false), (NOW, false)] {
        assert_eq!(view.is_fresh(at(now)), fresh, "{now}");
    }
    view.apply(RecordChanges { upto: 1, is_complete: true, records: Vec::new() }, at(NOW));
    assert!(view.is_fresh(at(NOW)), "one look at the database is enough");
}

#[tokio::test]
async fn a_backlog_of_many_answers_is_worked_off_without_a_pause() {
    let stage = Stage::set().await;
    stage.source.changes_max.store(1, Ordering::SeqCst);
    for serial in 10..110 {
        let record = stage.a.record(&stage.a.issuer.issue(serial), Status::Good);
        stage.source.put(RecordChange::Certificate(record));
    }
    let revoked = stage.set_status(&stage.a, &stage.taro, Status::Revoked);
    assert!(tokio::time::timeout(HANG, revoked).await.is_ok());
    assert_eq!(stage.browser().holding(&stage.taro).visit("/").await.denial(), Some("revoked"));
}
