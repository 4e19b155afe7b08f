//! Which people a list or an act is about, as an address or a form says it.

use crate::{
    failure::Failure,
    listing::{ROWS_PER_PAGE, place, search},
};
use domain::{
    end_month::EndMonth,
    list_key::ListKey,
    time::Timestamp,
    user::{GroupKey, Role, UserSubset},
};
use jiff::tz::TimeZone;
use store::users::{UserFilter, UserRow, UsersAt, UsersFound};
use templates::desk::{FilterField, Filters, Picked, ends_in, month_in};

/// The path of the list.
pub(super) const USERS: &str = "/users";

/// The roles that the filter offers.
pub(super) const ROLES: [Role; 3] = [Role::Administrator, Role::Auditor, Role::User];

/// For how many months, the present one included, ends of certificates are shown.
const MONTHS_SHOWN: usize = 6;

/// The months in which ends of certificates are shown.
pub(super) fn months(zone: &TimeZone, now: Timestamp) -> Vec<EndMonth> {
    EndMonth::of(now, zone).onward().take(MONTHS_SHOWN).collect()
}

/// Those whose certificate ends in a month and has not ended at `now`.
pub(super) fn ending_in(month: EndMonth, zone: &TimeZone, now: Timestamp) -> UserSubset {
    let (from, until) = month.span(zone);
    UserSubset::EndingBetween { from: from.max(now), until }
}

/// What is asked of people, all of it at once.
#[derive(Debug, Clone, Default)]
pub(super) struct PeopleFilter {
    pub(super) search: String,
    pub(super) subset: Option<UserSubset>,
    /// The month in which a certificate ends, in place of a subset.
    pub(super) month: Option<EndMonth>,
    pub(super) role: Option<Role>,
    pub(super) group: Option<GroupKey>,
}

impl PeopleFilter {
    /// Reads the fields of an address or a form; what is no value of a filter is no filter.
    pub(super) fn read<'a>(text: impl Fn(&str) -> &'a str) -> Self {
        let (progress, role) = (text(FilterField::Progress.name()), text(FilterField::Role.name()));
        Self {
            search: search(text(FilterField::Search.name())),
            subset: UserSubset::ALL.into_iter().find(|subset| subset.name() == progress),
            month: month_in(progress),
            role: ROLES.into_iter().find(|known| known.name() == role),
            group: GroupKey::parse(&text(FilterField::Group.name()).to_ascii_lowercase()),
        }
    }

    /// As the store is asked at `now`; months are those of the service's time zone.
    pub(super) fn asked(&self, zone: &TimeZone, now: Timestamp) -> UserFilter<'_> {
        let subset = self.month.map(|month| ending_in(month, zone, now)).or(self.subset);
        UserFilter { search: &self.search, subset, role: self.role, group: self.group.as_ref() }
    }

    /// The fields that are set.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let fields = FilterField::ALL.map(|field| (field.name(), self.text(field)));
        fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn text(&self, field: FilterField) -> String {
        let text = match (field, self.month) {
            (FilterField::Progress, Some(month)) => return ends_in(month),
            (FilterField::Search, _) => &self.search,
            (FilterField::Progress, None) => self.subset.map_or("", UserSubset::name),
            (FilterField::Role, _) => self.role.map_or("", Role::name),
            (FilterField::Group, _) => self.group.as_ref().map_or("", GroupKey::as_str),
        };
        text.to_owned()
    }

    /// The address of the list of these people.
    pub(super) fn list(&self) -> String {
        self.address(&[])
    }

    /// The filter as the list shows it, with the groups and months that can be chosen.
    pub(super) fn shown(&self, groups: &[GroupKey], months: Vec<EndMonth>) -> Filters {
        Filters {
            query: self.search.clone(),
            subset: self.subset,
            month: self.month,
            months,
            role: self.role,
            group: self.text(FilterField::Group),
            groups: groups.iter().map(|group| group.as_str().to_owned()).collect(),
            parts: self.parts(),
        }
    }

    /// Each field that is set, with the address of the list without it.
    fn parts(&self) -> Vec<(FilterField, String)> {
        let is_set = |field: &FilterField| !self.text(*field).is_empty();
        FilterField::ALL.into_iter().filter(is_set).map(|field| (field, self.without(field).list())).collect()
    }

    fn without(&self, field: FilterField) -> Self {
        let mut rest = self.clone();
        match field {
            FilterField::Search => rest.search.clear(),
            FilterField::Progress => (rest.subset, rest.month) = (None, None),
            FilterField::Role => rest.role = None,
            FilterField::Group => rest.group = None,
        }
        rest
    }

    fn address(&self, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(more);
        query.extend_pairs(self.fields());
        match query.finish() {
            query if query.is_empty() => USERS.to_owned(),
            query => format!("{USERS}?{query}"),
        }
    }
}

/// The query of the list's address: whom, which page of them, who of these is selected, and what was just done.
#[derive(Debug, Clone)]
pub(super) struct PeopleQuery {
    pub(super) filter: PeopleFilter,
    pub(super) at: UsersAt,
    /// The number of the page's first row, as far as the address knows it.
    from: u32,
    pub(super) picked: Picked,
    pub(super) done: String,
}

impl PeopleQuery {
    /// Reads the pairs of an address.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Failure> {
        let text = |name: &str| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
        let after = place(text("after"), ListKey::parse)?.map(UsersAt::After);
        let before = place(text("before"), ListKey::parse)?.map(UsersAt::Before);
        Ok(Self {
            filter: PeopleFilter::read(text),
            at: before.or(after).unwrap_or(UsersAt::First),
            from: text("from").parse().unwrap_or(1),
            picked: Picked::ALL.into_iter().find(|picked| picked.name() == text("pick")).unwrap_or_default(),
            done: text("done").to_owned(),
        })
    }

    /// The number of the first row that was found. The ends of the list put right what the address says: others were
    /// added or removed since.
    pub(super) fn from(&self, found: &UsersFound, total: u32) -> u32 {
        let rows = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
        let last = total.saturating_sub(rows) + 1;
        match (found.before, found.behind) {
            (false, _) => 1,
            (true, false) => last,
            (true, true) => self.from.clamp(2, last),
        }
    }

    /// The address of the first page; `None` on that page itself.
    pub(super) fn first(&self) -> Option<String> {
        (self.at != UsersAt::First).then(|| self.filter.list())
    }

    /// The address of the page behind the last row of this one.
    pub(super) fn next(&self, found: &UsersFound, from: u32) -> Option<String> {
        let row = found.rows.last().filter(|_| found.behind)?;
        let rows = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
        Some(self.page("after", row, from.saturating_add(rows)))
    }

    /// The address of the page before the first row of this one.
    pub(super) fn previous(&self, found: &UsersFound, from: u32) -> Option<String> {
        let row = found.rows.first().filter(|_| found.before)?;
        Some(self.page("before", row, from.saturating_sub(ROWS_PER_PAGE).max(1)))
    }

    fn page(&self, side: &str, row: &UserRow, from: u32) -> String {
        self.filter.address(&[(side, row.key.as_str()), ("from", &from.to_string())])
    }

    /// The address of this page with these people selected.
    pub(super) fn picking(&self, picked: Picked) -> String {
        let from = self.from.to_string();
        let mut more = match &self.at {
            UsersAt::First => Vec::new(),
            UsersAt::After(key) => vec![("after", key.as_str()), ("from", &from)],
            UsersAt::Before(key) => vec![("before", key.as_str()), ("from", &from)],
        };
        if picked != Picked::Ticked {
            more.push(("pick", picked.name()));
        }
        self.filter.address(&more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> PeopleQuery {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        PeopleQuery::read(&pairs).unwrap()
    }

    #[test]
    fn addresses_keep_what_is_asked_and_break_out_of_nothing() {
        let asked =
            query("q=+山%26x%3D%221%22+&progress=invited&role=auditor&group=Sales&after=1a&from=51&foo=1");
        let whom = "q=%E5%B1%B1%26x%3D%221%22&progress=invited&role=auditor&group=sales";
        assert_eq!(asked.filter.list(), format!("/users?{whom}"));
        assert_eq!(asked.picking(Picked::Page), format!("/users?after=1a&from=51&pick=page&{whom}"));
        assert_eq!(asked.picking(Picked::Ticked), format!("/users?after=1a&from=51&{whom}"));
        let without: Vec<_> = asked.filter.parts().into_iter().map(|(_, address)| address).collect();
        assert_eq!(without[3], "/users?q=%E5%B1%B1%26x%3D%221%22&progress=invited&role=auditor");
        assert_eq!(without.len(), 4);
        assert_eq!(asked.first(), Some(asked.filter.list()));
    }

    #[test]
    fn what_is_no_filter_is_none() {
        let asked = query("progress=any&role=operator&group=&q=%00&pick=many&from=x");
        assert_eq!((asked.filter.list().as_str(), asked.first()), ("/users", None));
        assert_eq!(asked.picked, Picked::Ticked);
        assert!(asked.filter.parts().is_empty());
    }
}
