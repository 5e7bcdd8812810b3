//! The session that is configured, before it stands in the file.

use sso_cp_config::{
    EndpointSettings, Error, Place, SectionName, Session, SessionName, keys, parse_scopes,
    session_settings,
};

use super::answers::Wanted;
use crate::args::commands::{Configure, Login};
use crate::commands::login;
use crate::context::Context;
use crate::messages::failure::Failure;

/// Signs in to it, unless somebody is. A portal that turns out to be in another region is used, and
/// configured, there.
pub(super) fn sign_in(
    wanted: &mut Wanted,
    context: &Context,
    flags: &Configure,
) -> Result<Session, Failure> {
    let session = session_of(wanted, context)?;
    let flags = login_flags(flags, false);
    let region = login::sign_in_as_step(&session, context, &flags)?;
    wanted.is_changed |= region != wanted.region;
    if let Some(tenant) = &mut wanted.tenant
        && tenant.region == wanted.region
    {
        tenant.region.clone_from(&region);
    }
    wanted.region.clone_from(&region);
    Ok(Session { region, ..session })
}

fn login_flags(flags: &Configure, force: bool) -> Login {
    let &Configure { no_browser, use_device_code, .. } = flags;
    Login { no_browser, use_device_code, force, ..Login::default() }
}

/// What the sign-in is refused may be a matter of its scopes: signs in anew then, and tries once more.
pub(super) fn with_scopes<T>(
    wanted: &Wanted,
    session: &Session,
    context: &Context,
    flags: &Configure,
    get: impl Fn() -> Result<T, Failure>,
    is_refused: impl Fn(&Result<T, Failure>) -> bool,
) -> Result<T, Failure> {
    let got = get();
    if !is_refused(&got) || !lacks_scopes(wanted, session, context) {
        return got;
    }
    login::sign_in_as_step(session, context, &login_flags(flags, true))?;
    get()
}

/// A sign-in of before the tenant, whose renewals never have its scopes.
pub(super) fn lacks_scopes(wanted: &Wanted, session: &Session, context: &Context) -> bool {
    wanted.tenant.is_some() && context.provider.has_scopes(session) == Some(false)
}

/// The session as it is to be, for the sign-in that comes before anything is written.
pub(super) fn session_of(wanted: &Wanted, context: &Context) -> Result<Session, Failure> {
    let scopes = wanted.scopes.as_deref().map(parse_scopes).transpose();
    // What was typed is checked already: this is the file's.
    let bad = |problem| Error::BadValue {
        place: Place {
            section: SectionName::SsoSession(wanted.name.clone()).to_string(),
            path: context.files().config.clone(),
        },
        key: keys::SSO_REGISTRATION_SCOPES.to_owned(),
        problem,
    };
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
