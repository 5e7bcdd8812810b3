//! What is wrong with a command line, and its corrected form.

use sso_cp_config::Selection;

use super::text::shell_word;

/// A usage error, with the corrected form.
#[derive(Debug)]
pub(crate) struct Usage {
    pub(crate) problem: String,
    pub(crate) hint: String,
}

/// A usage error: where flags are read as it is, in a command as its failure.
pub(crate) fn usage<E: From<Usage>>(problem: String, hint: &str) -> E {
    E::from(Usage { problem, hint: hint.to_owned() })
}

/// No role: session, account and role as far as they were given.
pub(crate) fn incomplete_role<E: From<Usage>>(word: Option<&str>, given: [Option<&str>; 3]) -> E {
    let [session, account, role] = given;
    let flags = format!(
        "--sso-session {} --account-id {} --role-name {}",
        shell_word(session.unwrap_or("NAME")),
        shell_word(account.unwrap_or("ID")),
        shell_word(role.unwrap_or("NAME"))
    );
    usage(
        "a role without a profile needs `--sso-session`, `--account-id` and `--role-name`"
            .to_owned(),
        &write(word, &flags),
    )
}

/// What selects the same again.
pub(crate) fn flags_of(selection: &Selection) -> String {
    match selection {
        Selection::Profile(name) => format!("--profile {}", shell_word(name)),
        Selection::SsoSession(name) => format!("--sso-session {}", shell_word(name)),
        Selection::Role { sso_session, account_id, role_name } => format!(
            "--sso-session {} --account-id {} --role-name {}",
            shell_word(sso_session),
            shell_word(account_id),
            shell_word(role_name)
        ),
    }
}

/// `exec` and nothing to run; its flags as they were typed.
pub(crate) fn no_command<E: From<Usage>>(flags: &str) -> E {
    usage("there is no command to run".to_owned(), &exec_hint(flags, "COMMAND"))
}

/// A command of the person's, but not where `exec` takes it; what it is about, with a blank behind it.
pub(crate) fn command_not_behind<E: From<Usage>>(what: &str, command: &str) -> E {
    let first = command.split(' ').next().unwrap_or_default();
    usage(
        format!("`{first}` would be a command for `exec`, which takes it behind `--`"),
        &exec_hint(what, command),
    )
}

/// How `exec` is to be typed, with flags that end in a blank.
pub(crate) fn exec_hint(flags: &str, command: &str) -> String {
    format!("write `sso-cp exec {flags}-- {command}`")
}

/// The hint that shows a corrected command line.
pub(crate) fn write(word: Option<&str>, flags: &str) -> String {
    format!("write `{}`", typed(word, flags))
}

/// A command line as it is typed: the word of the command, if it has one, and its flags.
pub(crate) fn typed(word: Option<&str>, flags: &str) -> String {
    let end = if word == Some("exec") && flags != "--help" { " -- COMMAND" } else { "" };
    let gap = if word.is_some() { " " } else { "" };
    format!("sso-cp{gap}{} {flags}{end}", word.unwrap_or_default())
}
