//! The fields about a customer: read from a form, and what is wrong told at its field.

use crate::form_fields::FormFields;
use domain::tenant_form::{TenantField, TenantForm};

/// What was typed into these fields.
pub(super) fn typed(form: &FormFields, fields: &[TenantField]) -> TenantForm {
    fields.iter().fold(TenantForm::default(), |typed, field| typed.with(*field, form.text(field.name())))
}

/// A checkbox that was left empty is not sent at all.
pub(super) fn checked(form: &FormFields, field: TenantField) -> &'static str {
    if form.is_ticked(field.name()) { "yes" } else { "no" }
}
