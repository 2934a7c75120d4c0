//! Where fuzzing starts: what honest authenticators and browsers send, one fault at a time, and the published vectors.

mod proto;
mod responses;
mod rows;
mod texts;

/// An input worth starting from.
pub(crate) struct Seed {
    pub(crate) target: &'static str,
    pub(crate) name: String,
    pub(crate) input: Vec<u8>,
    /// Whether the target takes it.
    pub(crate) is_taken: bool,
}

impl Seed {
    /// One that the target takes.
    fn taken(target: &'static str, name: impl Into<String>, input: impl Into<Vec<u8>>) -> Self {
        Self { target, name: name.into(), input: input.into(), is_taken: true }
    }

    /// The seed, taken or not.
    fn that_is(self, taken: bool) -> Self {
        Self { is_taken: taken, ..self }
    }
}

/// All seeds.
pub(crate) fn all() -> Vec<Seed> {
    [responses::all(), rows::all(), texts::all(), proto::all()].into_iter().flatten().collect()
}
