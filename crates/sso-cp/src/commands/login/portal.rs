//! Where a sign-in goes. AWS's own start URLs are used as they are; somebody's own ("vanity") start
//! URL is asked where it leads. That never gates a sign-in: where it fails, the sign-in goes on with
//! what is configured.

use std::time::{Duration, Instant};

use sso_cp_config::{Endpoint, Service, Session, aws_endpoint, is_region};
use sso_cp_http::{Client, Probe as Ask};
use sso_cp_login::{Probe, ProbeMethod, Resolved, StartUrl, classify_start_url, read_probe};

use crate::messages::failure::with_source;
use crate::messages::signing_in as words;
use crate::process::output;

/// The AWS CLI waits this long for a vanity URL.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the requests of a sign-in name.
pub(super) struct Portal {
    /// For `issuerUrl` and `startUrl`; the names of files keep the configured one.
    pub(super) start_url: String,
    /// The region of the token service.
    pub(super) region: String,
    /// The token service.
    pub(super) oidc_url: String,
    /// The configured endpoint, where that is not AWS's own.
    pub(super) endpoint_override: Option<String>,
}

impl Portal {
    /// Resolves the session's start URL. What is odd is said on stderr.
    pub(super) fn resolve(
        session: &Session,
        Endpoint { url, variants }: Endpoint,
        client: &Client,
        who: &words::Who,
    ) -> Portal {
        let configured = Portal {
            start_url: session.start_url.clone(),
            region: session.region.clone(),
            endpoint_override: variants.is_none().then(|| url.clone()),
            oidc_url: url,
        };
        // The configuration has checked that it is an https URL.
        let Ok(StartUrl::Vanity) = classify_start_url(&session.start_url) else {
            return configured;
        };
        let resolved = match ask(&session.start_url, client) {
            Ok(resolved) => resolved,
            Err(problem) => {
                output::say(&words::unresolved(&problem));
                return configured;
            }
        };
        let start_url = resolved.start_url;
        let region =
            resolved.region.filter(|region| is_region(region) && *region != session.region);
        match (region, variants) {
            (Some(region), Some(variants)) => {
                output::say(&words::other_region(who, &region, &session.region));
                let oidc_url = aws_endpoint(Service::Oidc, &region, variants);
                Portal { start_url, region, oidc_url, ..configured }
            }
            _ => Portal { start_url, ..configured },
        }
    }
}

/// One request, or two where the host does not know the first kind. Gives the problem in words.
fn ask(start_url: &str, client: &Client) -> Result<Resolved, String> {
    let deadline = Instant::now() + PATIENCE;
    for (method, ask) in [(ProbeMethod::Head, Ask::Head), (ProbeMethod::Get, Ask::Get)] {
        let probed = client.probe(ask, start_url, deadline).map_err(|error| with_source(&error))?;
        match read_probe(method, start_url, probed.status, probed.location.as_deref()) {
            Probe::AskWithGet => {}
            Probe::Resolved(resolved) => return Ok(resolved),
            Probe::Failed(problem) => return Err(problem.to_string()),
        }
    }
    Err("its host answers neither HEAD nor GET".to_owned())
}
