//! `sso-cp docker-credential`: Docker's credential helper for ECR.
//!
//! The protocol is that of docker-credential-helpers: one action as argument, the rest on stdin and
//! stdout. A failure is a text on stdout and exit status 1, which Docker shows; one fixed text means that
//! there are no credentials, and Docker goes on without any.

use std::io::Read;
use std::process::ExitCode;

use serde::Serialize;
use sso_cp_config::{RegistryProfile, Selection, registry_profiles};
use sso_cp_token::Registry;
use zeroize::Zeroizing;

use crate::args::commands::DockerCredential;
use crate::commands::token::ecr;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, json_line};
use crate::messages::usage::usage;
use crate::process::output::{self, Warnings};

/// The one spelling that Docker takes for "there are none".
const NOT_FOUND: &str = "credentials not found in native keychain\n";
/// No name of a host is that long, and what `store` brings is thrown away.
const MAX_INPUT_BYTES: u64 = 64 << 10;

/// What `get` prints.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(rename = "ServerURL")]
    server: &'a str,
    #[serde(rename = "Username")]
    user: &'a str,
    #[serde(rename = "Secret")]
    password: &'a str,
}

/// Does what Docker asks for.
pub(crate) fn run(context: &Context, flags: &DockerCredential) -> Result<ExitCode, Failure> {
    match flags.action.as_deref() {
        Some("get") => get(context),
        // Passwords are made anew when they are needed, so there is nothing to keep or to forget. Docker
        // must be able to write what it has to say.
        Some("store" | "erase") => {
            drop(input());
            Ok(ExitCode::SUCCESS)
        }
        Some("list") => said("{}\n", ExitCode::SUCCESS),
        Some("version") => {
            let version = concat!("sso-cp ", env!("CARGO_PKG_VERSION"), "\n");
            said(version, ExitCode::SUCCESS)
        }
        _ => Err(usage(
            "`docker-credential` needs one of get, store, erase, list and version".to_owned(),
            "write `sso-cp docker-credential get`, with the registry's host on stdin",
        )),
    }
}

fn get(context: &Context) -> Result<ExitCode, Failure> {
    let input = input();
    let server = input.trim();
    let Some(registry) = Registry::of_server(server) else {
        return said(NOT_FOUND, ExitCode::FAILURE);
    };
    let later = match chosen(context, &registry) {
        Ok(Some(selection)) => context.about(selection),
        Ok(None) => return said(NOT_FOUND, ExitCode::FAILURE),
        Err(failure) => return refuse(&failure, context),
    };
    // Docker knows no other region than the one in the host's name, so there is nothing to tell of it.
    let region = match &registry {
        Registry::Private { region, .. } => Some(region.as_str()),
        Registry::Public => None,
    };
    let mut warnings = Warnings::default();
    let kept = later
        .target()
        .and_then(|target| ecr::password(&later, &target, Some(&registry), region, &mut warnings));
    let kept = match kept {
        Ok(kept) => kept,
        Err(failure) => return refuse(&failure, &later),
    };
    let user = kept.user.as_deref().unwrap_or_default();
    let answer = Answer { server, user, password: kept.token.expose() };
    output::print(Zeroizing::new(json_line(&answer)).as_bytes())?;
    warnings.say();
    Ok(ExitCode::SUCCESS)
}

/// What Docker has to say. More than a host can be is as good as nothing.
fn input() -> String {
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock();
    let read = (&mut stdin).take(MAX_INPUT_BYTES).read_to_end(&mut bytes);
    // The rest too: a writer whose pipe breaks would report that and not our answer.
    let rest = std::io::copy(&mut stdin, &mut std::io::sink());
    match (read, rest) {
        (Ok(_), Ok(0)) => String::from_utf8(bytes).unwrap_or_default(),
        _ => String::new(),
    }
}

fn said(text: &str, code: ExitCode) -> Result<ExitCode, Failure> {
    output::print(text.as_bytes())?;
    Ok(code)
}

/// On stdout on one line, for Docker puts it between backticks; where it asks before a pull, it says nothing of
/// it at all and goes on without a password. So a person is told on stderr too, which Docker hands on.
fn refuse(failure: &Failure, context: &Context) -> Result<ExitCode, Failure> {
    let scene = context.scene();
    output::say(&failure.lines(&scene));
    said(&format!("sso-cp: {}\n", failure.one_line(&scene)), ExitCode::FAILURE)
}

/// Whose credentials a registry gets: those that the flags select, else of the profile of its account.
/// `None`: of nobody, which for the public registry is good enough.
fn chosen(context: &Context, registry: &Registry) -> Result<Option<Selection>, Failure> {
    if let Some(selection) = &context.selection {
        return Ok(Some(selection.clone()));
    }
    let account_id = match registry {
        Registry::Private { account_id, .. } => Some(account_id.as_str()),
        Registry::Public => None,
    };
    let found = registry_profiles(account_id, context.files(), context.env());
    let found = found?;
    let of_shell = context.env().text("AWS_PROFILE").or(context.env().text("AWS_DEFAULT_PROFILE"));
    let of_shell = of_shell.map(Selection::Profile);
    match (one_of(&found, of_shell.as_ref(), context), account_id) {
        (Choice::One(name), _) => Ok(Some(Selection::Profile(name))),
        (Choice::Several(names), Some(account_id)) => Err(usage(
            format!("account `{account_id}` has several profiles: {}", listed(&names)),
            "add `sso_cp_registry = true` to one of them in the config file, or set AWS_PROFILE",
        )),
        (Choice::Several(names), None) => Err(usage(
            format!("several profiles say `sso_cp_registry = true`: {}", listed(&names)),
            "leave it in one of them, or set AWS_PROFILE",
        )),
        (Choice::None, _) if of_shell.is_some() => Ok(of_shell),
        (Choice::None, None) => Ok(None),
        (Choice::None, Some(account_id)) => {
            let broken = found.into_iter().find_map(|profile| profile.target.err());
            Err(broken.map(Failure::from).unwrap_or_else(|| {
                usage(
                    format!("no profile is of account `{account_id}`, and AWS_PROFILE is not set"),
                    "see `sso-cp list` for the roles there are, and `sso-cp configure`",
                )
            }))
        }
    }
}

enum Choice {
    One(String),
    Several(Vec<String>),
    None,
}

/// The one that is marked, else the only one, else the one that the shell has chosen among them.
fn one_of(found: &[RegistryProfile], of_shell: Option<&Selection>, context: &Context) -> Choice {
    let usable: Vec<&RegistryProfile> =
        found.iter().filter(|profile| profile.is_marked || profile.target.is_ok()).collect();
    let marked: Vec<&RegistryProfile> =
        usable.iter().copied().filter(|profile| profile.is_marked).collect();
    match (&*marked, &*usable) {
        ([one], _) | ([], [one]) => return Choice::One(one.name.clone()),
        ([], []) => return Choice::None,
        _ => {}
    }
    let among = if marked.is_empty() { usable } else { marked };
    let of_shell = of_shell.and_then(|selection| {
        sso_cp_config::target(selection, context.files(), context.env()).ok()
    });
    let is_chosen = |profile: &&&RegistryProfile| match (&of_shell, &profile.target) {
        (Some(chosen), Ok(target)) => chosen.gives_the_same_credentials(target),
        _ => false,
    };
    match among.iter().find(is_chosen) {
        Some(chosen) => Choice::One(chosen.name.clone()),
        None => Choice::Several(among.iter().map(|profile| profile.name.clone()).collect()),
    }
}

/// A few of the names: hundreds of profiles may be of one account.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| format!("`{}`", clean(name))).collect();
    if let Some(more) = names.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}
