//! What is to be configured, by questions. A question says its default in brackets; an answer that
//! cannot be used is answered with the reason, and asked again.

use sso_cp_config::{Contents, SectionName, keys};
use sso_cp_provider::{AccessListing, AccountRoles};
use sso_cp_types::AccountId;

use super::answers::{
    Given, Profile, Wanted, default_name, existing, why_no_account, why_no_name,
    why_no_real_region, why_no_value,
};
use super::free::check_free;
use super::portal_questions::{self, Offered};
use super::prompt::{is_so, optional, question, unless};
use super::session::sign_in;
use crate::commands::access;
use crate::commands::ask::read_line;
use crate::commands::choose::choose;
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
    let mut offered = Offered::of(given, contents);
    let (wanted, (account_id, role_name)) = loop {
        let mut wanted = portal_questions::ask(given, contents, &offered)?;
        let role = match given.flags.no_login {
            true => typed_role(given, contents),
            false => chosen_role(given, &mut wanted, context),
        };
        match role {
            Ok(role) => break (wanted, role),
            // What was typed of the portal is probably wrong, and nobody types everything twice for that.
            Err(failure) if failure.may_be_of_portal() && is_typed(given, &wanted, contents) => {
                output::say(&format!("sso-cp: {}\n", clean(&failure.summary(&context.scene()))));
                offered = Offered::again(&wanted);
            }
            Err(failure) => return Err(failure),
        }
    };
    let name = profile_name(given, &default_name(&role_name, &account_id), contents, context)?;
    let region = match &given.flags.region {
        Some(region) => Some(region.clone()),
        None => region(&name, &wanted, contents)?,
    };
    Ok((wanted, Profile { name, account_id, role_name, region }))
}

/// Whether start URL or region were asked for.
fn is_typed(given: &Given<'_>, wanted: &Wanted, contents: &Contents) -> bool {
    let is_given = given.flags.start_url.is_some() && given.flags.sso_region.is_some();
    !is_given && existing(&wanted.name, contents).is_none()
}

/// Enter keeps the region of a profile that there is; a new one has that of its sign-in, rather than none,
/// without which most tools fail.
fn region(profile: &str, wanted: &Wanted, contents: &Contents) -> Result<Option<String>, Failure> {
    let default = match contents.settings(&SectionName::Profile(profile.to_owned())) {
        Some(settings) => settings.get(keys::REGION).map(String::as_str),
        None => Some(wanted.region.as_str()),
    };
    // What stands there may be anything, and is kept.
    let accept = |answer: &str| match default == Some(answer) {
        true => Ok(answer.to_owned()),
        false => unless(why_no_real_region)(answer),
    };
    optional("region for the tools that use the profile", default, accept)
}

/// Without a sign-in nothing can be listed.
fn typed_role(given: &Given<'_>, contents: &Contents) -> Result<(String, String), Failure> {
    let profile = given.named.profile.clone().map(SectionName::Profile);
    let settings = profile.as_ref().and_then(|profile| contents.settings(profile));
    let has = |keys: [&str; 2]| keys.iter().find_map(|key| settings?.get(*key));
    let old_account_id = has([keys::SSO_CP_ACCOUNT_ID, keys::SSO_ACCOUNT_ID]);
    let old_role_name = has([keys::SSO_CP_ROLE_NAME, keys::SSO_ROLE_NAME]);
    let account_id = match &given.named.account_id {
        Some(account_id) => account_id.clone(),
        None => {
            AccountId::typed(&question(
                "account id",
                old_account_id.map(String::as_str),
                unless(why_no_account),
            )?)
            .0
        }
    };
    let role_name = match &given.named.role_name {
        Some(role_name) => role_name.clone(),
        None => question("role name", old_role_name.map(String::as_str), unless(why_no_value))?,
    };
    Ok((account_id, role_name))
}

fn chosen_role(
    given: &Given<'_>,
    wanted: &mut Wanted,
    context: &Context,
) -> Result<(String, String), Failure> {
    let session = sign_in(wanted, context, given.flags)?;
    if let (Some(account_id), Some(role_name)) = (&given.named.account_id, &given.named.role_name) {
        return Ok((account_id.clone(), role_name.clone()));
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
    Ok((known.account.id.0.clone(), role_name))
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

fn profile_name(
    given: &Given<'_>,
    proposed: &str,
    contents: &Contents,
    context: &Context,
) -> Result<String, Failure> {
    if let Some(name) = &given.named.profile {
        return Ok(name.clone());
    }
    let proposed = Some(proposed).filter(|name| why_no_name(name).is_none());
    loop {
        let name = question("name of the profile", proposed, unless(why_no_name))?;
        if !contents.has(&SectionName::Profile(name.clone())) {
            return Ok(name);
        }
        if let Err(failure) = check_free(&name, contents, context) {
            output::say(&format!("{}\n", clean(&failure.summary(&context.scene()))));
        } else if is_so(&format!("profile `{name}` exists; change it?"))? {
            return Ok(name);
        }
    }
}
