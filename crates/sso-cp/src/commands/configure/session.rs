//! The session that is configured, before it stands in the file.

use sso_cp_config::{
    EndpointSettings, Error, Place, SectionName, Session, SessionName, keys, parse_scopes,
    session_settings,
};

use super::answers::Wanted;
use crate::args::commands::Configure;
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
    let (no_browser, use_device_code) = (flags.no_browser, flags.use_device_code);
    let region = login::sign_in_as_step(&session, context, no_browser, use_device_code)?;
    wanted.is_changed |= region != wanted.region;
    wanted.region.clone_from(&region);
    Ok(Session { region, ..session })
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
    let own_settings = session_settings(&wanted.name, context.files())?;
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
