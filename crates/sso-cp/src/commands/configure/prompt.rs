//! One question: its default in brackets, and asked again until the answer can be used.

use crate::commands::ask::read_line;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::process::output;

/// What leaves an answer out.
const NONE: &str = "none";

/// Asks. `accept` gives the answer as it is used, or what is wrong with it.
pub(super) fn question(
    text: &str,
    default: Option<&str>,
    accept: impl Fn(&str) -> Result<String, String>,
) -> Result<String, Failure> {
    loop {
        let shown = default.map_or(String::new(), |default| format!(" [{}]", clean(default)));
        let line = read_line(&format!("{text}{shown}: "))?;
        let answer = if line.is_empty() { default.unwrap_or_default() } else { &line };
        match accept(answer) {
            _ if answer.is_empty() => output::say("an answer is needed here\n"),
            Err(problem) => output::say(&format!("`{}` {problem}\n", clean(answer))),
            Ok(answer) => return Ok(answer),
        }
    }
}

/// Asks for what may be left out, by `none`.
pub(super) fn optional(
    text: &str,
    default: Option<&str>,
    accept: impl Fn(&str) -> Result<String, String>,
) -> Result<Option<String>, Failure> {
    let answer = question(text, Some(default.unwrap_or(NONE)), |answer| match answer {
        NONE => Ok(NONE.to_owned()),
        answer => accept(answer),
    })?;
    Ok(Some(answer).filter(|answer| answer != NONE))
}

/// Whether it is so; Enter means no.
pub(super) fn is_so(text: &str) -> Result<bool, Failure> {
    let answer = question(&format!("{text} (y or n)"), Some("n"), |answer| match answer {
        "y" | "yes" | "n" | "no" => Ok(answer.to_owned()),
        _ => Err("is neither y nor n".to_owned()),
    })?;
    Ok(answer.starts_with('y'))
}

/// Takes an answer as it is, unless there is something wrong with it.
pub(super) fn unless(
    problem: impl Fn(&str) -> Option<String>,
) -> impl Fn(&str) -> Result<String, String> {
    move |answer| problem(answer).map_or_else(|| Ok(answer.to_owned()), Err)
}
