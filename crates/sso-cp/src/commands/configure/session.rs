//! The session that is configured, before it stands in the file.

use sso_cp_config::{EndpointSettings, Session, SessionName, keys, parse_scopes, session_settings};

use super::answers::{Given, Profile, Wanted, bad_setting};
use crate::args::commands::{Configure, Login};
use crate::commands::login;
use crate::context::Context;
use crate::messages::failure::Failure;

/// Signs in to it, unless somebody is, and gets what needs that. A portal that turns out to be in another region is used, and
/// configured, there. Where AWS no longer takes a sign-in that was there, or refuses what it has no scopes for, the person signs in
/// anew, once: no other command could do that for a session that is not written yet.
pub(super) fn signed_in<T>(
    wanted: &mut Wanted,
    context: &Context,
    given: &Given<'_>,
    profile: Option<&Profile>,
    get: impl Fn(&Wanted, &Session) -> Result<T, Failure>,
    is_refused: impl Fn(&Result<T, Failure>) -> bool,
) -> Result<T, Failure> {
    let again = given.again(wanted, profile);
    let &Configure { no_browser, use_device_code, .. } = given.flags;
    let mut flags = Login { no_browser, use_device_code, ..Login::default() };
    loop {
        let session = session_of(wanted, context)?;
        let region = login::sign_in_as_step(&session, context, &flags, again.as_deref())?;
        let session = Session { region, ..session };
        move_to(wanted, &session.region);
        let got = get(wanted, &session);
        let is_dead = got.as_ref().is_err_and(Failure::is_of_dead_token);
        let lacks = || is_refused(&got) && context.provider.has_scopes(&session) == Some(false);
        if flags.force || !(is_dead || lacks()) {
            return got;
        }
        flags.force = true;
    }
}

/// The portal is in this region.
fn move_to(wanted: &mut Wanted, region: &str) {
    wanted.is_changed |= region != wanted.region;
    if let Some(tenant) = &mut wanted.tenant
        && tenant.region == wanted.region
    {
        region.clone_into(&mut tenant.region);
    }
    region.clone_into(&mut wanted.region);
}

/// A sign-in of before the tenant, whose renewals never have its scopes.
pub(super) fn lacks_scopes(wanted: &Wanted, session: &Session, context: &Context) -> bool {
    wanted.tenant.is_some() && context.provider.has_scopes(session) == Some(false)
}

/// The session as it is to be, for the sign-in that comes before anything is written.
fn session_of(wanted: &Wanted, context: &Context) -> Result<Session, Failure> {
    let scopes = wanted.scopes.as_deref().map(parse_scopes).transpose();
    // What was typed is checked already: this is the file's.
    let bad = |problem| bad_setting(&wanted.name, keys::SSO_REGISTRATION_SCOPES, problem, context);
    let scopes = scopes.map_err(bad)?;
    let mut own_settings = session_settings(&wanted.name, context.files())?;
    if wanted.tenant.is_some() {
        // The profile will name it, and the sign-in has its scopes already.
        own_settings.get_or_insert_default().tenant.clone_from(&wanted.tenant);
    }
    Ok(Session {
        name: SessionName::Named(wanted.name.clone()),
        start_url: wanted.start_url.clone(),
        region: wanted.region.clone(),
        scopes,
        endpoints: EndpointSettings::default(),
        ca_bundle: None,
        own_settings,
    })
}
