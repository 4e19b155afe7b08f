//! The statements of lists of users: one list for each subset, whole or searched, read from either side of a place.

use super::columns;
use crate::backend::{Statement, statements};
use domain::user::UserSubset;

/// The patterns of a search, in a page's statement or in the statement of its total. PostgreSQL escapes by the backslash
/// without `ESCAPE`; with it, PostgreSQL would compile the pattern anew for each row. For three bare patterns its planner
/// expects almost no rows, and would sort all texts instead of reading them in their order; for `COALESCE` it expects half.
macro_rules! words {
    (page sqlite) => { words!("$5" "$6" "$7" " ESCAPE '\\'") };
    (page postgres) => { words!("$5" "$6" "$7" "") };
    (total sqlite) => { words!("$3" "$4" "$5" " ESCAPE '\\'") };
    (total postgres) => { words!("$3" "$4" "$5" "") };
    ($first:literal $second:literal $third:literal $escape:literal) => {
        concat!(
            "search_text LIKE ", $first, $escape, " AND COALESCE(search_text LIKE ", $second, $escape,
            " AND search_text LIKE ", $third, $escape, ", FALSE)"
        )
    };
}

/// A subset of the users of the tenant `$1`: a table `u` with what is asked of it.
macro_rules! people {
    (all) => {
        "user_account u WHERE u.tenant_id = $1"
    };
    (found $statement:ident $backend:ident) => {
        concat!("user_search u WHERE u.tenant_id = $1 AND ", words!($statement $backend))
    };
    (at $progress:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1 AND u.progress = ", $progress)
    };
    (found $statement:ident $backend:ident at $progress:literal) => {
        concat!(people!(found $statement $backend), " AND u.progress = ", $progress)
    };
    (ending $from:literal $until:literal) => {
        concat!("user_account u WHERE u.tenant_id = $1", people!(ends $from $until))
    };
    (found $statement:ident $backend:ident ending $from:literal $until:literal) => {
        concat!(people!(found $statement $backend), people!(ends $from $until))
    };
    (ends $from:literal $until:literal) => {
        concat!(" AND u.certificate_ends_at >= ", $from, " AND u.certificate_ends_at < ", $until)
    };
    (mail_trouble) => {
        "user_account u WHERE u.tenant_id = $1 AND u.id IN (SELECT m.user_id FROM mail_delivery m WHERE m.tenant_id = $1
             AND m.standing IN ('delayed', 'refused', 'given-up') AND m.standing <> 'sent')"
    };
    (found $statement:ident $backend:ident mail_trouble) => {
        concat!(
            people!(mail_trouble),
            " AND EXISTS (SELECT 1 FROM user_search s WHERE s.tenant_id = $1 AND s.list_key = u.list_key AND s.id = u.id
                 AND s.",
            words!($statement $backend),
            ")"
        )
    };
}

/// `$3` records at most, whose places are on one side of `$2`. Certificates are valid at the moment `$4`.
macro_rules! page {
    ($side:literal, $order:literal, $($subset:tt)+) => {
        concat!(
            "SELECT ",
            columns!(),
            ", list_key, progress, (SELECT COUNT(*) FROM certificate c WHERE c.tenant_id = $1
                 AND c.user_id = user_account.id AND c.state = 'valid' AND c.not_after >= $4 AND user_account.state = 'active') AS valid_certificates,
                 (SELECT m.standing FROM mail_delivery m WHERE m.tenant_id = $1 AND m.user_id = user_account.id) AS mail
             FROM (SELECT u.id AS found, u.list_key AS place FROM ",
            people!($($subset)+),
            " AND u.list_key ", $side, " $2 ORDER BY u.list_key", $order, " LIMIT $3) AS page
             JOIN user_account ON user_account.tenant_id = $1 AND user_account.id = page.found
             ORDER BY page.place", $order
        )
    };
}
macro_rules! behind {
    ($($subset:tt)+) => { page!(">", "", $($subset)+) };
}
macro_rules! before {
    ($($subset:tt)+) => { page!("<", " DESC", $($subset)+) };
}

/// How many are found by a search whose places are on one side of `$2`.
macro_rules! total {
    ($side:literal, $($subset:tt)+) => {
        concat!("SELECT COUNT(*) AS count FROM ", people!($($subset)+), " AND u.list_key ", $side, " $2")
    };
}

statements! {
    ALL_BEHIND = shared(behind!(all));
    ALL_BEFORE = shared(before!(all));
    ALL_FOUND_BEHIND = per_backend(behind!(found page sqlite), behind!(found page postgres));
    ALL_FOUND_BEFORE = per_backend(before!(found page sqlite), before!(found page postgres));
    ALL_FOUND_TO = per_backend(
        total!("<=", found total sqlite),
        total!("<=", found total postgres),
    );
    ALL_FOUND_FROM = per_backend(
        total!(">", found total sqlite),
        total!(">", found total postgres),
    );
    AT_BEHIND = shared(behind!(at "$5"));
    AT_BEFORE = shared(before!(at "$5"));
    AT_FOUND_BEHIND = per_backend(behind!(found page sqlite at "$8"), behind!(found page postgres at "$8"));
    AT_FOUND_BEFORE = per_backend(before!(found page sqlite at "$8"), before!(found page postgres at "$8"));
    AT_FOUND_TO = per_backend(
        total!("<=", found total sqlite at "$6"),
        total!("<=", found total postgres at "$6"),
    );
    AT_FOUND_FROM = per_backend(
        total!(">", found total sqlite at "$6"),
        total!(">", found total postgres at "$6"),
    );
    ENDING_BEHIND = shared(behind!(ending "$5" "$6"));
    ENDING_BEFORE = shared(before!(ending "$5" "$6"));
    ENDING_FOUND_BEHIND = per_backend(
        behind!(found page sqlite ending "$8" "$9"),
        behind!(found page postgres ending "$8" "$9"),
    );
    ENDING_FOUND_BEFORE = per_backend(
        before!(found page sqlite ending "$8" "$9"),
        before!(found page postgres ending "$8" "$9"),
    );
    ENDING_FOUND_TO = per_backend(
        total!("<=", found total sqlite ending "$6" "$7"),
        total!("<=", found total postgres ending "$6" "$7"),
    );
    ENDING_FOUND_FROM = per_backend(
        total!(">", found total sqlite ending "$6" "$7"),
        total!(">", found total postgres ending "$6" "$7"),
    );
    MAIL_TROUBLE_BEHIND = shared(behind!(mail_trouble));
    MAIL_TROUBLE_BEFORE = shared(before!(mail_trouble));
    MAIL_TROUBLE_FOUND_BEHIND = per_backend(
        behind!(found page sqlite mail_trouble),
        behind!(found page postgres mail_trouble),
    );
    MAIL_TROUBLE_FOUND_BEFORE = per_backend(
        before!(found page sqlite mail_trouble),
        before!(found page postgres mail_trouble),
    );
    MAIL_TROUBLE_FOUND_TO = per_backend(
        total!("<=", found total sqlite mail_trouble),
        total!("<=", found total postgres mail_trouble),
    );
    MAIL_TROUBLE_FOUND_FROM = per_backend(
        total!(">", found total sqlite mail_trouble),
        total!(">", found total postgres mail_trouble),
    );
}

/// The statements of a subset.
pub(super) struct ListStatements {
    /// Without a search, and with one.
    pub(super) behind: [&'static Statement; 2],
    pub(super) before: [&'static Statement; 2],
    /// How many a search finds up to a place, and behind one.
    pub(super) found_to: &'static Statement,
    pub(super) found_from: &'static Statement,
}

impl ListStatements {
    pub(super) fn of(subset: Option<UserSubset>) -> Self {
        match subset {
            None => Self {
                behind: [&ALL_BEHIND, &ALL_FOUND_BEHIND],
                before: [&ALL_BEFORE, &ALL_FOUND_BEFORE],
                found_to: &ALL_FOUND_TO,
                found_from: &ALL_FOUND_FROM,
            },
            Some(UserSubset::At(_)) => Self {
                behind: [&AT_BEHIND, &AT_FOUND_BEHIND],
                before: [&AT_BEFORE, &AT_FOUND_BEFORE],
                found_to: &AT_FOUND_TO,
                found_from: &AT_FOUND_FROM,
            },
            Some(UserSubset::EndingSoon | UserSubset::EndingBetween { .. }) => Self {
                behind: [&ENDING_BEHIND, &ENDING_FOUND_BEHIND],
                before: [&ENDING_BEFORE, &ENDING_FOUND_BEFORE],
                found_to: &ENDING_FOUND_TO,
                found_from: &ENDING_FOUND_FROM,
            },
            Some(UserSubset::MailTrouble) => Self {
                behind: [&MAIL_TROUBLE_BEHIND, &MAIL_TROUBLE_FOUND_BEHIND],
                before: [&MAIL_TROUBLE_BEFORE, &MAIL_TROUBLE_FOUND_BEFORE],
                found_to: &MAIL_TROUBLE_FOUND_TO,
                found_from: &MAIL_TROUBLE_FOUND_FROM,
            },
        }
    }
}
