//! `sso-cp shell-init SHELL`: the function that switches the AWS profile of a shell, for a start-up file.
//!
//! A program cannot change its shell's variables, so a function does, by way of `sso-cp use`. Names of profiles are
//! text of a file: they only ever stand in variables and arguments, and nothing is run through `eval` or what is
//! like it. The profile before the present one is kept in a variable of the shell that is not exported, so each
//! shell has its own.

mod fish;
mod posix;
mod powershell;
mod script;

use std::ffi::OsString;
use std::path::{MAIN_SEPARATOR, absolute};

use crate::args::commands::ShellInit;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output;
use script::Names;

/// Prints the script.
pub(crate) fn run(_context: &Context, flags: &ShellInit) -> Result<(), Failure> {
    let function = flags.name.as_deref().unwrap_or("awsp");
    if !is_function_name(function) {
        return Err(usage(
            format!("`{}` is not a name for a function", clean(function)),
            "write `--name` with letters, digits, `_` and `-`, a letter first",
        ));
    }
    let program = program(std::env::args_os().next());
    let names = Names { function, program: &program };
    let script = match flags.shell.as_deref() {
        Some("bash") => posix::bash(&names),
        Some("zsh") => posix::zsh(&names),
        Some("fish") => fish::script(&names),
        Some("powershell" | "pwsh") => powershell::script(&names),
        Some(other) => return Err(usage(format!("there is no code for `{}`", clean(other)), HINT)),
        None => return Err(usage("`shell-init` needs the name of a shell".to_owned(), HINT)),
    };
    output::print(script.as_bytes()).map_err(Failure::from)
}

const HINT: &str = "write `sso-cp shell-init bash|zsh|fish|powershell`";

/// Names that every one of the shells takes, and that mean nothing else in any.
fn is_function_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
}

/// How the function calls us: by our name where the shell found us so, which goes on after an update; else by the
/// place that was typed.
fn program(typed: Option<OsString>) -> String {
    let typed = typed.unwrap_or_default();
    let text = typed.to_string_lossy();
    match absolute(&*text) {
        Ok(path) if text.contains(['/', MAIN_SEPARATOR]) => path.to_string_lossy().into_owned(),
        _ => "sso-cp".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_become_functions() {
        assert!(["awsp", "_p", "aws-switch", "P2"].into_iter().all(is_function_name));
        assert!(
            !["", "a b", "-x", "2p", "a;b", "a$b", "é", "a\n"].into_iter().any(is_function_name)
        );
    }

    #[test]
    #[cfg(unix)]
    fn the_program_is_called_as_it_was_found() {
        let program = |typed: &str| program(Some(OsString::from(typed)));
        assert_eq!(
            [program("sso-cp"), program("/opt/my dir/sso-cp")],
            ["sso-cp", "/opt/my dir/sso-cp"]
        );
        assert!(program("./sso-cp").starts_with('/'));
    }
}
