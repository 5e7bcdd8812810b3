//! What `doctor` says about the grammar of the shared files.

use sso_cp_config::{Effect, Problem, Tool, keys};

use crate::messages::text::clean;
use crate::messages::tools::tools;

/// What stands there.
pub(super) fn problem(problem: &Problem) -> String {
    let of = |key: &str| clean(key);
    match problem {
        Problem::ByteOrderMark => "the file begins with a UTF-8 byte order mark".to_owned(),
        Problem::NotUtf8 => "the line is not UTF-8".to_owned(),
        Problem::LoneCarriageReturn => "the line ends in CR alone".to_owned(),
        Problem::BeforeSections => "text stands before the first section".to_owned(),
        Problem::UnclosedHeader => "the section header has no closing `]`".to_owned(),
        Problem::EmptyHeader => "the section header is empty".to_owned(),
        Problem::IndentedHeader => "the section header is indented".to_owned(),
        Problem::IndentedHeaderInValue => "the section header is indented below a key".to_owned(),
        Problem::CommentAtHeader { .. } => "a comment follows `]` without a blank".to_owned(),
        Problem::TextAtHeader => "text that is not a comment follows `]`".to_owned(),
        Problem::PaddedHeader | Problem::PaddedEnd => {
            "blanks stand beside the brackets of the header".to_owned()
        }
        Problem::BracketInName => "the name has a bracket in it".to_owned(),
        Problem::MarkInName => "the name has `#` or `;` in it".to_owned(),
        Problem::WideHeader { .. } => "more than one blank stands before the name".to_owned(),
        Problem::QuotedName => "the name is in quotes or has a backslash".to_owned(),
        Problem::NameWithBlanks => {
            "the name holds a blank, which no spelling makes safe".to_owned()
        }
        Problem::SeveralWords => "the name is more than one word".to_owned(),
        Problem::OddName => "the name has letters outside of `A-Za-z0-9_-/.%@:+`".to_owned(),
        Problem::NoPrefix { name } => {
            format!("[{0}] has a profile's keys, but is not called [profile {0}]", of(name))
        }
        Problem::PrefixInCredentials => {
            "the credentials file names profiles without the word `profile`".to_owned()
        }
        Problem::Misspelled { word, meant } => format!("`{}` is not `{meant}`", of(word)),
        Problem::CapitalDefault => "[DEFAULT] in capitals is not the default profile".to_owned(),
        Problem::TwoDefaults { .. } => "both [default] and [profile default] are there".to_owned(),
        Problem::SecondSpelling { first_line } => {
            format!("the section is there already in another spelling, in line {first_line}")
        }
        Problem::DuplicateSection { first_line } => {
            format!("the section is there already, in line {first_line}")
        }
        Problem::DuplicateKey { key, first_line } => {
            format!("`{}` is there already, in line {first_line}", of(key))
        }
        Problem::NoDelimiter => "the line has no `=`".to_owned(),
        Problem::NoKey => "the key is missing before `=`".to_owned(),
        Problem::Colon { key } => format!("`{}` is followed by `:` and not by `=`", of(key)),
        Problem::CapitalKey { key } => format!("`{}` has capital letters", of(key)),
        Problem::OddKey { key } => format!("`{}` is not a key that the tools share", of(key)),
        Problem::IndentedKey { key, .. } => format!("`{}` is indented", of(key)),
        Problem::BelowIndentedBlock { key, block } => {
            format!("`{}` follows the indented block of `{}`", of(key), of(block))
        }
        Problem::IndentedCommentFirst => {
            "a comment above the first key of its section is indented".to_owned()
        }
        Problem::CommentInBlock { key } => {
            format!("a comment stands in the block of `{}`", of(key))
        }
        Problem::IndentedComment { key } => format!("a comment below `{}` is indented", of(key)),
        Problem::InlineComment { key, .. } => {
            format!("a comment follows the value of `{}`", of(key))
        }
        Problem::QuotedValue { key } => format!("the value of `{}` is in quotes", of(key)),
        Problem::LoneQuote { key } => format!("the value of `{}` is one quote", of(key)),
        Problem::Continued { key } => format!("the value of `{}` goes on in this line", of(key)),
        Problem::UnknownOwnKey { key, .. } => {
            let whose = if key.starts_with(keys::OWN_PREFIX) { "`sso-cp`" } else { "AWS's" };
            format!("`{}` is not a key of {whose}, and nothing reads it", of(key))
        }
        Problem::MisplacedOwnKey { key, belongs_in } => {
            format!("`{}` belongs in a [{belongs_in}] section, and nothing reads it here", of(key))
        }
        Problem::NestedWithoutDelimiter { key } => {
            format!("the line belongs to the block of `{}` and has no `=`", of(key))
        }
    }
}

/// What comes of it: `the AWS CLI, boto3 and Rust refuse the whole file; Go ...`.
pub(super) fn effects(problem: &Problem) -> String {
    let mut groups: Vec<(Effect, Vec<Tool>)> = Vec::new();
    for (tool, effect) in problem.effects() {
        match groups.iter_mut().find(|(known, _)| known == effect) {
            Some((_, tools)) => tools.push(*tool),
            None => groups.push((*effect, vec![*tool])),
        }
    }
    let group = |(effect, names): &(Effect, Vec<Tool>)| {
        let is_one = names.len() == 1 && names[0] != Tool::AwsCli;
        format!("{} {}", tools(names), verb(*effect, is_one))
    };
    let groups: Vec<String> = groups.iter().map(group).collect();
    groups.iter().map(String::as_str).chain(of_others(problem)).collect::<Vec<_>>().join("; ")
}

/// What tools make of it that are not looked at line by line.
fn of_others(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::NoPrefix { .. } => {
            Some("Go v1, Ruby, GDAL and JS v2 do, and Go v1 and Ruby before the right one")
        }
        Problem::PrefixInCredentials => Some("Go v1 and Ruby do, as they take the right one"),
        Problem::Continued { key } if key == keys::CREDENTIAL_PROCESS => {
            Some("Go runs the second line as a command of its own")
        }
        _ => None,
    }
}

fn verb(effect: Effect, is_one: bool) -> &'static str {
    match (effect, is_one) {
        (Effect::RefusesFile, true) => "reads nothing of the file",
        (Effect::RefusesFile, false) => "read nothing of the file",
        (Effect::LosesSection, true) => "does not see the section",
        (Effect::LosesSection, false) => "do not see the section",
        (Effect::SpillsOver, true) => "gives its keys to the section above",
        (Effect::SpillsOver, false) => "give its keys to the section above",
        (Effect::LosesKey, true) => "does not see the key",
        (Effect::LosesKey, false) => "do not see the key",
        (Effect::OtherName, true) => "reads another name",
        (Effect::OtherName, false) => "read another name",
        (Effect::OtherValue, true) => "reads another value",
        (Effect::OtherValue, false) => "read another value",
    }
}

/// What to do about it.
pub(super) fn fix(problem: &Problem, line: usize, file: &str) -> String {
    let at = format!("line {line} of {file}");
    match problem {
        Problem::ByteOrderMark | Problem::NotUtf8 => {
            format!("save {file} as UTF-8 without a byte order mark")
        }
        Problem::LoneCarriageReturn => format!("save {file} with line ends of Unix or Windows"),
        Problem::NoPrefix { name } => format!("write `[profile {}]` in {at}", clean(name)),
        Problem::Misspelled { meant, .. } => format!("write `{meant}` in {at}"),
        Problem::DuplicateSection { first_line } | Problem::SecondSpelling { first_line } => {
            format!("join the sections in lines {first_line} and {line} of {file}")
        }
        Problem::DuplicateKey { first_line, .. } => {
            format!("keep one of the lines {first_line} and {line} of {file}")
        }
        Problem::UnknownOwnKey { meant: Some(meant), .. } => format!("write `{meant}` in {at}"),
        Problem::MisplacedOwnKey { belongs_in, .. } => {
            format!("move {at} to a [{belongs_in} ...] section")
        }
        Problem::TwoDefaults { .. } => format!("join [default] and [profile default] in {file}"),
        Problem::Colon { .. } => format!("write `=` for `:` in {at}"),
        Problem::CapitalKey { key } => {
            format!("write `{}` in {at}", clean(&key.to_ascii_lowercase()))
        }
        Problem::QuotedValue { .. } => format!("remove the quotes in {at}"),
        Problem::NoDelimiter
        | Problem::NoKey
        | Problem::BeforeSections
        | Problem::NestedWithoutDelimiter { .. } => {
            format!("begin {at} with `#`, or write `KEY = VALUE`")
        }
        Problem::PaddedHeader | Problem::PaddedEnd | Problem::WideHeader { .. } => {
            format!("keep one blank, between the words, in {at}")
        }
        Problem::PrefixInCredentials => format!("remove the word `profile` from {at}"),
        Problem::TextAtHeader => format!("remove what follows `]` in {at}"),
        Problem::InlineComment { .. } | Problem::CommentAtHeader { .. } => {
            format!("give the comment in {at} a line of its own")
        }
        Problem::QuotedName
        | Problem::NameWithBlanks
        | Problem::SeveralWords
        | Problem::BracketInName
        | Problem::MarkInName
        | Problem::OddName => format!("choose another name in {at}"),
        Problem::IndentedHeader
        | Problem::IndentedHeaderInValue
        | Problem::IndentedKey { .. }
        | Problem::BelowIndentedBlock { .. }
        | Problem::IndentedCommentFirst
        | Problem::CommentInBlock { .. }
        | Problem::IndentedComment { .. } => format!("remove the blanks at the start of {at}"),
        Problem::CapitalDefault => format!("write `[default]` in {at}"),
        Problem::UnclosedHeader => format!("end the header with `]` in {at}"),
        Problem::EmptyHeader => format!("name the section in {at}"),
        Problem::OddKey { .. } | Problem::UnknownOwnKey { meant: None, .. } => {
            format!("remove the key in {at}, or write another")
        }
        Problem::LoneQuote { .. } => format!("write a value in {at}"),
        Problem::Continued { key } => {
            format!("write `{}` and its value on one line, {at}", clean(key))
        }
    }
}
