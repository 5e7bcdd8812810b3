//! Start URLs: AWS's own, and vanity ones that redirect to them. The rules are those of the AWS CLI
//! (2.35.13 and later). Pure: anyone who has an HTTP client does the asking.
//!
//! None of this gates a sign-in: where it fails, the sign-in goes on with what is configured.

use std::fmt;

use url::Url;

/// A host that is one of these, or ends in one of these behind a dot, belongs to AWS.
const AWS_DOMAINS: &[&str] = &[
    "app.aws",
    "portal.amazonaws.com",
    "portal.amazonaws.com.cn",
    "app.amazonwebservices.com.cn",
    "portal.amazonaws.eu",
    "api.amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
];

/// AWS's, but only to the letter.
const AWS_HOSTS: &[&str] = &[
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// Where hosts carry their region: `<id>`, then this, with the region in place of `*`.
const REGION_PATTERNS: &[&str] = &[
    "portal.*.app.aws",
    "*.portal.amazonaws.com",
    "*.portal.amazonaws.com.cn",
    "portal.*.app.amazonwebservices.com.cn",
    "*.portal.amazonaws.eu",
    "portal.*.api.amazonwebservices.eu",
];

/// Whether AWS owns the host. Case and a final dot do not matter.
pub(crate) fn is_aws_owned(host: &str) -> bool {
    let host = plain_host(host);
    let is_within = |domain: &&str| {
        host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    AWS_HOSTS.contains(&host.as_str()) || AWS_DOMAINS.iter().any(is_within)
}

/// The region that a portal's host names; most do not.
pub(crate) fn region_of_host(host: &str) -> Option<String> {
    let host = plain_host(host);
    let (_, behind_id) = host.split_once('.')?;
    REGION_PATTERNS.iter().find_map(|pattern| {
        let (before, after) = pattern.split_once('*')?;
        let region = behind_id.strip_prefix(before)?.strip_suffix(after)?;
        // It becomes a part of a host name.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (!region.is_empty() && region.bytes().all(plain)).then(|| region.to_owned())
    })
}

/// Scheme, lower-case host, a port that is not the usual one, and the path without its final
/// slashes; no query, no fragment. `None` for what is not an http or https URL, or carries a user name.
pub fn normalize_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http");
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_web && is_plain).then(|| {
        format!("{}{}", url.origin().ascii_serialization(), url.path().trim_end_matches('/'))
    })
}

/// What kind of start URL is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartUrl {
    /// Used as it is.
    AwsOwned {
        /// The region that its host names, if any.
        region: Option<String>,
    },
    /// Somebody's own host: ask it ([`ProbeMethod::Head`] first), and read what it answers with
    /// [`read_probe`].
    Vanity,
}

/// Says whether a start URL needs resolving.
///
/// # Errors
///
/// [`StartUrlProblem::NotHttps`] or [`StartUrlProblem::NotAUrl`]: such a URL is never asked.
pub fn classify_start_url(text: &str) -> Result<StartUrl, StartUrlProblem> {
    let (_, host) = https_host(text)?;
    Ok(match is_aws_owned(&host) {
        true => StartUrl::AwsOwned { region: region_of_host(&host) },
        false => StartUrl::Vanity,
    })
}

/// How a vanity URL is asked. Redirects are not followed: the answer is the redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeMethod {
    /// At first.
    Head,
    /// Where `HEAD` is not supported.
    Get,
}

/// What a vanity URL's answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// Ask once more, with `GET`.
    AskWithGet,
    /// The portal behind it.
    Resolved(Resolved),
    /// Nothing that can be used.
    Failed(StartUrlProblem),
}

/// The portal behind a vanity URL. `issuerUrl` and `startUrl` in requests carry it; the names of
/// cache files and what is written into them keep the configured URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Normalised, https, on a host that AWS owns.
    pub start_url: String,
    /// The region that its host names; else the configured one holds.
    pub region: Option<String>,
}

/// Reads the answer to one request to `asked`: at most one redirect counts, and its target is not
/// asked.
pub fn read_probe(method: ProbeMethod, asked: &str, status: u16, location: Option<&str>) -> Probe {
    if method == ProbeMethod::Head && matches!(status, 405 | 501) {
        return Probe::AskWithGet;
    }
    let target = match (status, location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => {
            match Url::parse(asked).and_then(|base| base.join(location)) {
                Ok(target) => target.to_string(),
                Err(_) => return Probe::Failed(StartUrlProblem::NotAUrl),
            }
        }
        _ => asked.to_owned(),
    };
    match resolved(&target) {
        Ok(resolved) => Probe::Resolved(resolved),
        Err(problem) => Probe::Failed(problem),
    }
}

/// Why a start URL leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartUrlProblem {
    /// It is not a URL with a host, or has a user name in it.
    NotAUrl,
    /// Its scheme is not https.
    NotHttps,
    /// It ends at a host that is not AWS's.
    NotAwsOwned {
        /// That host.
        host: String,
    },
}

impl fmt::Display for StartUrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartUrlProblem::NotAUrl => f.write_str("it is not a URL"),
            StartUrlProblem::NotHttps => f.write_str("it is not an https URL"),
            StartUrlProblem::NotAwsOwned { host } => {
                write!(f, "it leads to `{host}`, which is not an AWS access portal")
            }
        }
    }
}

impl std::error::Error for StartUrlProblem {}

fn resolved(target: &str) -> Result<Resolved, StartUrlProblem> {
    let (start_url, host) = https_host(target)?;
    if !is_aws_owned(&host) {
        return Err(StartUrlProblem::NotAwsOwned { host });
    }
    Ok(Resolved { start_url, region: region_of_host(&host) })
}

/// The normalised URL and its host.
fn https_host(text: &str) -> Result<(String, String), StartUrlProblem> {
    let normalized = normalize_url(text).ok_or(StartUrlProblem::NotAUrl)?;
    let url = Url::parse(&normalized).map_err(|_| StartUrlProblem::NotAUrl)?;
    if url.scheme() != "https" {
        return Err(StartUrlProblem::NotHttps);
    }
    let host = url.host_str().ok_or(StartUrlProblem::NotAUrl)?.to_owned();
    Ok((normalized, host))
}

fn plain_host(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suites;

    #[test]
    fn the_cases_of_the_aws_cli_hold() {
        let Some(suite) = suites::read("start-url-resolution-cases.json") else { return };
        let values = |name: &str| suite[name]["values"].as_array().unwrap().clone();
        for host in values("test_aws_owned_returns_true") {
            assert!(is_aws_owned(host.as_str().unwrap()), "{host}");
        }
        for host in values("test_non_aws_owned_returns_false") {
            assert!(!is_aws_owned(host.as_str().unwrap()), "{host}");
        }
        for case in values("test_extracts_region") {
            let region = region_of_host(case[0].as_str().unwrap());
            assert_eq!(region.as_deref(), case[1].as_str(), "{case}");
        }
        for host in values("test_returns_none_for_region_less_hostnames") {
            assert_eq!(region_of_host(host.as_str().unwrap()), None, "{host}");
        }
        for case in values("test_normalize_url") {
            let normalized = normalize_url(case[0].as_str().unwrap());
            assert_eq!(normalized.as_deref(), case[1].as_str(), "{case}");
        }
        for status in values("test_head_unsupported_falls_back_to_get") {
            let status = u16::try_from(status.as_u64().unwrap()).unwrap();
            let probe = read_probe(ProbeMethod::Head, "https://v.example", status, None);
            assert_eq!(probe, Probe::AskWithGet);
        }
    }

    #[test]
    fn start_urls_are_aws_owned_or_vanity_or_nothing() {
        let region = Some("us-west-2".to_owned());
        let host = "https://ssoins-1.portal.us-west-2.app.aws/";
        assert_eq!(classify_start_url(host), Ok(StartUrl::AwsOwned { region }));
        let alias = "https://d-1.awsapps.com/start/#/";
        assert_eq!(classify_start_url(alias), Ok(StartUrl::AwsOwned { region: None }));
        assert_eq!(classify_start_url("https://sso.corp.example"), Ok(StartUrl::Vanity));
        let not_https = classify_start_url("http://d-1.awsapps.com/start");
        assert_eq!(not_https, Err(StartUrlProblem::NotHttps));
        for bad in ["", "d-1.awsapps.com", "file:///x", "https://", "https://aws@evil.example/"] {
            assert_eq!(classify_start_url(bad), Err(StartUrlProblem::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn a_vanity_url_resolves_by_one_redirect_to_aws() {
        let probe = |status, location| {
            read_probe(ProbeMethod::Head, "https://sso.corp.example/x", status, location)
        };
        let not_aws =
            |host: &str| Probe::Failed(StartUrlProblem::NotAwsOwned { host: host.to_owned() });
        for status in [301, 302, 303, 307, 308] {
            let to = Some("https://SSOINS-1.portal.eu-west-1.app.aws/?a=b#c");
            let resolved = Resolved {
                start_url: "https://ssoins-1.portal.eu-west-1.app.aws".to_owned(),
                region: Some("eu-west-1".to_owned()),
            };
            assert_eq!(probe(status, to), Probe::Resolved(resolved), "{status}");
        }
        assert_eq!(
            probe(302, Some("https://x.awsapps.com.evil.net/")),
            not_aws("x.awsapps.com.evil.net")
        );
        assert_eq!(probe(302, Some("/start")), not_aws("sso.corp.example"));
        assert_eq!(probe(200, None), not_aws("sso.corp.example"));
        assert_eq!(probe(302, None), not_aws("sso.corp.example"));
        let http = Probe::Failed(StartUrlProblem::NotHttps);
        assert_eq!(probe(302, Some("http://d-1.awsapps.com/start")), http);
        let get = read_probe(ProbeMethod::Get, "https://sso.corp.example", 405, None);
        assert_eq!(get, not_aws("sso.corp.example"));
    }
}
