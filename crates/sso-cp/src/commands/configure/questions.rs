//! What is to be configured, by questions. A question says its default in brackets; an answer that
//! cannot be used is answered with the reason, and asked again.

use std::collections::HashSet;

use sso_cp_config::{Contents, SectionName, Tenant, keys};
use sso_cp_types::AccountId;

use super::answers::{
    Given, Profile, Wanted, existing, why_no_account, why_no_name, why_no_real_region,
    why_no_role_arn, why_no_value,
};
use super::chosen::Chosen;
use super::free::check_free;
use super::portal_questions::{self, Offered};
use super::prompt::{is_so, optional, question, unless};
use super::session::signed_in;
use crate::commands::access;
use crate::commands::ask::read_line;
use crate::commands::choose::choose;
use crate::commands::populate::names::{Entry, entries};
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
    let (wanted, role) = loop {
        let mut wanted = portal_questions::ask(given, contents, &offered)?;
        if given.is_entitled() {
            wanted.tenant = Some(tenant(given, &wanted, contents, context)?);
        }
        let role = match given.flags.no_login {
            true => typed_role(given, &wanted, contents),
            false => chosen_role(given, &mut wanted, context),
        };
        match role {
            Ok(role) => break (wanted, role),
            // What was typed of the portal is probably wrong, and nobody types everything twice for that.
            Err(failure) if failure.may_be_of_portal() && is_typed(given, &wanted, contents) => {
                output::say(&format!("sso-cp: {}\n", clean(&failure.summary(&context.scene()))));
                offered = Offered::again(&wanted);
            }
            Err(failure) => return Err(given.unwritten(failure, &wanted, None)),
        }
    };
    let name = profile_name(given, &role.default_name(), contents, context)?;
    let region = match &given.flags.region {
        Some(region) => Some(region.clone()),
        None => region(&name, &wanted, contents)?,
    };
    Ok((wanted, Profile { name, role, region }))
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

/// The account access manager, which nothing can list.
fn tenant(
    given: &Given<'_>,
    wanted: &Wanted,
    contents: &Contents,
    context: &Context,
) -> Result<Tenant, Failure> {
    if let Some(tenant) = given.tenant(wanted, contents, context)? {
        return Ok(tenant);
    }
    let text = "tenant of account access manager, or its portal's address";
    loop {
        let answer = question(text, None, |answer| Ok(answer.to_owned()))?;
        match Tenant::parse(&answer, &wanted.region) {
            Ok(tenant) => return Ok(tenant),
            Err(problem) => output::say(&format!("that {}\n", clean(&problem))),
        }
    }
}

/// Without a sign-in nothing can be listed.
fn typed_role(given: &Given<'_>, wanted: &Wanted, contents: &Contents) -> Result<Chosen, Failure> {
    if let Some(role) = given.role() {
        return Ok(role);
    }
    let profile = given.named.profile.clone().map(SectionName::Profile);
    let settings = profile.as_ref().and_then(|profile| contents.settings(profile));
    let has = |keys: &[&str]| keys.iter().find_map(|key| settings?.get(*key)).map(String::as_str);
    if wanted.tenant.is_some() {
        let old = has(&[keys::SSO_CP_ROLE_ARN]);
        return Ok(Chosen::of_arn(&question("ARN of the role", old, unless(why_no_role_arn))?));
    }
    let account_id = match &given.named.account_id {
        Some(account_id) => account_id.clone(),
        None => {
            let old = has(&[keys::SSO_CP_ACCOUNT_ID, keys::SSO_ACCOUNT_ID]);
            AccountId::typed(&question("account id", old, unless(why_no_account))?).0
        }
    };
    let role_name = match &given.named.role_name {
        Some(role_name) => role_name.clone(),
        None => {
            let old = has(&[keys::SSO_CP_ROLE_NAME, keys::SSO_ROLE_NAME]);
            question("role name", old, unless(why_no_value))?
        }
    };
    Ok(Chosen::of_portal(&account_id, &role_name))
}

/// One of those that are listed, of both kinds where the session has both.
fn chosen_role(
    given: &Given<'_>,
    wanted: &mut Wanted,
    context: &Context,
) -> Result<Chosen, Failure> {
    if let Some(role) = given.role() {
        signed_in(wanted, context, given, None, |_, _| Ok(()), |_| false)?;
        return Ok(role);
    }
    let listing = signed_in(
        wanted,
        context,
        given,
        None,
        |_, session| access::list(session, context),
        |listed| listed.iter().any(|it| it.tenants.iter().any(|tenant| tenant.roles.is_err())),
    )?;
    // More is asked now, so what a person should know is said before.
    output::warn_of(&listing.warnings, || context.scene());
    access::warn_of_tenants(&listing.tenants, context);
    let is_wanted =
        |name: &Option<String>, found: &str| name.as_ref().is_none_or(|name| name == found);
    let fits = |entry: &Entry<'_>| match entry.entitled {
        Some((tenant, _)) => {
            given.named.role_name.is_none() && wanted.tenant.as_ref().is_none_or(|it| it == tenant)
        }
        None => wanted.tenant.is_none() && is_wanted(&given.named.role_name, entry.role_name),
    };
    let fits =
        |entry: &Entry<'_>| is_wanted(&given.named.account_id, entry.account_id) && fits(entry);
    let found: Vec<Entry<'_>> = entries(&listing).filter(fits).collect();
    let mut seen = HashSet::new();
    let accounts: Vec<&Entry<'_>> =
        found.iter().filter(|entry| seen.insert(entry.account_id)).collect();
    if accounts.is_empty() {
        return Err(Failure::Setup(Setup::NothingToChoose { session: wanted.name.clone() }));
    }
    let labels: Vec<String> = accounts.iter().map(|entry| label(entry)).collect();
    let account_id = accounts[choose("account", &labels, read_line)?].account_id;
    let roles: Vec<&Entry<'_>> =
        found.iter().filter(|entry| entry.account_id == account_id).collect();
    let place = match given.named.role_name {
        Some(_) => 0,
        None => {
            let labels: Vec<String> = roles.iter().map(|entry| role_label(entry)).collect();
            choose("role", &labels, read_line)?
        }
    };
    Ok(match roles[place].entitled {
        None => Chosen::of_portal(account_id, roles[place].role_name),
        Some((tenant, role)) => {
            wanted.tenant = Some(tenant.clone());
            Chosen::of_arn(&role.role_arn)
        }
    })
}

/// As the AWS CLI shows accounts.
fn label(entry: &Entry<'_>) -> String {
    let id = clean(entry.account_id);
    match (entry.account_name, entry.account_email) {
        (Some(name), Some(email)) => format!("{}, {} ({id})", clean(name), clean(email)),
        (Some(one), None) | (None, Some(one)) => format!("{} ({id})", clean(one)),
        (None, None) => id,
    }
}

fn role_label(entry: &Entry<'_>) -> String {
    match entry.entitled {
        None => clean(entry.role_name),
        Some((_, role)) => format!("{} (IAM role)", clean(access::role_path(&role.role_arn))),
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
