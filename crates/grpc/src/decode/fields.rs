//! The violations of one request, collected.

use std::{borrow::Cow, fmt};

/// A field's path in the request message, in proto names: `overrides.user_verification`, `states[2]`.
pub(crate) type Path = Cow<'static, str>;

/// Collects what is wrong with the fields of a request.
#[derive(Default)]
pub(super) struct Fields(Violations);

/// Proof that a violation was noted: who holds one instead of a value knows that the request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted(());

impl Fields {
    /// Notes what is wrong with a field. `problem` reads on after the field's name and never repeats its value.
    pub(super) fn note(&mut self, field: impl Into<Path>, problem: impl fmt::Display) -> Noted {
        self.0.0.push((field.into(), problem.to_string()));
        Noted(())
    }

    /// Takes a value, or notes why there is none.
    pub(super) fn take<T, E: fmt::Display>(
        &mut self,
        field: impl Into<Path>,
        value: Result<T, E>,
    ) -> Result<T, Noted> {
        value.map_err(|problem| self.note(field, problem))
    }

    /// The command, if nothing at all was noted.
    pub(super) fn finish<T>(self, command: impl FnOnce() -> Result<T, Noted>) -> Result<T, Violations> {
        match command() {
            Ok(command) if self.0.0.is_empty() => Ok(command),
            _ => Err(self.0),
        }
    }
}

/// The violations of a refused request; at least one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Violations(Vec<(Path, String)>);

impl Violations {
    /// The one violation that a use case found.
    pub(crate) fn one(field: &'static str, problem: String) -> Self {
        Self(vec![(field.into(), problem)])
    }
}

#[cfg(test)]
impl<P: Into<String>> FromIterator<(&'static str, P)> for Violations {
    fn from_iter<I: IntoIterator<Item = (&'static str, P)>>(violations: I) -> Self {
        let own = |(field, problem): (&'static str, P)| (field.into(), problem.into());
        Self(violations.into_iter().map(own).collect())
    }
}

impl IntoIterator for Violations {
    type Item = (Path, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The first violation, and how many more there are.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(((field, problem), more)) = self.0.split_first() else { return Ok(()) };
        write!(f, "{field}: {problem}")?;
        match more.len() {
            0 => Ok(()),
            n => write!(f, " (and {n} more)"),
        }
    }
}
