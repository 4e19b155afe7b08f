//! A posted form, whichever of the two ways a browser encodes it.
//!
//! **Invariant:** values are wiped when dropped and have no `Debug`: any of them may be a password.
//! **Invariant:** a form lies in memory and is small; files of any size go another way (`desk/upload.rs`).
//! **Invariant:** no value holds a NUL, which PostgreSQL cannot keep.

use crate::{
    body_limit::{self, FORM_BYTES_MAX},
    failure::Failure,
    listing::SELECTED_MAX,
};
use axum::{
    extract::{self, FromRequest, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header},
    response::IntoResponse,
};
use bytes::Bytes;
use domain::{
    form::{Field, FieldKind, Form},
    refusal::Problem,
    secret::Secret,
};
use std::fmt;

/// The most fields that are read of one form: two for each person of an act on many, beside the form's own.
const FIELDS_MAX: usize = 2 * SELECTED_MAX as usize + OWN_FIELDS_MAX;

/// The most fields of a form about one thing.
const OWN_FIELDS_MAX: usize = 64;

/// A file that was chosen in a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The name it had on the visitor's machine; to be shown, never used as a path.
    pub name: String,
    /// Its contents.
    pub bytes: Bytes,
}

/// The fields of a form in the order in which they came.
#[derive(Default)]
pub struct FormFields {
    texts: Vec<(String, Secret<String>)>,
    files: Vec<(String, UploadedFile)>,
}

impl FormFields {
    /// The text of a field; empty if the form had none.
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.expose())
    }

    /// What was typed into all fields of a form.
    pub fn form<F: Field>(&self) -> Form<F> {
        self.form_of(F::ALL.iter().copied())
    }

    /// What was typed into these fields; one that was not sent is empty, a box that was not sent is not ticked.
    pub fn form_of<F: Field>(&self, fields: impl IntoIterator<Item = F>) -> Form<F> {
        fields.into_iter().fold(Form::default(), |form, field| match field.kind() {
            FieldKind::Tick => form.with_tick(field, self.is_ticked(field.name())),
            FieldKind::Text | FieldKind::Choice(_) | FieldKind::Secret => {
                form.with(field, self.text(field.name()))
            }
        })
    }

    /// Every text sent under that name, for checkboxes of one name.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.expose().as_str())
    }

    /// The same, to be kept secret.
    pub fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(self.text(name).to_owned())
    }

    /// Was the field (a button, a ticked box) sent at all?
    pub fn has(&self, name: &str) -> bool {
        self.texts.iter().any(|(known, _)| known == name)
    }

    /// Was the box ticked (`yes`)?
    pub fn is_ticked(&self, name: &str) -> bool {
        self.text(name) == "yes"
    }

    /// The file of a field; `None` if none was chosen.
    pub fn file(&self, name: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|(known, _)| known == name).map(|(_, file)| file)
    }

    fn add(&mut self, name: String, text: String) -> Result<(), Failure> {
        if self.texts.len() + self.files.len() >= FIELDS_MAX || text.contains('\0') {
            return Err(Problem::BadRequest.into());
        }
        self.texts.push((name, Secret::new(text)));
        Ok(())
    }

    async fn read_multipart(mut parts: Multipart) -> Result<Self, Failure> {
        let mut fields = Self::default();
        let mut text_bytes = 0;
        while let Some(part) = parts.next_field().await.map_err(|error| refusal(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| refusal(&error))?;
            if let Some(file_name) = file_name {
                // A browser sends an empty nameless part where no file was chosen.
                if !file_name.is_empty() && fields.files.len() < FIELDS_MAX {
                    fields.files.push((name, UploadedFile { name: file_name, bytes }));
                }
                continue;
            }
            text_bytes += bytes.len();
            if text_bytes > FORM_BYTES_MAX {
                return Err(Problem::TooLarge.into());
            }
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| Problem::BadRequest)?;
            fields.add(name, text)?;
        }
        Ok(fields)
    }
}

impl fmt::Debug for FormFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.texts.iter().map(|(name, _)| name).chain(self.files.iter().map(|(name, _)| name));
        f.debug_list().entries(names).finish()
    }
}

pub(crate) fn refusal(error: &MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::from(Problem::TooLarge),
        _ => Failure::from(Problem::BadRequest),
    }
}

impl FormFields {
    /// Reads a request's body, bounded, once its sender has permission ([`crate::posted::Posted`]).
    pub(crate) async fn read(request: Request) -> Result<Self, Failure> {
        let request = body_limit::check(request, FORM_BYTES_MAX).await?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::BadRequest)?;
            return Self::read_multipart(parts).await;
        }
        let form = extract::Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let extract::Form(pairs) = form.map_err(|refusal| match refusal.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::from(Problem::TooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Failure::from(Problem::UnsupportedMediaType),
            _ => Failure::from(Problem::BadRequest),
        })?;
        let mut fields = Self::default();
        for (name, text) in pairs {
            fields.add(name, text)?;
        }
        Ok(fields)
    }
}
