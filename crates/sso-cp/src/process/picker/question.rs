//! What is asked, and what comes of it.

/// What is to be chosen.
pub(crate) struct Question<'a> {
    /// What one of them is called: `profile`.
    pub(crate) what: &'a str,
    /// The heads of the columns, that of the name first.
    pub(crate) heads: &'a [&'a str],
    pub(crate) names: &'a [String],
    /// Which of the names come first, by their places.
    pub(crate) recent: &'a [usize],
}

/// What stands beside the names.
pub(crate) struct Columns<D, S> {
    /// The columns of the name at a place, by which it is found too. They are read for those first that are seen.
    pub(crate) details: D,
    /// The last column, which is only read for what is seen.
    pub(crate) state: S,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picked {
    /// The name at this place.
    Chosen(usize),
    /// The person left: Esc, Ctrl-C, or the end of the input.
    Cancelled,
    /// Nobody can be asked here.
    NoTerminal,
}
