//! Reads a form field by field and collects the errors, so that all of them are shown at once.

use super::{Field, Form};
use crate::refusal::{Problem, Refusal};

/// A form that is being read.
pub(crate) struct Reading<'a, F: Ord> {
    form: &'a Form<F>,
    refusals: Vec<Refusal>,
}

/// Marks a wrong value, whose error is kept.
#[derive(Debug)]
pub(crate) struct Noted;

impl<'a, F: Field> Reading<'a, F> {
    /// Returns the value of the form, or all errors.
    pub(crate) fn of<T>(
        form: &'a Form<F>,
        read: impl FnOnce(&mut Self) -> Result<T, Noted>,
    ) -> Result<T, Vec<Refusal>> {
        let mut reading = Self { form, refusals: Vec::new() };
        match read(&mut reading) {
            Ok(value) if reading.refusals.is_empty() => Ok(value),
            Ok(_) | Err(Noted) => Err(reading.refusals),
        }
    }

    /// A required value.
    pub(crate) fn read<T, P: Into<Problem>>(
        &mut self,
        field: F,
        parse: impl FnOnce(&str) -> Result<T, P>,
    ) -> Result<T, Noted> {
        match self.form.exposed(field) {
            text if text.trim().is_empty() => Err(self.refuse(field, Problem::Required)),
            text => parse(if field.is_secret() { text } else { text.trim() })
                .map_err(|problem| self.refuse(field, problem)),
        }
    }

    /// An optional value.
    pub(crate) fn read_if_any<T, P: Into<Problem>>(
        &mut self,
        field: F,
        parse: impl FnOnce(&str) -> Result<T, P>,
    ) -> Result<Option<T>, Noted> {
        if self.form.exposed(field).trim().is_empty() {
            return Ok(None);
        }
        self.read(field, parse).map(Some)
    }

    /// Adds an error of a field.
    pub(crate) fn refuse(&mut self, field: F, problem: impl Into<Problem>) -> Noted {
        self.refusals.push(Refusal::at(field.name(), problem));
        Noted
    }

    /// Adds an error of the whole form.
    pub(crate) fn refuse_whole(&mut self, problem: Problem) -> Noted {
        self.refusals.push(Refusal::whole(problem));
        Noted
    }
}
