//! What each tool does with each problem, as measured with the tools themselves: AWS CLI 2.36 and
//! botocore, the Go SDK v2, the Rust SDK (which follows the SDKs' shared grammar), the JS SDK v3, the
//! Ruby SDK 3.168 and 3.211.

use super::flaw::{Mark, Problem};

/// A family of tools that read the shared files alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// The AWS CLI, boto3, and all that stands on botocore.
    AwsCli,
    /// The AWS SDK for Go v2.
    Go,
    /// The AWS SDK for Rust.
    Rust,
    /// The AWS SDK for JavaScript v3.
    Js,
    /// The AWS SDK for Ruby v3.
    Ruby,
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 5] = [AwsCli, Go, Rust, Js, Ruby];
}

/// What a tool does with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It reads nothing of the whole file, with an error or without.
    RefusesFile,
    /// It does not see the section.
    LosesSection,
    /// It does not see the section, and gives its keys to the section above.
    SpillsOver,
    /// It does not see the key.
    LosesKey,
    /// It gives the section another name.
    OtherName,
    /// It reads another value.
    OtherValue,
}

use Effect::{LosesKey, LosesSection, OtherName, OtherValue, RefusesFile, SpillsOver};
use Tool::{AwsCli, Go, Js, Ruby, Rust};

impl Problem {
    /// The tools of AWS that have trouble with it, and what comes of it.
    pub fn effects(&self) -> &'static [(Tool, Effect)] {
        const ALL_BUT_RUBY_LOSE: &[(Tool, Effect)] =
            &[(AwsCli, LosesSection), (Go, LosesSection), (Rust, LosesSection), (Js, LosesSection)];
        match self {
            Problem::ByteOrderMark => &[
                (AwsCli, RefusesFile),
                (Go, LosesSection),
                (Rust, RefusesFile),
                (Ruby, LosesSection),
            ],
            Problem::NotUtf8 => {
                &[(AwsCli, RefusesFile), (Rust, RefusesFile), (Js, OtherValue), (Ruby, RefusesFile)]
            }
            Problem::LoneCarriageReturn => {
                &[(Go, RefusesFile), (Rust, RefusesFile), (Js, RefusesFile), (Ruby, RefusesFile)]
            }
            Problem::BeforeSections
            | Problem::NoDelimiter
            | Problem::NoKey
            | Problem::NestedWithoutDelimiter { .. } => {
                &[(AwsCli, RefusesFile), (Rust, RefusesFile)]
            }
            Problem::UnclosedHeader => &[
                (AwsCli, RefusesFile),
                (Go, LosesSection),
                (Rust, RefusesFile),
                (Js, SpillsOver),
                (Ruby, SpillsOver),
            ],
            Problem::EmptyHeader => &[
                (AwsCli, RefusesFile),
                (Go, LosesSection),
                (Rust, LosesSection),
                (Js, LosesSection),
                (Ruby, SpillsOver),
            ],
            Problem::IndentedHeader => &[(Rust, RefusesFile), (Ruby, SpillsOver)],
            Problem::IndentedHeaderInValue => {
                &[(AwsCli, SpillsOver), (Rust, SpillsOver), (Ruby, SpillsOver)]
            }
            Problem::CommentAtHeader { mark: Mark::NumberSign } => &[(Js, SpillsOver)],
            Problem::CommentAtHeader { mark: Mark::Semicolon } => {
                &[(Js, SpillsOver), (Ruby, SpillsOver)]
            }
            Problem::TextAtHeader => {
                &[(Go, LosesSection), (Rust, RefusesFile), (Js, SpillsOver), (Ruby, SpillsOver)]
            }
            Problem::WideHeader { is_session: false } => &[(Js, LosesSection)],
            Problem::WideHeader { is_session: true } | Problem::PaddedEnd => {
                &[(Js, LosesSection), (Ruby, LosesSection)]
            }
            Problem::PaddedHeader => {
                &[(AwsCli, LosesSection), (Js, LosesSection), (Ruby, LosesSection)]
            }
            Problem::BracketInName => {
                &[(Rust, LosesSection), (Js, LosesSection), (Ruby, SpillsOver)]
            }
            Problem::MarkInName => &[(Rust, RefusesFile), (Js, LosesSection)],
            Problem::QuotedName => &[(Go, OtherName), (Rust, LosesSection), (Ruby, OtherName)],
            Problem::NameWithBlanks => {
                &[(Go, OtherName), (Rust, LosesSection), (Js, LosesSection), (Ruby, OtherName)]
            }
            Problem::SeveralWords => {
                &[(AwsCli, LosesSection), (Rust, LosesSection), (Js, LosesSection)]
            }
            Problem::OddName => &[(Rust, LosesSection), (Js, LosesSection)],
            Problem::Misspelled { .. } => &[
                (AwsCli, LosesSection),
                (Go, LosesSection),
                (Rust, LosesSection),
                (Js, LosesSection),
                (Ruby, LosesSection),
            ],
            // Ruby makes no difference between the two.
            Problem::NoPrefix { .. } | Problem::PrefixInCredentials => ALL_BUT_RUBY_LOSE,
            Problem::CapitalDefault => &[(AwsCli, OtherValue)],
            // Ruby takes the keys of both, and of one that stands in both the later.
            Problem::TwoDefaults { bare_is_last: true } => {
                &[(AwsCli, OtherValue), (Ruby, OtherValue)]
            }
            Problem::TwoDefaults { bare_is_last: false } => &[(Ruby, OtherValue)],
            Problem::SecondSpelling { .. } => &[(AwsCli, OtherValue)],
            Problem::DuplicateSection { .. } | Problem::DuplicateKey { .. } => {
                &[(AwsCli, RefusesFile)]
            }
            Problem::Colon { .. } => &[(Rust, RefusesFile), (Js, LosesKey), (Ruby, LosesKey)],
            Problem::CapitalKey { .. } => &[(Js, LosesKey), (Ruby, LosesKey)],
            Problem::OddKey { .. } => &[(Rust, LosesKey)],
            Problem::IndentedKey { is_first: true, .. } => &[(Rust, RefusesFile), (Ruby, LosesKey)],
            Problem::IndentedKey { is_first: false, .. } => &[(Ruby, LosesKey)],
            Problem::BelowIndentedBlock { .. } => &[(Js, LosesKey)],
            Problem::IndentedCommentFirst | Problem::CommentInBlock { .. } => {
                &[(Rust, RefusesFile)]
            }
            Problem::IndentedComment { .. } => &[(Rust, OtherValue)],
            Problem::InlineComment { mark: Mark::NumberSign, .. } => {
                &[(AwsCli, OtherValue), (Ruby, OtherValue)]
            }
            Problem::InlineComment { mark: Mark::Semicolon, .. } => &[(AwsCli, OtherValue)],
            Problem::QuotedValue { .. } => {
                &[(AwsCli, OtherValue), (Rust, OtherValue), (Js, OtherValue), (Ruby, OtherValue)]
            }
            Problem::LoneQuote { .. } => &[(Go, RefusesFile)],
            // AWS's tools read none of our keys, wherever they stand.
            Problem::UnknownOwnKey { .. } | Problem::MisplacedOwnKey { .. } => &[],
            Problem::Continued { .. } => &[(Go, OtherValue), (Js, OtherValue), (Ruby, OtherValue)],
        }
    }

    /// Whether some tool reads nothing at all of the file, which then concerns every section in it.
    pub fn concerns_whole_file(&self) -> bool {
        self.effects().iter().any(|(_, effect)| *effect == RefusesFile)
            || matches!(self, Problem::CapitalDefault)
    }
}
