//! The two lines that a failing run ends with.

/// What goes to stderr: a fact, and what to do next.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) fact: String,
    pub(crate) hint: String,
}

impl Message {
    pub(crate) fn new(fact: impl Into<String>, hint: impl Into<String>) -> Message {
        Message { fact: fact.into(), hint: hint.into() }
    }
}
