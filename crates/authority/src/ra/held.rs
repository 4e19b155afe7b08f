//! A form whose credentials were found right, and whose person is asked for a name next.
//!
//! **Invariant:** nothing of it rests on our side. It is sealed into the person's page, is judged anew when it comes
//! back, and is over after [`HELD_MINUTES`]. Agreement and secrets travel in it, so that nothing is typed twice.

use super::Registration;
use crate::Unavailable;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    application_form::ApplyField,
    form::{Field, Form},
    secret::Secret,
    time::{SignedDuration, Timestamp},
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How long the name may be stated, in minutes.
pub(super) const HELD_MINUTES: i64 = 30;

/// A form as it is sealed.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Written {
    fields: Vec<(String, String)>,
    #[zeroize(skip)]
    until: Timestamp,
}

impl Registration {
    /// Seals a form for the page that asks for the name.
    pub fn hold_application(&self, form: &Form<ApplyField>) -> Result<Secret<String>, Unavailable> {
        let until = self.core.now().checked_add(SignedDuration::from_mins(HELD_MINUTES));
        let typed = ApplyField::ALL.iter().filter(|field| form.has(**field));
        let fields = typed.map(|field| (field.name().to_owned(), form.exposed(*field).to_owned()));
        let written = Written { fields: fields.collect(), until: until.map_err(Unavailable::because)? };
        let plain = Zeroizing::new(serde_json::to_vec(&written)?);
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(self.seals.held.seal(b"", &plain)?)))
    }

    /// The form that was held; `None` if it was changed, made elsewhere, or is over.
    pub fn held_application(&self, held: &str) -> Option<Form<ApplyField>> {
        let sealed = URL_SAFE_NO_PAD.decode(held).ok()?;
        let plain = self.seals.held.open(b"", &sealed).ok()?;
        let written: Written = serde_json::from_slice(&plain).ok()?;
        if self.core.now() >= written.until {
            return None;
        }
        let known = |name: &str| ApplyField::ALL.iter().find(|field| field.name() == name);
        let fields = written.fields.iter().filter_map(|(name, text)| Some((*known(name)?, text.as_str())));
        Some(fields.fold(Form::default(), |form, (field, text)| form.with(field, text)))
    }
}
