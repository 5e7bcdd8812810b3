//! When a command does not know what it is about.

use std::path::Path;

use sso_cp_config::MeantHeader;

use super::near_miss::{by_session, of_header};
use crate::messages::text::{below_home, list, shell_word};
use crate::messages::usage::{Usage, typed};

/// At most this many names stand in one line.
const MAX_NAMES: usize = 10;

/// A word that names nothing.
#[derive(Debug)]
pub(crate) struct NoSuchName<'a> {
    pub(crate) word: &'a str,
    /// What it would have to be.
    pub(crate) what: &'static str,
    /// Names that are spelled nearly so.
    pub(crate) near: &'a [String],
    /// A header that was meant to have the name.
    pub(crate) header: Option<&'a MeantHeader>,
}

impl NoSuchName<'_> {
    /// The usage error. `command` is the word of the command.
    pub(crate) fn usage(&self, home: Option<&Path>, command: Option<&str>) -> Usage {
        let note = self.header.map_or(String::new(), ToString::to_string);
        let problem = format!("there is no {} `{}`{note}", self.what, self.word);
        let hint = match (self.header, self.near) {
            (Some(header), _) => of_header(header, home),
            // What many programs take for a question.
            (None, _) if self.word == "help" => format!("run `{}`", typed(command, "--help")),
            (None, []) => "see `sso-cp profiles`, or set one up by `sso-cp configure`".to_owned(),
            (None, [one]) => format!("run `{}`", by_name(one, command)),
            (None, several) => format!("use one of {}", list(several)),
        };
        Usage { problem: below_home(problem, home), hint }
    }
}

/// The name of a session where a role is needed.
pub(crate) fn session_for_role(session: &str, command: Option<&str>) -> Usage {
    let problem = format!("`{}` is an sso-session, and a profile is needed here", session);
    Usage { problem, hint: by_session(session, command) }
}

/// Nothing is named, and there are several to choose from. `chosen` is the variable that names a
/// profile without a sign-in, and that profile.
pub(crate) fn several_sessions(
    sessions: &[&str],
    chosen: Option<(&str, &str)>,
    command: Option<&str>,
) -> Usage {
    let names: Vec<String> =
        sessions.iter().take(MAX_NAMES).map(|name| (*name).to_owned()).collect();
    let more = match sessions.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let several = format!("there are several sso-sessions: {}{more}", list(&names));
    let problem = match chosen {
        Some((variable, profile)) => {
            format!("`{variable}` names `{}`, which has no sign-in; {several}", profile)
        }
        None => several,
    };
    let first = sessions.first().map_or("NAME", |first| *first);
    Usage { problem, hint: format!("name one of them: `{}`", by_name(first, command)) }
}

/// A command line with the name as a word, or by its flag where it would be taken for a flag.
fn by_name(name: &str, command: Option<&str>) -> String {
    match name.starts_with('-') {
        true => typed(command, &format!("--profile {}", shell_word(name))),
        false => typed(command, &shell_word(name)),
    }
}
