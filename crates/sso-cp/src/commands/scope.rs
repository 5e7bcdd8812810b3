//! `sso-cp scope`: checks a policy that credentials are to be scoped down to, offline, and has some to
//! start from.

use std::path::Path;

use sso_cp_policy::examples::{EXAMPLES, Example};
use sso_cp_policy::review;
use sso_cp_provider::{Error, ScopeError, policy_text};

use crate::args::commands::Scope;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, count, harmless_json, shown_path};
use crate::messages::usage::usage;
use crate::process::output;

const CHECK: &str = "write `sso-cp scope check FILE`, or run `sso-cp scope examples`";

/// Does what is asked for.
pub(crate) fn run(context: &Context, flags: &Scope) -> Result<(), Failure> {
    if context.selection.is_some() {
        return Err(usage(
            "`scope` is about a file, so it takes no selection".to_owned(),
            "write `sso-cp scope check FILE`",
        ));
    }
    let words: Vec<&str> = flags.action.iter().map(String::as_str).collect();
    match words[..] {
        ["check", file] => check(Path::new(file), flags.print, context),
        ["check", ..] => {
            let problem = "`scope check` needs one file".to_owned();
            Err(usage(problem, "write `sso-cp scope check FILE`"))
        }
        ["examples", ..] if flags.print => {
            let problem = "`--print` belongs to `scope check`".to_owned();
            Err(usage(problem, "write `sso-cp scope examples NAME`"))
        }
        ["examples"] => Ok(output::print(list().as_bytes())?),
        ["examples", name] => Ok(output::print(named(name)?.text.as_bytes())?),
        ["examples", ..] => {
            let problem = "`scope examples` prints one example at a time".to_owned();
            Err(usage(problem, "write `sso-cp scope examples NAME`"))
        }
        [] => Err(usage("`scope` needs a word that says what to do".to_owned(), CHECK)),
        [other, ..] => Err(usage(format!("`scope` cannot `{}`", clean(other)), CHECK)),
    }
}

fn check(path: &Path, print: bool, context: &Context) -> Result<(), Failure> {
    let bytes = policy_text(path).map_err(Error::from)?;
    let path = path.to_owned();
    let (policy, findings) = match review(&bytes) {
        Ok(reviewed) => reviewed,
        Err(flaw) => return Err(Error::from(ScopeError::PolicyFlawed { path, flaw }).into()),
    };
    if !findings.is_empty() {
        return Err(Failure::Unfit { path, findings });
    }
    let line = match print {
        true => harmless_json(policy.minified()),
        false => format!(
            "{} fits: {} of {}\n",
            shown_path(&path, Some(&context.files().home)),
            count(policy.characters(), "character"),
            sso_cp_policy::MAX_CHARACTERS
        ),
    };
    Ok(output::print(line.as_bytes())?)
}

fn list() -> String {
    let width = EXAMPLES.iter().map(|example| example.name.len()).max().unwrap_or(0);
    let line = |example: &Example| format!("{:width$}  {}\n", example.name, example.summary);
    EXAMPLES.iter().map(line).collect()
}

fn named(name: &str) -> Result<&'static Example, Failure> {
    EXAMPLES.iter().find(|example| example.name == name).ok_or_else(|| {
        let names: Vec<&str> = EXAMPLES.iter().map(|example| example.name).collect();
        usage(
            format!("there is no example `{}`", clean(name)),
            &format!("write `sso-cp scope examples {}`", names.join("|")),
        )
    })
}
