//! Where roles are assumed and identities asked for.

use crate::endpoint::{EndpointSettings, GLOBAL, GLOBAL_SIGNS_AS, Service, is_region};
use crate::profile::services_of;
use crate::section::{Section, bad_value};
use crate::selection::Selection;
use crate::shared::{Shared, no_profile};
use crate::{Env, Error, Files, keys};

/// An endpoint of STS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StsEndpoint {
    /// Its base URL, without a slash at its end.
    pub url: String,
    /// The region that signatures name.
    pub region: String,
}

/// The endpoint that tells who the credentials of a selection are. The region is the profile's `region`, else
/// `AWS_REGION`, else `AWS_DEFAULT_REGION`, else that of the sign-in, which is of the right partition: the answer is the
/// same everywhere.
///
/// # Errors
///
/// The region or the endpoint cannot be used.
pub fn sts(
    selection: &Selection,
    sso_region: &str,
    files: &Files,
    env: &Env,
) -> Result<StsEndpoint, Error> {
    let at = |profile: Option<&Section>, services: Option<&Section>| {
        let region = region(profile, env)?.unwrap_or_else(|| sso_region.to_owned());
        endpoint(region, profile, services, env)
    };
    let Selection::Profile(name) = selection else { return at(None, None) };
    let (shared, profile) = Shared::for_profile(files, name)?;
    let profile = profile.ok_or_else(|| no_profile(files, name))?;
    let services = services_of(Some(&profile), &shared)?;
    at(Some(&profile), services.as_deref())
}

/// The endpoint for the roles of a chain. There is no silent default of its region, for the SDKs' defaults differ.
pub(crate) fn sts_endpoint(
    profile: &Section,
    services: Option<&Section>,
    env: &Env,
) -> Result<StsEndpoint, Error> {
    let region = region(Some(profile), env)?;
    let region = region.ok_or_else(|| Error::NoRegion { place: profile.place() })?;
    endpoint(region, Some(profile), services, env)
}

fn endpoint(
    region: String,
    profile: Option<&Section>,
    services: Option<&Section>,
    env: &Env,
) -> Result<StsEndpoint, Error> {
    let settings = EndpointSettings::read(profile, services);
    let url = settings.resolve(Service::Sts, &region, env)?.url;
    let region = if region == GLOBAL { GLOBAL_SIGNS_AS.to_owned() } else { region };
    Ok(StsEndpoint { url, region })
}

/// The region that is configured, if one is.
fn region(profile: Option<&Section>, env: &Env) -> Result<Option<String>, Error> {
    let problem = |region: &str| format!("is not a region: `{region}`");
    if let Some(profile) = profile
        && let Some(region) = profile.get(keys::REGION)
    {
        let is_good = is_region(region);
        return is_good
            .then(|| Some(region.to_owned()))
            .ok_or_else(|| bad_value(profile, keys::REGION, problem(region)));
    }
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = env.text(name) {
            let bad = Error::BadInput { name: name.to_owned(), problem: problem(&region) };
            return if is_region(&region) { Ok(Some(region)) } else { Err(bad) };
        }
    }
    Ok(None)
}
