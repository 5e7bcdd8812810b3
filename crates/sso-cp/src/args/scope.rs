//! What `--scope-policy`, `--scope-duration` and `--agent` come to.

use std::path::PathBuf;

use sso_cp_config::{AskingAgent, ScopeFlags, scope_seconds};

use super::Command;
use super::commands::{Exec, Export, Serve};
use crate::args::manual;
use crate::messages::text::shell_word;
use crate::messages::usage::{Usage, usage};

/// The flag whose value may be missing.
pub(super) const AGENT: &str = "--agent";

/// The flags as they were typed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Typed<'a> {
    pub(super) policy: Option<&'a PathBuf>,
    pub(super) duration: Option<&'a String>,
    /// Empty where no name is given.
    pub(super) agent: Option<&'a String>,
}

impl<'a> Typed<'a> {
    /// Those of a command that hands credentials out. `self` is what stands with the flags of the credential
    /// command, as it does for `token` too, whose kinds would have to declare each anew.
    pub(super) fn of(self, command: Option<&'a Command>) -> Result<Typed<'a>, Usage> {
        match command {
            None | Some(Command::Token(_)) => Ok(self),
            Some(
                Command::Exec(Exec { scope_policy, scope_duration, agent, .. })
                | Command::Export(Export { scope_policy, scope_duration, agent, .. })
                | Command::Serve(Serve { scope_policy, scope_duration, agent, .. }),
            ) => Ok(Typed {
                policy: scope_policy.as_ref(),
                duration: scope_duration.as_ref(),
                agent: agent.as_ref(),
            }),
            Some(_) if self == Typed::default() => Ok(self),
            Some(_) => Err(usage(
                "a scope belongs to commands that hand credentials out".to_owned(),
                "write `sso-cp exec --scope-policy FILE -- COMMAND`, or use `export`, `serve` or `token`",
            )),
        }
    }

    /// What they say, where they say something.
    pub(super) fn flags(&self) -> Result<Option<ScopeFlags>, Usage> {
        let duration_seconds = match self.duration {
            None => None,
            Some(text) => Some(scope_seconds(text).map_err(|problem| {
                usage::<Usage>(
                    format!("`--scope-duration` {problem}, not `{text}`"),
                    "write for example `--scope-duration 3600`",
                )
            })?),
        };
        let agent = self.agent.map(|name| match name.as_str() {
            "" => AskingAgent::Unnamed,
            name => AskingAgent::Named(name.to_owned()),
        });
        if self.policy.is_some_and(|path| path.as_os_str().is_empty()) {
            return Err(usage(
                "`--scope-policy` needs a file".to_owned(),
                "write `--scope-policy FILE`, or see `sso-cp scope examples`",
            ));
        }
        let flags = ScopeFlags { policy: self.policy.cloned(), duration_seconds, agent };
        Ok((flags != ScopeFlags::default()).then_some(flags))
    }
}

/// The name that the flag gives the agent.
pub(super) fn agent_name(flags: &ScopeFlags) -> Option<String> {
    match &flags.agent {
        Some(AskingAgent::Named(name)) => Some(name.clone()),
        _ => None,
    }
}

/// The flags among these words that scope something down, each with a blank behind it.
pub(super) fn typed_again(words: &[&str]) -> String {
    let mut flags = String::new();
    for pair in words.windows(2) {
        if [AGENT, "--scope-policy", "--scope-duration"].contains(&pair[0]) {
            flags = flags + pair[0] + " ";
            if !pair[1].is_empty() {
                flags = flags + &shell_word(pair[1]) + " ";
            }
        }
    }
    flags
}

/// Puts an empty name behind an `--agent` that has none, so that its value can be read like any other. What
/// follows it is its name, unless that is a flag or the word of a command or its kind.
pub(super) fn with_agent_name(words: Vec<String>) -> Vec<String> {
    let is_name = |word: &String| {
        let is = |command: &manual::Command| command.word == word.as_str();
        let is_command =
            |command: manual::Command| is(&command) || command.kinds().any(|kind| is(&kind));
        !word.starts_with('-') && !manual::commands().any(is_command)
    };
    let mut named = Vec::with_capacity(words.len() + 1);
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let is_bare = word == AGENT && !words.peek().is_some_and(is_name);
        named.push(word);
        if is_bare {
            named.push(String::new());
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_agent_may_be_missing() {
        for (words, expected) in [
            (&["--agent"][..], &["--agent", ""][..]),
            (&["--agent", "claude", "x"], &["--agent", "claude", "x"]),
            (&["--agent", "--profile", "x"], &["--agent", "", "--profile", "x"]),
            (&["--agent", "exec"], &["--agent", "", "exec"]),
            (&["token", "--agent", "eks"], &["token", "--agent", "", "eks"]),
        ] {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(with_agent_name(words), expected);
        }
    }
}
