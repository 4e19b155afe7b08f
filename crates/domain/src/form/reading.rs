//! Reads a form from field to field and keeps what is wrong, so that all of it is told at once.

use super::{Field, Form};
use crate::refusal::{Problem, Refusal};

/// A form that is being read.
pub(crate) struct Reading<'a, F: Ord> {
    form: &'a Form<F>,
    refusals: Vec<Refusal>,
}

/// A value is wrong, and that is among the refusals.
#[derive(Debug)]
pub(crate) struct Noted;

impl<'a, F: Field> Reading<'a, F> {
    /// What the form says, or everything that is wrong with it.
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

    /// A value that must be there.
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

    /// A value that may be left empty.
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

    /// Keeps what is wrong with a field.
    pub(crate) fn refuse(&mut self, field: F, problem: impl Into<Problem>) -> Noted {
        self.refusals.push(Refusal::at(field.name(), problem));
        Noted
    }

    /// Keeps what is wrong with the form as a whole.
    pub(crate) fn refuse_whole(&mut self, problem: Problem) -> Noted {
        self.refusals.push(Refusal::whole(problem));
        Noted
    }
}
