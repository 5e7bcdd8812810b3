//! Whether AWS can be reached through the configured proxy and certificate authorities, and what its
//! clock says. Each endpoint gets one request that carries nothing: no token, no name.

use std::collections::HashSet;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use sso_cp_http::{
    CallError, Client, Error, Method, Reply, Request, Retry, TlsReason, clock_words,
};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use crate::messages::event::authorities;
use crate::messages::failure::network_message;

/// All requests run side by side and are over by then.
const LIMIT: Duration = Duration::from_secs(8);
/// More portals than this have nobody; a thread each must stay a thought.
const MAX_ENDPOINTS: usize = 32;
/// AWS refuses signatures that are five minutes off.
const REFUSED_SKEW_SECONDS: i64 = 5 * 60;
/// So much may be the network's and the second's fault.
const NOTABLE_SKEW_SECONDS: i64 = 60;

/// What an endpoint has answered, and whose certificates have vouched for it.
type Pong = (Result<Reply, Error>, Option<String>);

/// Requests under way.
pub(super) struct Pings<'s> {
    threads: Vec<(String, ScopedJoinHandle<'s, Pong>)>,
    left_out: usize,
}

impl Pings<'_> {
    /// Whether every endpoint has answered, or will not.
    pub(super) fn is_over(&self) -> bool {
        self.threads.iter().all(|(_, thread)| thread.is_finished())
    }
}

/// Begins to ask every endpoint.
pub(super) fn begin<'s>(
    scene: &Scene<'_>,
    threads: &'s Scope<'s, '_>,
    findings: &mut Vec<Finding>,
) -> Pings<'s> {
    let deadline = Instant::now() + LIMIT;
    let env = scene.context.env();
    let mut seen = HashSet::new();
    let mut pings = Pings { threads: Vec::new(), left_out: 0 };
    for session in &scene.sessions {
        let tenants = scene.tenants(session);
        let of_tenants = tenants.iter().map(|tenant| tenant.endpoint(session, env));
        for url in [session.oidc(env), session.portal(env)].into_iter().chain(of_tenants) {
            let url = match url {
                Ok(endpoint) => endpoint.url,
                Err(error) => {
                    let subject = scene.session_subject(session);
                    findings.push(scene.config_failure(Check::Endpoint, &subject, &error));
                    continue;
                }
            };
            if !seen.insert((url.clone(), session.ca_bundle.clone())) {
                continue;
            }
            if pings.threads.len() == MAX_ENDPOINTS {
                pings.left_out += 1;
                continue;
            }
            let (client, target) = (scene.context.provider.client(session), format!("{url}/"));
            let thread = threads.spawn(move || {
                let answer = ask(&client, &target, deadline);
                (answer, vouching(&client, &target))
            });
            pings.threads.push((url, thread));
        }
    }
    pings
}

fn ask(client: &Client, url: &str, deadline: Instant) -> Result<Reply, Error> {
    let request = Request {
        method: Method::Get,
        url,
        bearer: None,
        headers: &[],
        body: None,
        awaited: "a sign of life",
    };
    client.send(&request, Retry::Never, deadline)
}

/// Whose root certificates count for an endpoint; plain http knows none.
fn vouching(client: &Client, url: &str) -> Option<String> {
    let roots = url.starts_with("https://").then(|| client.roots_in_use().ok())??;
    Some(authorities(roots))
}

/// Waits for the answers and judges them.
pub(super) fn end(pings: Pings<'_>, scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let mut skews = Vec::new();
    for (url, thread) in pings.threads {
        let Ok((answer, vouching)) = thread.join() else { continue };
        skews.extend(answer.as_ref().ok().and_then(Reply::clock_skew_seconds));
        findings.push(endpoint(&url, answer, vouching.as_deref(), scene));
    }
    if pings.left_out > 0 {
        let reason = format!("{} more endpoints were not asked", pings.left_out);
        findings.push(Check::Endpoint.warning(
            "endpoints",
            reason,
            "sso-cp doctor --sso-session NAME",
        ));
    }
    findings.extend(middle(&skews).map(clock));
}

/// The one in the middle: as many are smaller as are larger, or one more is larger.
fn middle(skews: &[i64]) -> Option<i64> {
    let before = |skew: i64| skews.iter().filter(|other| **other < skew).count();
    let is_middle = |skew: &i64| {
        let equals = skews.iter().filter(|other| *other == skew).count();
        (before(*skew)..before(*skew) + equals).contains(&(skews.len() / 2))
    };
    skews.iter().copied().find(is_middle)
}

fn endpoint(
    url: &str,
    answer: Result<Reply, Error>,
    vouching: Option<&str>,
    scene: &Scene<'_>,
) -> Finding {
    match answer {
        Ok(reply) if is_page(&reply) => Check::Endpoint.warning(
            url,
            "a web page answers, as captive portals and some proxies do",
            "open any web page in a browser and try again",
        ),
        Ok(reply) if reply.status >= 500 => Check::Endpoint.warning(
            url,
            format!("it can be reached, but fails (status {})", reply.status),
            "try again in a moment",
        ),
        // Any other answer is one: without a token AWS has nothing to say but no.
        Ok(_) => match vouching {
            Some(roots) => Check::Endpoint.ok(url, format!("can be reached, trusted by {roots}")),
            None => Check::Endpoint.ok(url, "can be reached"),
        },
        Err(error) => {
            let class = if error.is_configuration() { Class::Config } else { Class::Network };
            let verifying = vouching
                .filter(|_| matches!(error, Error::Tls { reason: TlsReason::UnknownIssuer, .. }));
            let home = scene.context.files().home.as_path();
            let mut message = network_message(&CallError::Http(error), Some(home));
            if let Some(roots) = verifying {
                message.fact.push_str(&format!("; it is verified by {roots}"));
            }
            Check::Endpoint.failure(class, url, message.fact, message.hint)
        }
    }
}

fn is_page(reply: &Reply) -> bool {
    reply.is_success() && reply.content_type.as_deref() == Some("text/html")
}

fn clock(skew_seconds: i64) -> Finding {
    let reason = clock_words(skew_seconds);
    let fix = "set the clock; see `date -u`";
    match skew_seconds.abs() {
        REFUSED_SKEW_SECONDS.. => Check::Clock.failure(
            Class::Network,
            "clock",
            format!("{reason}, and AWS refuses requests from five minutes on"),
            fix,
        ),
        NOTABLE_SKEW_SECONDS.. => Check::Clock.warning("clock", reason, fix),
        _ => Check::Clock.ok("clock", "agrees with AWS's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::check::Verdict;

    #[test]
    fn a_clock_is_judged_by_what_aws_refuses() {
        for (skew, verdict) in [
            (0, Verdict::Ok),
            (-59, Verdict::Ok),
            (60, Verdict::Warning),
            (-299, Verdict::Warning),
            (300, Verdict::Failure(Class::Network)),
            (-86_400, Verdict::Failure(Class::Network)),
        ] {
            assert_eq!(clock(skew).verdict, verdict, "{skew}");
        }
    }
}
