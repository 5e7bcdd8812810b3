//! What each tool does with each problem, as measured with the tools themselves: AWS CLI 2.36 and
//! botocore, the Go SDK v2, the Rust SDK (which follows the SDKs' shared grammar), the JS SDK v3.

use super::flaw::Problem;

/// A family of tools that read the shared files alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// The AWS CLI, boto3, and all that stands on botocore.
    AwsCli,
    /// The AWS SDK for Go v2.
    Go,
    /// The AWS SDK for Rust.
    Rust,
    /// The AWS SDK for JavaScript v3.
    Js,
}

/// What a tool does with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It reads nothing of the whole file, with an error or without.
    RefusesFile,
    /// It ends with a crash.
    Crashes,
    /// It does not see the section.
    LosesSection,
    /// It does not see the key.
    LosesKey,
    /// It gives the section another name.
    OtherName,
    /// It reads another value.
    OtherValue,
}

use Effect::{Crashes, LosesKey, LosesSection, OtherName, OtherValue, RefusesFile};
use Tool::{AwsCli, Go, Js, Rust};

impl Problem {
    /// The tools of AWS that have trouble with it, and what comes of it.
    pub fn effects(&self) -> &'static [(Tool, Effect)] {
        const EVERYBODY_LOSES: &[(Tool, Effect)] =
            &[(AwsCli, LosesSection), (Go, LosesSection), (Rust, LosesSection), (Js, LosesSection)];
        match self {
            Problem::ByteOrderMark => {
                &[(AwsCli, RefusesFile), (Go, LosesSection), (Rust, RefusesFile)]
            }
            Problem::NotUtf8 => &[(AwsCli, RefusesFile), (Rust, RefusesFile), (Js, OtherValue)],
            Problem::LoneCarriageReturn => {
                &[(Go, RefusesFile), (Rust, RefusesFile), (Js, RefusesFile)]
            }
            Problem::BeforeSections
            | Problem::NoDelimiter
            | Problem::NoKey
            | Problem::NestedWithoutDelimiter { .. } => {
                &[(AwsCli, RefusesFile), (Rust, RefusesFile)]
            }
            Problem::UnclosedHeader | Problem::EmptyHeader => &[
                (AwsCli, RefusesFile),
                (Go, LosesSection),
                (Rust, RefusesFile),
                (Js, LosesSection),
            ],
            Problem::IndentedHeader => &[(Rust, RefusesFile)],
            Problem::IndentedHeaderInValue => &[(AwsCli, LosesSection), (Rust, RefusesFile)],
            Problem::CommentAtHeader | Problem::WideHeader => &[(Js, LosesSection)],
            Problem::PaddedHeader => &[(AwsCli, LosesSection), (Js, LosesSection)],
            Problem::QuotedName => &[(Go, OtherName), (Rust, LosesSection)],
            Problem::NameWithBlanks => &[(Go, OtherName), (Rust, LosesSection), (Js, LosesSection)],
            Problem::SeveralWords => {
                &[(AwsCli, LosesSection), (Rust, LosesSection), (Js, LosesSection)]
            }
            Problem::OddName => &[(Rust, LosesSection), (Js, LosesSection)],
            Problem::NoPrefix { .. }
            | Problem::Misspelled { .. }
            | Problem::PrefixInCredentials => EVERYBODY_LOSES,
            Problem::CapitalDefault => &[(AwsCli, OtherValue)],
            Problem::TwoDefaults => &[(AwsCli, OtherValue)],
            Problem::DuplicateSection { .. } | Problem::DuplicateKey { .. } => {
                &[(AwsCli, RefusesFile)]
            }
            Problem::Colon { .. } => &[(Rust, RefusesFile), (Js, LosesKey)],
            Problem::CapitalKey { .. } => &[(Js, LosesKey)],
            Problem::OddKey { .. } => &[(Rust, LosesKey)],
            Problem::IndentedKey { .. } => &[(Rust, RefusesFile)],
            Problem::IndentedComment { .. } => &[(Rust, OtherValue)],
            Problem::InlineComment { .. } => &[(AwsCli, OtherValue)],
            Problem::QuotedValue { .. } => {
                &[(AwsCli, OtherValue), (Rust, OtherValue), (Js, OtherValue)]
            }
            Problem::LoneQuote { .. } => &[(Go, Crashes)],
            // AWS's tools read none of our keys, wherever they stand.
            Problem::UnknownOwnKey { .. } | Problem::MisplacedOwnKey { .. } => &[],
            Problem::Continued { .. } => &[(Go, OtherValue), (Js, OtherValue)],
        }
    }

    /// Whether some tool reads nothing at all of the file, which then concerns every section in it.
    pub fn concerns_whole_file(&self) -> bool {
        self.effects().iter().any(|(_, effect)| matches!(effect, RefusesFile | Crashes))
            || matches!(self, Problem::CapitalDefault)
    }
}
