//! Bounds of a flood: a generous one for busy machines, an exact one for the command that measures.

use std::time::Duration;

/// A bound on one figure of a flood.
pub(crate) struct Bound<T> {
    /// Asserted everywhere, also on a busy machine and without optimisation.
    pub(crate) generous: T,
    /// Asserted with `SEKISHO_FLOODS=exact`: the figure that the design promises.
    pub(crate) exact: T,
}

/// Whether the exact bounds are asserted.
pub(crate) fn exact() -> bool {
    std::env::var("SEKISHO_FLOODS").is_ok_and(|wish| wish == "exact")
}

impl<T: PartialOrd + Copy + Shown> Bound<T> {
    /// Prints the figure, and fails when it is above the bound.
    #[track_caller]
    pub(crate) fn holds(&self, flood: &str, figure: &str, value: T) {
        let bound = if exact() { self.exact } else { self.generous };
        println!("flood {flood}: {figure} {} (at most {})", value.shown(), bound.shown());
        assert!(value <= bound, "{flood}: {figure} is {}, more than {}", value.shown(), bound.shown());
    }
}

/// A figure as people read it.
pub(crate) trait Shown {
    fn shown(&self) -> String;
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Mebibytes(pub(crate) f64);

impl Mebibytes {
    /// The larger of two.
    pub(crate) fn or_more(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl Shown for Mebibytes {
    fn shown(&self) -> String {
        format!("{:.1} MiB", self.0)
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        format!("{} ms", self.as_millis())
    }
}

impl Shown for usize {
    fn shown(&self) -> String {
        self.to_string()
    }
}
