//! Families of refusals.

use super::Code;

/// The family of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Typed or chosen values.
    Form,
    /// A sent file.
    File,
    /// Secrets and codes that do not fit together.
    Proof,
    /// The present state of a record.
    State,
    /// A limit.
    Limit,
    /// A certificate that does not pass the gate.
    Gate,
    /// A request that cannot be answered.
    Request,
    /// The service itself.
    Service,
}

impl Family {
    /// All families, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::File,
        Self::Proof,
        Self::State,
        Self::Limit,
        Self::Gate,
        Self::Request,
        Self::Service,
    ];

    /// Its name in the keys of texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::File => "file",
            Self::Proof => "proof",
            Self::State => "state",
            Self::Limit => "limit",
            Self::Gate => "gate",
            Self::Request => "request",
            Self::Service => "service",
        }
    }

    /// Its codes.
    pub fn codes(self) -> impl Iterator<Item = Code> {
        Code::ALL.iter().copied().filter(move |code| code.family() == self)
    }
}
