//! Form controls with label, hint and error, and the summary of the errors.
//!
//! A template writes `{{ form.text(UserField::Email).required() }}`. The form gives the field's name, its
//! typed text, label and error; `for` and `aria-describedby` connect label, hint and error with the control.

use crate::{
    problem,
    voice::{Phrase, Voice},
};
use askama::{Template, filters::HtmlSafe};
use domain::{
    device::DeviceType,
    form::{Field, FieldKind, Form},
    pickup_form::PickupField,
    refusal::Refusal,
};
use std::{borrow::Borrow, cell::RefCell, ops::Deref};

/// A [`Form`] on a page: makes the controls, each with its typed text.
pub(crate) struct FormView<'a, F: Ord> {
    form: &'a Form<F>,
    controls: Controls<'a>,
}

impl<'a, F: Field> FormView<'a, F> {
    pub(crate) fn new(form: &'a Form<F>, t: &Voice) -> Self {
        Self { form, controls: Controls::new(t, form.errors()) }
    }

    /// The controls for questions besides the form's fields.
    pub(crate) fn plain(&self) -> &Controls<'a> {
        &self.controls
    }

    pub(crate) fn text(&self, field: impl Borrow<F>) -> Control {
        self.controls.text(field.borrow().name(), self.form.shown(*field.borrow()))
    }

    pub(crate) fn email(&self, field: impl Borrow<F>) -> Control {
        self.controls.email(field.borrow().name(), self.form.shown(*field.borrow()))
    }

    pub(crate) fn date(&self, field: impl Borrow<F>) -> Control {
        self.controls.date(field.borrow().name(), self.form.shown(*field.borrow()))
    }

    pub(crate) fn number(&self, field: impl Borrow<F>) -> Control {
        self.controls.number(field.borrow().name(), self.form.shown(*field.borrow()))
    }

    pub(crate) fn area(&self, field: impl Borrow<F>) -> Control {
        self.controls.area(field.borrow().name(), self.form.shown(*field.borrow()))
    }

    pub(crate) fn password(&self, field: impl Borrow<F>) -> Control {
        self.controls.password(field.borrow().name())
    }

    pub(crate) fn file(&self, field: impl Borrow<F>) -> Control {
        self.controls.file(field.borrow().name())
    }

    pub(crate) fn press(&self, field: impl Borrow<F>, key: &'static str) -> Control {
        self.controls.press(field.borrow().name(), key)
    }

    pub(crate) fn check(&self, field: impl Borrow<F>) -> Control {
        self.controls.check(field.borrow().name(), self.form.is_ticked(*field.borrow()))
    }

    /// A choice among `values`.
    pub(crate) fn select(&self, field: impl Borrow<F>, values: &[&str]) -> Control {
        let field = *field.borrow();
        self.controls.select(field.name(), choices(field), values, self.form.text(field))
    }
}

impl<F: Field> FormView<'_, F> {
    /// A choice among values, each with its own label.
    pub(crate) fn choice_of(&self, field: F, values: Vec<(String, String)>) -> Control {
        self.controls.choice(field.name(), values, self.form.text(field))
    }

    pub(crate) fn say(&self, key: impl AsRef<str>) -> Phrase {
        self.controls.t.say(key)
    }
}

impl FormView<'_, PickupField> {
    /// The kinds of device.
    pub(crate) fn device_type(&self) -> Control {
        let (field, names) = (PickupField::DeviceType, DeviceType::ALL.map(DeviceType::name));
        self.controls.radios(field.name(), choices(field), &names, self.form.text(field))
    }
}

impl<'a, F: Ord> Deref for FormView<'a, F> {
    type Target = Controls<'a>;

    fn deref(&self) -> &Controls<'a> {
        &self.controls
    }
}

/// The prefix of the texts of a field's values.
fn choices(field: impl Field) -> &'static str {
    match field.kind() {
        FieldKind::Choice(prefix) => prefix,
        FieldKind::Tick => "tick",
        FieldKind::Text | FieldKind::Secret => "",
    }
}

/// Controls of a page without a [`Form`]: a search, a question with one field. It contains the errors.
pub(crate) struct Controls<'a> {
    t: Voice,
    errors: &'a [Refusal],
    /// The fields that were rendered so far, in the page's order.
    shown: RefCell<Vec<&'static str>>,
}

impl<'a> Controls<'a> {
    pub(crate) fn new(t: &Voice, errors: &'a [Refusal]) -> Self {
        Self { t: t.clone(), errors, shown: RefCell::default() }
    }

    /// Whether there are errors.
    pub(crate) fn failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// All errors, each with a link to its field, for the top of the page: those about the whole form, then those
    /// at fields, in the page's order. The order is known once the page was rendered.
    pub(crate) fn summary(&self) -> Summary {
        let shown = self.shown.borrow();
        let place = |error: &&Refusal| {
            error.field.map(|field| shown.iter().position(|name| *name == field).unwrap_or(shown.len()))
        };
        let mut errors: Vec<&Refusal> = self.errors.iter().collect();
        errors.sort_by_key(place);
        let line = |error: &Refusal| SummaryLine {
            field: error.field,
            label: error
                .field
                .filter(|_| !problem::names_its_field(error.code()))
                .map(|field| label(field, &self.t)),
            message: problem::text(&error.problem, &self.t),
        };
        Summary { title: self.t.say("form-errors"), lines: errors.into_iter().map(line).collect() }
    }

    pub(crate) fn text(&self, name: &'static str, value: &str) -> Control {
        self.control(name, Kind::Input("text"), value)
    }

    pub(crate) fn email(&self, name: &'static str, value: &str) -> Control {
        self.control(name, Kind::Input("email"), value).autocomplete("email")
    }

    pub(crate) fn search(&self, name: &'static str, value: &str) -> Control {
        self.control(name, Kind::Input("search"), value)
    }

    pub(crate) fn date(&self, name: &'static str, value: &str) -> Control {
        self.control(name, Kind::Input("date"), value)
    }

    pub(crate) fn number(&self, name: &'static str, value: &str) -> Control {
        let mut control = self.control(name, Kind::Input("text"), value);
        control.input_mode = Some("numeric");
        control
    }

    /// A password field is always empty.
    pub(crate) fn password(&self, name: &'static str) -> Control {
        self.control(name, Kind::Input("password"), "").autocomplete("new-password")
    }

    pub(crate) fn file(&self, name: &'static str) -> Control {
        self.control(name, Kind::Input("file"), "")
    }

    pub(crate) fn area(&self, name: &'static str, value: &str) -> Control {
        self.control(name, Kind::Area, value)
    }

    /// A checkbox that sends `yes`.
    pub(crate) fn check(&self, name: &'static str, checked: impl Borrow<bool>) -> Control {
        let mut control = self.control(name, Kind::Check, "yes");
        control.checked = *checked.borrow();
        control
    }

    /// The button that sends the form with `yes`: the reader's confirmation of the button's text.
    pub(crate) fn press(&self, name: &'static str, key: &'static str) -> Control {
        self.control(name, Kind::Press, "yes").label(key)
    }

    /// A choice among `values`; the label of each is the text under `prefix-value`.
    pub(crate) fn select(&self, name: &'static str, prefix: &str, values: &[&str], chosen: &str) -> Control {
        let option = |value: &&str| Choice {
            value: (*value).to_owned(),
            label: self.t.say(format!("{prefix}-{value}")).to_string(),
            chosen: *value == chosen,
        };
        let mut control = self.control(name, Kind::Select, "");
        control.choices = values.iter().map(option).collect();
        control
    }

    /// A choice among values, each with its own label.
    pub(crate) fn choice(&self, name: &'static str, values: Vec<(String, String)>, chosen: &str) -> Control {
        let option = |(value, label): (String, String)| Choice { chosen: value == chosen, value, label };
        let mut control = self.control(name, Kind::Select, "");
        control.choices = values.into_iter().map(option).collect();
        control
    }

    /// The choice of [`Controls::select`] with all values visible.
    pub(crate) fn radios(&self, name: &'static str, prefix: &str, values: &[&str], chosen: &str) -> Control {
        let mut control = self.select(name, prefix, values, chosen);
        control.kind = Kind::Radios;
        control
    }

    fn control(&self, name: &'static str, kind: Kind, value: &str) -> Control {
        self.shown.borrow_mut().push(name);
        let error = self.errors.iter().find(|error| error.field == Some(name));
        Control {
            t: self.t.clone(),
            name,
            kind,
            label: label(name, &self.t),
            hint: None,
            about: None,
            error: error.map(|error| problem::text(&error.problem, &self.t)),
            value: value.to_owned(),
            choices: Vec::new(),
            checked: false,
            required: false,
            in_certificate: false,
            locked: false,
            code: false,
            letters_min: None,
            tool: None,
            accept: None,
            autocomplete: None,
            input_mode: None,
        }
    }
}

/// The label of a field: for `p12_password` the text under `field-p12-password`.
pub(crate) fn label(name: &str, t: &Voice) -> Phrase {
    t.say(format!("field-{}", name.replace('_', "-")))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    Area,
    Check,
    Press,
    Select,
    Radios,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// One labelled control.
#[derive(Template)]
#[template(path = "parts/control.html")]
#[expect(clippy::struct_excessive_bools, reason = "independent HTML attributes")]
pub(crate) struct Control {
    t: Voice,
    name: &'static str,
    kind: Kind,
    label: Phrase,
    hint: Option<Phrase>,
    about: Option<&'static str>,
    error: Option<Phrase>,
    value: String,
    choices: Vec<Choice>,
    checked: bool,
    required: bool,
    in_certificate: bool,
    locked: bool,
    code: bool,
    letters_min: Option<usize>,
    tool: Option<&'static str>,
    accept: Option<&'static str>,
    autocomplete: Option<&'static str>,
    input_mode: Option<&'static str>,
}

impl HtmlSafe for Control {}

impl Control {
    /// Marks the control as required.
    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Notes that the value will be written into the certificate.
    pub(crate) fn in_certificate(mut self) -> Self {
        self.in_certificate = true;
        self
    }

    /// Shows and sends the value, without a way to change it.
    pub(crate) fn locked(mut self, locked: bool) -> Self {
        self.locked = locked;
        self
    }

    /// Shows the letters in fixed width, because look-alikes matter.
    pub(crate) fn code(mut self) -> Self {
        self.code = true;
        self
    }

    pub(crate) fn label(mut self, key: &'static str) -> Self {
        self.label = self.t.say(key);
        self
    }

    /// Adds a sentence below the label.
    pub(crate) fn hint(mut self, key: &'static str) -> Self {
        self.hint = Some(self.t.say(key));
        self
    }

    /// The hint with the values that it mentions.
    pub(crate) fn hint_as(mut self, hint: Phrase) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Connects the control with its subject, the element with this id elsewhere on the page.
    pub(crate) fn about(mut self, id: &'static str) -> Self {
        self.about = Some(id);
        self
    }

    /// Requires at least `min` letters: the hint shows the number as `{ $min }`, the script reads it from the
    /// control.
    pub(crate) fn letters_min(mut self, min: usize, hint: &'static str) -> Self {
        self.letters_min = Some(min);
        self.hint = Some(self.t.say(hint).with("min", min));
        self
    }

    pub(crate) fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = Some(purpose);
        self
    }

    pub(crate) fn input_mode(mut self, mode: &'static str) -> Self {
        self.input_mode = Some(mode);
        self
    }

    pub(crate) fn accept(mut self, types: &'static str) -> Self {
        self.accept = Some(types);
        self
    }

    /// Names the tool that the script may add beside the control.
    pub(crate) fn tool(mut self, tool: &'static str) -> Self {
        self.tool = Some(tool);
        self
    }

    fn described_by(&self) -> String {
        let about = self.about.map(str::to_owned);
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        about.into_iter().chain(hint).chain(error).collect::<Vec<_>>().join(" ")
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Input(kind) => kind,
            Kind::Area | Kind::Check | Kind::Press | Kind::Select | Kind::Radios => "",
        }
    }
}

struct SummaryLine {
    field: Option<&'static str>,
    label: Option<Phrase>,
    message: Phrase,
}

/// The errors of a form, at its top.
#[derive(Template)]
#[template(path = "parts/summary.html")]
pub(crate) struct Summary {
    title: Phrase,
    lines: Vec<SummaryLine>,
}

impl HtmlSafe for Summary {}
