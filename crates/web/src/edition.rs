//! The state of a record on which a form was begun. A save on an older state is refused, so that it does not
//! overwrite another person's save.
//!
//! A form carries the name of the state that its fields showed. The act compares it with the record under its
//! lock; a form without a name, such as a program's, accepts any state.

use crate::form_fields::FormFields;
use domain::{
    form::{Field, FieldKind, Form},
    refusal::{OnRecord, Problem, Refusal},
};
use std::{
    fmt::Debug,
    hash::{DefaultHasher, Hash, Hasher},
};

/// The form's hidden field.
const FIELD: &str = "begun_on";

/// The name of a state, made from the values in the form's fields. Another release may name it differently,
/// which costs one refused save.
pub(crate) fn edition(shown: &impl Debug) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{shown:?}").hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Whether the form was begun on this state.
pub(crate) fn begun_on(form: &FormFields, shown: &impl Debug) -> bool {
    let named = form.text(FIELD);
    named.is_empty() || named == edition(shown)
}

/// The answer to a save on an older state: the present value of each field that differs.
pub(crate) fn changed(on_record: impl IntoIterator<Item = Refusal>) -> Vec<Refusal> {
    std::iter::once(Refusal::whole(Problem::ChangedMeanwhile { on_record: None })).chain(on_record).collect()
}

/// The answer for a form: the present value of each field where another value was entered.
pub(crate) fn differing<F: Field>(present: &Form<F>, entered: &Form<F>) -> Vec<Refusal> {
    let others = F::ALL.iter().copied().filter(|field| entered.has(*field));
    let others = others.filter(|field| present.text(*field) != entered.text(*field));
    changed(others.map(|field| match field.kind() {
        FieldKind::Text | FieldKind::Secret => text_on_record(field.name(), present.text(field)),
        FieldKind::Tick => tick_on_record(field.name(), present.is_ticked(field)),
        FieldKind::Choice(choices) => choice_on_record(field.name(), choices, present.text(field)),
    }))
}

/// The present value of a text field.
pub(crate) fn text_on_record(field: &'static str, value: &str) -> Refusal {
    Refusal::at(field, Problem::ChangedMeanwhile { on_record: Some(OnRecord::Text(value.to_owned())) })
}

/// The present value of a choice; `choices` as in [`OnRecord::Choice`].
pub(crate) fn choice_on_record(field: &'static str, choices: &'static str, value: &str) -> Refusal {
    Refusal::at(
        field,
        Problem::ChangedMeanwhile { on_record: Some(OnRecord::Choice { choices, value: value.to_owned() }) },
    )
}

/// The present value of a box.
pub(crate) fn tick_on_record(field: &'static str, ticked: bool) -> Refusal {
    choice_on_record(field, "tick", if ticked { "yes" } else { "no" })
}
