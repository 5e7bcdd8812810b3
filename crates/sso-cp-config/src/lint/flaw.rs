//! What can be wrong with a line of a shared file.

/// One construct that some tool has trouble with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: usize,
    /// The section as messages name it, `profile dev`; none before the first one, or where the
    /// header names nothing.
    pub section: Option<String>,
    /// The section above, where this is about a header: some tools give it what stands below.
    pub above: Option<String>,
    /// What it is.
    pub problem: Problem,
}

/// What begins a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `#`
    NumberSign,
    /// `;`
    Semicolon,
}

/// What is wrong. Keys and names are those of the file, foreign text; values are never kept, for they
/// may be secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file begins with a UTF-8 byte order mark.
    ByteOrderMark,
    /// A byte sequence that is not UTF-8.
    NotUtf8,
    /// A line that ends in CR alone.
    LoneCarriageReturn,
    /// Text before the first section.
    BeforeSections,
    /// A header without `]`.
    UnclosedHeader,
    /// A header without anything in it.
    EmptyHeader,
    /// A header with blanks before its bracket, right below another header or at the file's start.
    IndentedHeader,
    /// The same below a key, whose value goes on with it for some.
    IndentedHeaderInValue,
    /// A comment right after the bracket, without a blank between.
    CommentAtHeader {
        /// What begins it.
        mark: Mark,
    },
    /// Text after the bracket that is not a comment.
    TextAtHeader,
    /// Blanks between the opening bracket and the words in it.
    PaddedHeader,
    /// Blanks between the words and the closing bracket.
    PaddedEnd,
    /// More than one blank between the words.
    WideHeader {
        /// Whether it is a session's header, or that of services.
        is_session: bool,
    },
    /// A name in quotes or with a backslash.
    QuotedName,
    /// A name in quotes that holds blanks.
    NameWithBlanks,
    /// More than one word for a name, without quotes.
    SeveralWords,
    /// A name with a bracket in it.
    BracketInName,
    /// A name with `#` or `;` in it.
    MarkInName,
    /// A name with other characters outside of the shared grammar.
    OddName,
    /// `[NAME]` in the config file, with a profile's keys below it.
    NoPrefix {
        /// The whole text between the brackets.
        name: String,
    },
    /// `[profile NAME]` in the credentials file.
    PrefixInCredentials,
    /// A section whose first word is nearly one that the tools know.
    Misspelled {
        /// What stands there.
        word: String,
        /// What was probably meant.
        meant: &'static str,
    },
    /// `[DEFAULT]` in capitals.
    CapitalDefault,
    /// Both `[default]` and `[profile default]`.
    TwoDefaults {
        /// Whether `[default]` is the second of them.
        bare_is_last: bool,
    },
    /// A section that stands there already.
    DuplicateSection {
        /// Where it stands first.
        first_line: usize,
    },
    /// A section that stands there already with its name spelled in another way.
    SecondSpelling {
        /// Where it stands first.
        first_line: usize,
    },
    /// A key that its section has already, in any spelling.
    DuplicateKey {
        /// The key, in lower case.
        key: String,
        /// Where it stands first.
        first_line: usize,
    },
    /// A line without `=`, with nothing that it could go on with.
    NoDelimiter,
    /// `= value`.
    NoKey,
    /// `key: value`.
    Colon {
        /// The key.
        key: String,
    },
    /// A key with capital letters.
    CapitalKey {
        /// The key.
        key: String,
    },
    /// A key with characters outside of the shared grammar.
    OddKey {
        /// The key.
        key: String,
    },
    /// The first key of a section is indented, and so may the others be.
    IndentedKey {
        /// The key.
        key: String,
        /// Whether it is the first one. The file is refused for that one; the others are not a fault by themselves.
        is_first: bool,
    },
    /// A key below an indented nested block.
    BelowIndentedBlock {
        /// The key.
        key: String,
        /// The key of the block.
        block: String,
    },
    /// An indented comment above the first key of a section.
    IndentedCommentFirst,
    /// A comment in a nested block.
    CommentInBlock {
        /// The key of the block.
        key: String,
    },
    /// An indented comment below a key.
    IndentedComment {
        /// The key above it.
        key: String,
    },
    /// A comment behind a value that decides something.
    InlineComment {
        /// The key.
        key: String,
        /// What begins it.
        mark: Mark,
    },
    /// A value in quotes, from end to end.
    QuotedValue {
        /// The key.
        key: String,
    },
    /// A value that is one double quote.
    LoneQuote {
        /// The key.
        key: String,
    },
    /// A value that goes on in the next, indented line.
    Continued {
        /// The key.
        key: String,
    },
    /// A key that begins as ours do and is none of ours, or that is nearly one of AWS's: nothing reads it.
    UnknownOwnKey {
        /// The key.
        key: String,
        /// What was probably meant.
        meant: Option<&'static str>,
    },
    /// A key of ours in a section where nothing reads it.
    MisplacedOwnKey {
        /// The key.
        key: String,
        /// The kind of section that it belongs in, `sso-session`.
        belongs_in: &'static str,
    },
    /// A line without `=` in a nested block.
    NestedWithoutDelimiter {
        /// The key of the block.
        key: String,
    },
}

impl Problem {
    /// The key whose line it is about.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Problem::DuplicateKey { key, .. }
            | Problem::Colon { key }
            | Problem::CapitalKey { key }
            | Problem::OddKey { key }
            | Problem::IndentedKey { key, .. }
            | Problem::BelowIndentedBlock { key, .. }
            | Problem::IndentedComment { key }
            | Problem::InlineComment { key, .. }
            | Problem::QuotedValue { key }
            | Problem::LoneQuote { key }
            | Problem::Continued { key } => Some(key),
            _ => None,
        }
    }
}
