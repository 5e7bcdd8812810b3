//! `sso-cp configure`: a session and a profile, by questions on a terminal, by flags elsewhere.
//!
//! Nothing is written before everything is known to work: the sign-in, and the role's credentials.

mod again;
mod answers;
mod chosen;
mod free;
mod portal_questions;
mod prompt;
mod questions;
mod session;

use std::io::IsTerminal;

use chosen::Chosen;
use session::{lacks_scopes, signed_in};
use sso_cp_config::{
    Change, Role, SectionEdit, SectionName, Selection, Session, SessionName, Target, keys,
};
use sso_cp_provider::Provided;

use crate::args::Flags;
use sso_cp_types::Timestamp;

use crate::args::commands::Configure;
use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::exit_code::Class;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, shell_word, shown_path};
use crate::process::output;
use answers::{Given, Profile, Wanted};
use free::check_free;

/// Asks or takes the flags, tries, and writes.
pub(crate) fn run(context: &Context, flags: &Configure, named: &Flags) -> Result<(), Failure> {
    let document = shared_file::read(context)?;
    let given = Given { flags, named };
    if let Some(profile) = &named.profile {
        check_free(profile, document.contents(), context)?;
    }
    let is_terminal = std::io::stdin().is_terminal() && output::is_stderr_terminal();
    let (mut wanted, profile) = match is_terminal {
        true => questions::ask(&given, document.contents(), context)?,
        false => answers::from_flags(&given, document.contents(), context)?,
    };
    check_free(&profile.name, document.contents(), context)?;
    let mut tried = Vec::new();
    if !flags.no_login {
        let provided = signed_in(
            &mut wanted,
            context,
            &given,
            Some(&profile),
            |wanted, session| {
                context.provided_of(&Target::Role(role_of(wanted, &profile, session.clone())))
            },
            |got| {
                let is_refusal = |failure: &Failure| failure.class() == Class::Refused;
                profile.role.arn.is_some() && got.as_ref().is_err_and(is_refusal)
            },
        );
        let provided =
            provided.map_err(|failure| given.unwritten(failure, &wanted, Some(&profile)));
        tried = provided?.warnings;
    }
    let edits = [session_edit(&wanted), Some(profile_edit(&wanted, &profile, context))];
    let edits: Vec<SectionEdit> = edits.into_iter().flatten().collect();
    let (_, _) = shared_file::change(context, |document| {
        // Somebody may have made such a profile meanwhile.
        check_free(&profile.name, document.contents(), context)?;
        document.edit(&edits).map_err(Failure::edit)?;
        let credentials = shared_file::read_credentials(context)?;
        shared_file::check_readers(document, credentials.contents(), context)
    })?;
    conclude(&wanted, &profile, flags, context)?;
    output::warn_of(&tried, || context.scene());
    Ok(())
}

/// The role, before it stands in the file.
fn role_of(wanted: &Wanted, profile: &Profile, session: Session) -> Role {
    let (Chosen { account_id, role_name, arn }, region) = (&profile.role, profile.region.clone());
    if let (Some(tenant), Some(arn)) = (&wanted.tenant, arn) {
        return Role::of_tenant(tenant.clone(), arn.clone(), session, region);
    }
    let (account_id, role_name) = (account_id.clone(), role_name.clone());
    Role { account_id, role_name, session, region, scope: None, entitled: None }
}

/// What is to be done in the session's section; nothing where it stays as it is.
fn session_edit(wanted: &Wanted) -> Option<SectionEdit> {
    if !wanted.is_changed {
        return None;
    }
    let mut changes = vec![
        Change::set(keys::SSO_START_URL, &wanted.start_url),
        Change::set(keys::SSO_REGION, &wanted.region),
    ];
    changes.extend(
        wanted.scopes.as_deref().map(|scopes| Change::set(keys::SSO_REGISTRATION_SCOPES, scopes)),
    );
    Some(SectionEdit { section: SectionName::SsoSession(wanted.name.clone()), changes })
}

/// The private keys and our process, and none of the standard keys: the AWS CLI, boto3, the Go and the
/// Rust SDK prefer their own provider as soon as there is one.
fn profile_edit(wanted: &Wanted, profile: &Profile, context: &Context) -> SectionEdit {
    const STANDARD: [&str; 6] = [
        keys::SSO_SESSION,
        keys::SSO_START_URL,
        keys::SSO_REGION,
        keys::SSO_ACCOUNT_ID,
        keys::SSO_ROLE_NAME,
        keys::SSO_REGISTRATION_SCOPES,
    ];
    let mut changes: Vec<Change> = STANDARD.iter().map(|key| Change::remove(key)).collect();
    let process = shared_file::credential_process(&profile.name, context);
    changes.extend([
        Change::set(keys::CREDENTIAL_PROCESS, &process),
        Change::set(keys::SSO_CP_SESSION, &wanted.name),
    ]);
    let Chosen { account_id, role_name, arn } = &profile.role;
    let region = wanted.tenant.as_ref().map(|tenant| &*tenant.region);
    // Of the two kinds a profile is one.
    let of_tenant = arn.as_deref();
    changes.extend([
        change(keys::SSO_CP_ACCOUNT_ID, of_tenant.is_none().then_some(account_id)),
        change(keys::SSO_CP_ROLE_NAME, of_tenant.is_none().then_some(role_name)),
        change(keys::SSO_CP_TENANT_ID, wanted.tenant.as_ref().map(|tenant| &*tenant.id)),
        change(keys::SSO_CP_TENANT_REGION, region.filter(|region| *region != wanted.region)),
        change(keys::SSO_CP_ROLE_ARN, of_tenant),
    ]);
    changes.extend(profile.region.as_deref().map(|region| Change::set("region", region)));
    SectionEdit { section: SectionName::Profile(profile.name.clone()), changes }
}

/// Without a value the key goes.
fn change(key: &str, value: Option<&str>) -> Change {
    value.map_or_else(|| Change::remove(key), |value| Change::set(key, value))
}

/// Runs the profile as it now stands in the file, and says what to type next.
fn conclude(
    wanted: &Wanted,
    profile: &Profile,
    flags: &Configure,
    context: &Context,
) -> Result<(), Failure> {
    let file = shown_path(&context.files().config, context.home());
    let name = clean(&profile.name);
    output::say(&format!("sso-cp: {file} has profile `{name}`\n"));
    let selection = Selection::Profile(profile.name.clone());
    let role = sso_cp_config::role(&selection, context.files(), context.env());
    let role = role?;
    if !flags.no_login {
        let Provided { credentials, .. } = context.provided_of(&Target::Role(role.clone()))?;
        output::say(&format!(
            "sso-cp: it works: role `{}` of account `{}`, credentials until {}\n",
            clean(&role.role_name),
            clean(&role.account_id),
            output::local_time(context.env()).shown(credentials.expires_at, Timestamp::now())
        ));
    }
    let word = shell_word(&profile.name);
    let lacks = lacks_scopes(wanted, &role.session, context);
    let state = context.provider.token_state(&role.session, Timestamp::now()).state;
    let needs_login = lacks || !state.is_usable();
    match &role.session.name {
        SessionName::Named(session) if flags.no_login && needs_login => output::say(&format!(
            "sso-cp: sign in by `sso-cp login --sso-session {}{}`\n",
            shell_word(session),
            if lacks { " --force" } else { "" }
        )),
        _ => {}
    }
    output::say(&format!(
        "sso-cp: see whose credentials it gives by `sso-cp whoami --profile {word}`\n"
    ));
    Ok(())
}
