//! Whether the link of a device sign-in may be opened. A server sends it, and anyone who controls it
//! could send the person anywhere (CVE-2025-6514 was such a link).

use std::fmt;

use url::Url;

use crate::check_openable;
use crate::start_url::is_aws_owned;

/// The hosts that the configuration names, which are trusted besides AWS's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrustedHosts<'a> {
    /// The configured start URL, whatever its host.
    pub start_url: &'a str,
    /// The configured override of the OIDC endpoint, if any; its host may also be reached by http, if
    /// it is loopback.
    pub oidc_endpoint: Option<&'a str>,
}

/// Why a link is not opened unless a person at a terminal says so. It is shown escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkDoubt {
    /// It is not a plain https URL: control characters, blanks, quotes, a user name, another scheme.
    NotPlainHttps,
    /// Its host is neither AWS's nor configured.
    ForeignHost {
        /// That host.
        host: String,
    },
}

impl fmt::Display for LinkDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkDoubt::NotPlainHttps => f.write_str("the link is not a plain https URL"),
            LinkDoubt::ForeignHost { host } => {
                write!(f, "the link leads to `{host}`, which is neither AWS's nor configured")
            }
        }
    }
}

/// `Ok` where the link may be opened without asking.
///
/// # Errors
///
/// What is odd about it.
pub fn judge_verification_link(link: &str, trusted: &TrustedHosts<'_>) -> Result<(), LinkDoubt> {
    let url = match (check_openable(link), Url::parse(link)) {
        (Ok(()), Ok(url)) => url,
        _ => return Err(LinkDoubt::NotPlainHttps),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LinkDoubt::NotPlainHttps);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    let is_override = trusted.oidc_endpoint.and_then(host_of).is_some_and(|other| other == host);
    match url.scheme() {
        // `check_openable` lets http pass on loopback only.
        "http" if is_override => Ok(()),
        "https" if is_override || is_aws_owned(&host) => Ok(()),
        "https" if host_of(trusted.start_url).is_some_and(|other| other == host) => Ok(()),
        "https" => Err(LinkDoubt::ForeignHost { host }),
        _ => Err(LinkDoubt::NotPlainHttps),
    }
}

fn host_of(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: TrustedHosts<'_> =
        TrustedHosts { start_url: "https://sso.corp.example/start", oidc_endpoint: None };

    fn foreign(host: &str) -> Result<(), LinkDoubt> {
        Err(LinkDoubt::ForeignHost { host: host.to_owned() })
    }

    #[test]
    fn links_to_aws_and_to_the_configured_hosts_are_fine() {
        for link in [
            "https://d-1.awsapps.com/start/#/device?user_code=ABCD-EFGH",
            "https://device.sso.us-east-1.amazonaws.com.portal.amazonaws.com/",
            "https://SSO.corp.example/x",
        ] {
            assert_eq!(judge_verification_link(link, &REAL), Ok(()), "{link}");
        }
        let fake = TrustedHosts {
            oidc_endpoint: Some("http://127.0.0.1:8080"),
            ..TrustedHosts::default()
        };
        assert_eq!(judge_verification_link("http://127.0.0.1:8080/device", &fake), Ok(()));
        assert_eq!(judge_verification_link("https://127.0.0.1/device", &fake), Ok(()));
    }

    #[test]
    fn all_others_are_doubtful() {
        for link in [
            "http://d-1.awsapps.com/start",
            "http://127.0.0.1:8080/device",
            "http://sso.corp.example/",
            "--some-flag=/x",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://a\nb",
            "https://d-1.awsapps.com/\u{1b}[31m",
            "https://d-1.awsapps.com@evil.example/",
            "",
        ] {
            let judged = judge_verification_link(link, &REAL);
            assert_eq!(judged, Err(LinkDoubt::NotPlainHttps), "{link}");
        }
        for (link, host) in [
            ("https://evil-awsapps.com/start", "evil-awsapps.com"),
            ("https://d-1.awsapps.com.evil.net/", "d-1.awsapps.com.evil.net"),
            ("https://corp.example/", "corp.example"),
            ("https://127.0.0.1/", "127.0.0.1"),
        ] {
            assert_eq!(judge_verification_link(link, &REAL), foreign(host), "{link}");
        }
        let other =
            TrustedHosts { oidc_endpoint: Some("http://localhost:1"), ..TrustedHosts::default() };
        let judged = judge_verification_link("http://127.0.0.1:1/device", &other);
        assert_eq!(judged, Err(LinkDoubt::NotPlainHttps));
    }
}
