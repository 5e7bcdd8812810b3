//! `credential_process` values: whether every tool can run them, and what they run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sso_cp_config::{
    Change, Env, Helper, ListedProfile, ProfileKind, SectionName, Selection, Tool, is_absolute,
    keys,
};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use crate::args::{self, Parsed};
use crate::commands::shared_file::{self, portable_process};
use crate::messages::text::{clean, helper_word, shell_word};
use crate::messages::tools::tools;

/// Characters that mean something to a shell, which the AWS CLI and boto3 do not use.
const SHELL: &[char] = if cfg!(windows) {
    &['|', '&', '<', '>', '%', '^']
} else {
    &['|', '&', ';', '<', '>', '$', '`', '*']
};

/// What helps where no spelling of a path does.
const MOVE: &str = "move the program to a folder whose path has no blanks";

/// Looks at every command.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for keys in &scene.keys {
        let Some(command) = &keys.credential_process else { continue };
        let subject = format!("profile {}", keys.name);
        let is_portable = keys.has(keys::SSO_CP_PORTABLE);
        let helper = Helper::of(command);
        let problems =
            Command { profile: &keys.name, command, helper, is_portable, scene }.problems();
        if problems.is_empty() {
            let reason = format!("{} can run its credential_process", tools(&Tool::ALL));
            findings.push(Check::Process.ok(&subject, reason));
        }
        findings.extend(problems.into_iter().map(|problem| finding(problem, &keys.name, &subject)));
    }
}

fn finding(problem: Problem, profile: &str, subject: &str) -> Finding {
    let (Problem::Odd(_, fix) | Problem::Fatal(_, fix)) = &problem;
    let section = SectionName::Profile(profile.to_owned());
    let (text, change) = match fix {
        Fix::Say(text) => (text.clone(), None),
        Fix::Write(command) => (
            format!(
                "write `credential_process = {}` below [profile {}]",
                clean(command),
                clean(profile)
            ),
            Some(Change::set(keys::CREDENTIAL_PROCESS, command)),
        ),
    };
    let finding = match problem {
        Problem::Odd(reason, _) => Check::Process.warning(subject, reason, text),
        Problem::Fatal(reason, _) => Check::Process.failure(Class::Config, subject, reason, text),
    };
    match change {
        Some(change) => finding.with_edit(section, vec![change]),
        None => finding,
    }
}

/// What is wrong with a command, and what to do.
#[derive(Debug, PartialEq, Eq)]
enum Problem {
    /// Some tools cannot run it, or it may not do what it looks like.
    Odd(String, Fix),
    /// No tool gets credentials by it.
    Fatal(String, Fix),
}

/// What to do about it.
#[derive(Debug, PartialEq, Eq)]
enum Fix {
    /// What a person does.
    Say(String),
    /// The command to write.
    Write(String),
}

impl Problem {
    /// Whether its fix is another command.
    fn is_corrected(&self) -> bool {
        matches!(self, Problem::Odd(_, Fix::Write(_)) | Problem::Fatal(_, Fix::Write(_)))
    }
}

struct Command<'a> {
    profile: &'a str,
    command: &'a str,
    helper: Helper,
    /// Whether the profile says that a bare name is wanted.
    is_portable: bool,
    scene: &'a Scene<'a>,
}

impl Command<'_> {
    fn problems(&self) -> Vec<Problem> {
        let helper = &self.helper;
        if !helper.is_whole() {
            let reason = "a quote in its credential_process is not closed".to_owned();
            return vec![Problem::Fatal(reason, self.mend())];
        }
        let Some(program) = helper.program() else {
            let reason = "its credential_process is blank".to_owned();
            return vec![Problem::Fatal(reason, self.mend())];
        };
        let mut problems: Vec<Problem> = self.spelling(program).into_iter().collect();
        problems.extend(self.program(program));
        if is_ours(helper) {
            problems.extend(self.selection(helper.arguments()));
            problems.extend(self.wait(helper.arguments()));
        }
        // What else corrects the command writes the whole path, too: two lines would contradict.
        let is_corrected = problems.iter().any(Problem::is_corrected);
        problems.extend(self.short_path(program).filter(|_| !is_corrected));
        problems
    }

    /// What only some tools understand.
    fn spelling(&self, program: &str) -> Option<Problem> {
        let text = self.command.trim();
        let both = |quote| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        let reason = if text.contains('\n') {
            "its credential_process goes on in the next line, which only the AWS CLI and boto3 join"
        } else if both('"') || both('\'') {
            "its credential_process begins and ends with a quote, and Go takes that pair off"
        } else if program.starts_with('~') {
            "its credential_process begins with `~`, which the AWS CLI and boto3 do not replace"
        } else if text.contains(SHELL) {
            "its credential_process needs a shell, and the AWS CLI and boto3 use none"
        } else if program.contains(' ') {
            "the path of its credential_process holds blanks, which not every tool keeps together"
        } else {
            return None;
        };
        let fix = match self.mend() {
            // It is as good as it gets where the program is.
            Fix::Write(command) if command == text => Fix::Say(MOVE.to_owned()),
            fix => fix,
        };
        Some(Problem::Odd(reason.to_owned(), fix))
    }

    /// Whether the program is to be found.
    fn program(&self, program: &str) -> Option<Problem> {
        let env = self.scene.context.env();
        let shown = clean(program);
        if program.starts_with('~') || program.contains(SHELL) {
            return None;
        }
        if program.contains(['/', '\\']) {
            if !is_absolute(program) {
                let reason = format!("`{shown}` depends on the folder that a tool is started in");
                return Some(Problem::Odd(reason, self.mend()));
            }
            let is_there = is_program(Path::new(program));
            let reason = format!("`{shown}` is not a program that can be run");
            return (!is_there).then(|| Problem::Fatal(reason, self.mend()));
        }
        if find(program, env).is_some() {
            return None;
        }
        let reason = format!("`{shown}` is not on the PATH");
        Some(Problem::Fatal(reason, self.mend()))
    }

    /// A bare name, which only some programs find.
    fn short_path(&self, program: &str) -> Option<Problem> {
        // Other machines read the file too, where the path would be another one.
        if self.is_portable || program.starts_with('~') || program.contains(['/', '\\']) {
            return None;
        }
        let path = find(program, self.scene.context.env())?;
        // The first word may stand in quotes; what stands behind it must not be lost.
        let words = [program.to_owned(), format!("'{program}'"), format!("\"{program}\"")];
        let command = self.command.trim();
        let rest = words.iter().find_map(|word| command.strip_prefix(word.as_str()));
        let fix = match (rest, shared_file::program_word(&path.to_string_lossy())) {
            (_, None) => Fix::Say(MOVE.to_owned()),
            (Some(rest), Some(word)) => Fix::Write(format!("{word}{rest}")),
            (None, Some(_)) => self.mend(),
        };
        let reason = format!(
            "programs with windows may not find `{}`, for their PATH is shorter",
            clean(program)
        );
        Some(Problem::Odd(reason, fix))
    }

    /// What `sso-cp` would make of its arguments.
    fn selection(&self, words: &[String]) -> Option<Problem> {
        let selection = match args::parse(words.iter().map(OsString::from)) {
            Ok(Parsed::Command(arguments)) if arguments.command.is_none() => arguments.selection,
            Ok(_) => {
                let reason = "its credential_process asks for something else than credentials";
                return Some(Problem::Fatal(reason.to_owned(), self.mend()));
            }
            Err(usage) => {
                let reason = format!("its credential_process is wrong: {}", usage.problem);
                return Some(Problem::Fatal(reason, self.mend()));
            }
        };
        match selection? {
            Selection::Profile(name) if name == self.profile => self.own_profile(),
            Selection::Profile(name) => self.other_profile(&name),
            selection => {
                let (files, env) = (self.scene.context.files(), self.scene.context.env());
                let error = sso_cp_config::role(&selection, files, env).err()?;
                let home = Some(files.home.as_path());
                let message = crate::messages::failure::config_message(&error, home);
                Some(Problem::Fatal(
                    format!("its credential_process: {}", message.fact),
                    Fix::Say(message.hint),
                ))
            }
        }
    }

    /// Go ends a helper, and throws its answer away, after a minute.
    fn wait(&self, words: &[String]) -> Option<Problem> {
        const LONGEST: Duration = Duration::from_secs(55);
        let Ok(Parsed::Command(arguments)) = args::parse(words.iter().map(OsString::from)) else {
            return None;
        };
        let wait = arguments.auto_login.filter(|wait| *wait > LONGEST)?.as_secs();
        let reason = format!(
            "its credential_process waits up to {wait} seconds for a sign-in, and Go ends it after 60, a client of the Rust SDK after 22"
        );
        let fix = format!(
            "write `--wait 50` in the `credential_process` of [profile {}]",
            clean(self.profile)
        );
        Some(Problem::Odd(reason, Fix::Say(fix)))
    }

    fn own_profile(&self) -> Option<Problem> {
        let has_nothing =
            |profile: ListedProfile<'_>| profile.kind.is_none() && profile.is_readable;
        let is_empty = self.listed(self.profile).is_some_and(has_nothing);
        is_empty.then(|| {
            let reason = "its credential_process names the profile itself, which has no SSO settings";
            let fix = format!(
                "add `sso_cp_session`, `sso_cp_account_id` and `sso_cp_role_name` below [profile {}]",
                clean(self.profile)
            );
            Problem::Fatal(reason.to_owned(), Fix::Say(fix))
        })
    }

    /// Another profile is meant to be named where this one has no settings of its own.
    fn other_profile(&self, name: &str) -> Option<Problem> {
        let shown = clean(name);
        match self.listed(name) {
            None => {
                let reason =
                    format!("its credential_process selects profile `{shown}`, which is not there");
                Some(Problem::Fatal(reason, self.mend()))
            }
            Some(_) if !self.is_usable(name) => {
                let reason = format!(
                    "its credential_process selects profile `{shown}`, which cannot be used"
                );
                let fix = format!("sso-cp doctor --profile {}", shell_word(name));
                Some(Problem::Fatal(reason, Fix::Say(fix)))
            }
            Some(_) if self.names_a_role() => {
                let reason = format!(
                    "its credential_process selects profile `{shown}`, although it names a role itself"
                );
                Some(Problem::Odd(reason, self.mend()))
            }
            Some(_) => None,
        }
    }

    fn listed(&self, name: &str) -> Option<ListedProfile<'_>> {
        self.scene.listing.as_ref()?.profile(name)
    }

    fn is_usable(&self, name: &str) -> bool {
        self.scene.role_of(name).is_some_and(|role| role.is_ok())
    }

    /// What to write: our command where it would give credentials. What another helper needs, and where
    /// it is, only its owner knows; what a program around us adds would be lost.
    fn mend(&self) -> Fix {
        let is_another = !is_ours(&self.helper) && !self.names_a_role();
        if is_another || self.helper.is_wrapped() {
            return Fix::Say(format!(
                "correct `credential_process` below [profile {}]",
                clean(self.profile)
            ));
        }
        let forwarded = match self.names_a_role() {
            true => None,
            false => self.forwarded(),
        };
        let profile = forwarded.as_deref().unwrap_or(self.profile);
        match helper_word(profile) {
            Ok(word) => {
                let program = self.path().and_then(|path| shared_file::program_word(&path));
                Fix::Write(match program {
                    Some(program) => format!("{program} --profile {word}"),
                    None => portable_process(&word),
                })
            }
            Err(why) => Fix::Say(format!("change the name of [profile {}]: {why}", clean(profile))),
        }
    }

    /// Where a bare name leads to, else where we are.
    fn path(&self) -> Option<String> {
        let context = self.scene.context;
        let bare = self.helper.program().filter(|name| !name.contains(['/', '\\']));
        let found = bare.and_then(|name| find(name, context.env()));
        found
            .and_then(|path| path.to_str().map(str::to_owned))
            .or_else(|| shared_file::program(context))
    }

    /// The usable profile that the command selects, whatever else is wrong with it.
    fn forwarded(&self) -> Option<String> {
        self.helper.profile().filter(|name| self.is_usable(name)).map(str::to_owned)
    }

    /// Whether the profile has settings that we can read a role from.
    fn names_a_role(&self) -> bool {
        self.listed(self.profile)
            .is_some_and(|own| own.kind.is_some_and(|kind| kind != ProfileKind::Login))
    }
}

/// Whether a `credential_process` runs us, however it is written.
pub(super) fn runs_us(command: &str) -> bool {
    is_ours(&Helper::of(command))
}

fn is_ours(helper: &Helper) -> bool {
    helper.is_ours(shared_file::running_name().as_deref())
}

/// A program on the PATH, as every shell finds it.
pub(super) fn find(program: &str, env: &Env) -> Option<PathBuf> {
    let path = env.raw("PATH")?;
    let names = [program.to_owned(), format!("{program}{}", std::env::consts::EXE_SUFFIX)];
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| names.clone().map(|name| folder.join(name)))
        .find(|candidate| is_program(candidate))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
