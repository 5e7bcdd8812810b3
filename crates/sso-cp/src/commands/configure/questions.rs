//! What is to be configured, by questions. A question says its default in brackets; an answer that
//! cannot be used is told why, and asked again.

use sso_cp_config::{Contents, SectionName, check_start_url};
use sso_cp_provider::{AccessListing, AccountRoles};
use sso_cp_types::{ACCOUNT_ACCESS, AccountId};

use super::answers::{
    Given, Profile, Wanted, default_name, existing, why_no_account, why_no_name, why_no_region,
    why_no_scopes, why_no_value,
};
use super::session::sign_in;
use crate::commands::access;
use crate::commands::ask::read_line;
use crate::commands::choose::choose;
use crate::commands::populate::{Entry, default_name as name_of_listed};
use crate::context::Context;
use crate::messages::failure::{Failure, Setup};
use crate::messages::text::clean;
use crate::process::output;

/// Asks for what the flags do not say, and signs in on the way.
pub(super) fn ask(
    given: &Given<'_>,
    contents: &Contents,
    context: &Context,
) -> Result<(Wanted, Profile), Failure> {
    given.check(contents)?;
    // Ctrl-C ends the questions, whatever has been typed.
    context.interrupt();
    let mut wanted = session(given, contents)?;
    let (account_id, role_name, proposed) = match given.flags.no_login {
        true => typed_role(given)?,
        false => chosen_role(given, &mut wanted, context)?,
    };
    let region = match &given.flags.region {
        Some(region) => Some(region.clone()),
        None => optional("region for the tools that use the profile", why_no_region)?,
    };
    let name = profile_name(given, &proposed, contents)?;
    Ok((wanted, Profile { name, account_id, role_name, region }))
}

fn session(given: &Given<'_>, contents: &Contents) -> Result<Wanted, Failure> {
    let names = contents.names().filter_map(|section| match section {
        SectionName::SsoSession(name) if existing(name, contents).is_some() => Some(name.as_str()),
        _ => None,
    });
    let names: Vec<&str> = names.collect();
    let name = match &given.named.sso_session {
        Some(name) => name.clone(),
        None => session_name(&names)?,
    };
    let mut wanted = given.session(&name, existing(&name, contents));
    if wanted.start_url.is_empty() {
        wanted.start_url = question("start URL", None, |url| check_start_url(url).err())?;
    }
    if wanted.region.is_empty() {
        wanted.region = question("region of the start URL", None, why_no_region)?;
    }
    if wanted.is_changed && given.flags.scopes.is_none() {
        let old = wanted.scopes.as_deref().unwrap_or(ACCOUNT_ACCESS);
        wanted.scopes = Some(question("scopes, separated by commas", Some(old), why_no_scopes)?);
    }
    Ok(wanted)
}

fn session_name(names: &[&str]) -> Result<String, Failure> {
    if names.is_empty() {
        return question("name for the sign-in, such as your company's", None, why_no_name);
    }
    output::say("sessions that there are:\n");
    for (number, name) in names.iter().enumerate() {
        output::say(&format!("  {}  {}\n", number + 1, clean(name)));
    }
    let answer = question("a number, or the name of a new session", Some("1"), |answer| {
        let number = answer.parse::<usize>().ok();
        match number {
            Some(number) if !(1..=names.len()).contains(&number) => {
                Some("is no number of the list".to_owned())
            }
            Some(_) => None,
            None if names.contains(&answer) => None,
            None => why_no_name(answer),
        }
    })?;
    let chosen = answer.parse::<usize>().ok().and_then(|number| names.get(number - 1).copied());
    Ok(chosen.map_or(answer, str::to_owned))
}

/// Without a sign-in nothing can be listed.
fn typed_role(given: &Given<'_>) -> Result<(String, String, String), Failure> {
    let account_id = match &given.named.account_id {
        Some(account_id) => account_id.clone(),
        None => AccountId::typed(&question("account id", None, why_no_account)?).0,
    };
    let role_name = match &given.named.role_name {
        Some(role_name) => role_name.clone(),
        None => question("role name", None, why_no_value)?,
    };
    let proposed = default_name(&role_name, &account_id);
    Ok((account_id, role_name, proposed))
}

fn chosen_role(
    given: &Given<'_>,
    wanted: &mut Wanted,
    context: &Context,
) -> Result<(String, String, String), Failure> {
    let session = sign_in(wanted, context, given.flags)?;
    if let (Some(account_id), Some(role_name)) = (&given.named.account_id, &given.named.role_name) {
        let proposed = default_name(role_name, account_id);
        return Ok((account_id.clone(), role_name.clone(), proposed));
    }
    let AccessListing { access, warnings, .. } = access::list(&session, context)?;
    // More is asked now, so what a person should know is said before.
    output::warn_of(&warnings, || context.scene());
    let fits = |known: &&AccountRoles| {
        let roles = &known.roles;
        let has_role = |name: &String| roles.iter().any(|role| role.0 == *name);
        !roles.is_empty()
            && given.named.account_id.as_ref().is_none_or(|id| known.account.id.0 == *id)
            && given.named.role_name.as_ref().is_none_or(has_role)
    };
    let accounts: Vec<&AccountRoles> = access.accounts().iter().filter(fits).collect();
    if accounts.is_empty() {
        return Err(Failure::Setup(Setup::NothingToChoose { session: wanted.name.clone() }));
    }
    let labels: Vec<String> = accounts.iter().map(|known| label(known)).collect();
    let known = accounts[choose("account", &labels, read_line)?];
    let role_name = match &given.named.role_name {
        Some(role_name) => role_name.clone(),
        None => {
            let names: Vec<String> = known.roles.iter().map(|role| clean(&role.0)).collect();
            known.roles[choose("role", &names, read_line)?].0.clone()
        }
    };
    let account = &known.account;
    let proposed = name_of_listed(&Entry {
        account_id: &account.id.0,
        account_name: account.name.as_deref(),
        account_email: account.email.as_deref(),
        role_name: &role_name,
        entitled: None,
    });
    Ok((account.id.0.clone(), role_name, proposed))
}

/// As the AWS CLI shows accounts.
fn label(known: &AccountRoles) -> String {
    let account = &known.account;
    let id = clean(&account.id.0);
    match (&account.name, &account.email) {
        (Some(name), Some(email)) => format!("{}, {} ({id})", clean(name), clean(email)),
        (Some(one), None) | (None, Some(one)) => format!("{} ({id})", clean(one)),
        (None, None) => id,
    }
}

fn profile_name(given: &Given<'_>, proposed: &str, contents: &Contents) -> Result<String, Failure> {
    if let Some(name) = &given.named.profile {
        return Ok(name.clone());
    }
    let proposed = Some(proposed).filter(|name| why_no_name(name).is_none());
    loop {
        let name = question("name of the profile", proposed, why_no_name)?;
        if !contents.has(&SectionName::Profile(name.clone())) {
            return Ok(name);
        }
        let change = format!("profile `{name}` exists; change it? (y or n)");
        let is_yes_or_no = |answer: &str| {
            let is_it = matches!(answer, "y" | "yes" | "n" | "no");
            (!is_it).then(|| "is neither y nor n".to_owned())
        };
        if question(&change, Some("n"), is_yes_or_no)?.starts_with('y') {
            return Ok(name);
        }
    }
}

/// Asks until the answer can be used.
fn question(
    text: &str,
    default: Option<&str>,
    problem: impl Fn(&str) -> Option<String>,
) -> Result<String, Failure> {
    loop {
        let shown = default.map_or(String::new(), |default| format!(" [{}]", clean(default)));
        let line = read_line(&format!("{text}{shown}: "))?;
        let answer = if line.is_empty() { default.unwrap_or_default() } else { &line };
        match problem(answer) {
            _ if answer.is_empty() => output::say("an answer is needed here\n"),
            Some(problem) => output::say(&format!("`{}` {problem}\n", clean(answer))),
            None => return Ok(answer.to_owned()),
        }
    }
}

/// Asks for what may be left out.
fn optional(
    text: &str,
    problem: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, Failure> {
    let answer = question(text, Some("none"), |answer| match answer {
        "none" => None,
        answer => problem(answer),
    })?;
    Ok(Some(answer).filter(|answer| answer != "none"))
}
