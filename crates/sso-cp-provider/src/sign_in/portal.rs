//! Where a sign-in goes. AWS's own start URLs are used as they are; somebody's own ("vanity") start
//! URL is asked where it leads. That never gates a sign-in: where it fails, the sign-in goes on with
//! what is configured.

use std::time::Instant;

use sso_cp_cache::LastPortal;
use sso_cp_config::{Endpoint, Service, Session, aws_endpoint, is_region};
use sso_cp_http::{Client, Error as HttpError, Probe as Ask};
use sso_cp_login::{
    Probe, ProbeMethod, Resolved, StartUrl, StartUrlProblem, classify_start_url, normalize_url,
    read_probe,
};

use crate::limits;

/// What the requests of a sign-in name.
#[derive(Debug)]
pub struct Portal {
    /// For `issuerUrl` and `startUrl`; the names of files keep the configured one.
    pub start_url: String,
    /// The region of the token service: the session's, or another where somebody's own start URL leads to a
    /// portal there. The session is of use with that region alone.
    pub region: String,
    /// The token service.
    pub oidc_url: String,
    /// The configured endpoint, where that is not AWS's own.
    pub endpoint_override: Option<String>,
    /// Why the start URL could not be followed, where it is somebody's own. It is used as it is.
    pub doubt: Option<Unresolved>,
    /// How the portal was found.
    pub source: PortalSource,
}

/// How the portal of a sign-in was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalSource {
    /// The configuration names it, which is the person's own word.
    Configured,
    /// The configured start URL is on somebody's own domain, and leads to it.
    Redirected {
        /// The portal of the last sign-in, where that was another one: anyone who has that domain by now may mean another
        /// organisation's, so a person has to say yes before a browser opens.
        last: Option<String>,
    },
    /// The start URL leads nowhere that is known, and is used as it is.
    Unresolved,
}

/// Why a start URL could not be followed.
#[derive(Debug)]
pub enum Unresolved {
    /// Its host could not be asked.
    Unreachable(HttpError),
    /// Its host's answer leads to no access portal.
    Problem(StartUrlProblem),
    /// Its host answers neither HEAD nor GET.
    NoMethod,
}

impl Portal {
    /// Resolves the session's start URL.
    pub(super) fn resolve(
        session: &Session,
        Endpoint { url, variants }: Endpoint,
        client: &Client,
        last: Option<LastPortal>,
    ) -> Portal {
        let configured = Portal {
            start_url: session.start_url.clone(),
            region: session.region.clone(),
            endpoint_override: variants.is_none().then(|| url.clone()),
            oidc_url: url,
            doubt: None,
            source: PortalSource::Configured,
        };
        // The configuration has checked that it is an https URL.
        let Ok(StartUrl::Vanity) = classify_start_url(&session.start_url) else {
            return configured;
        };
        let resolved = match ask(&session.start_url, client) {
            Ok(resolved) => resolved,
            Err(problem) => {
                let doubt = Some(problem);
                return Portal { doubt, source: PortalSource::Unresolved, ..configured };
            }
        };
        let start_url = resolved.start_url;
        let last = last.map(|LastPortal(portal)| portal).filter(|last| *last != start_url);
        let configured = Portal { source: PortalSource::Redirected { last }, ..configured };
        let Some(region) = resolved.region.filter(|region| is_region(region)) else {
            return Portal { start_url, ..configured };
        };
        let mut portal = Portal { start_url, region, ..configured };
        portal.ask_at(Endpoint { url: portal.oidc_url.clone(), variants });
        portal
    }

    /// Has the token service asked at hosts of these kinds in the portal's own region, or where the
    /// configuration says.
    pub(super) fn ask_at(&mut self, Endpoint { url, variants }: Endpoint) {
        self.oidc_url = match variants {
            Some(variants) => aws_endpoint(Service::Oidc, &self.region, variants),
            None => url,
        };
    }

    /// What the next sign-in is to know of this one, where the portal is known.
    pub(super) fn to_note(&self) -> Option<LastPortal> {
        (self.source != PortalSource::Unresolved)
            .then(|| normalize_url(&self.start_url).map(LastPortal))?
    }
}

/// One request, or two where the host does not know the first kind.
fn ask(start_url: &str, client: &Client) -> Result<Resolved, Unresolved> {
    let deadline = Instant::now() + limits::START_URL;
    for (method, ask) in [(ProbeMethod::Head, Ask::Head), (ProbeMethod::Get, Ask::Get)] {
        let probed = client.probe(ask, start_url, deadline).map_err(Unresolved::Unreachable)?;
        match read_probe(method, start_url, probed.status, probed.location.as_deref()) {
            Probe::AskWithGet => {}
            Probe::Resolved(resolved) => return Ok(resolved),
            Probe::Failed(problem) => return Err(Unresolved::Problem(problem)),
        }
    }
    Err(Unresolved::NoMethod)
}
