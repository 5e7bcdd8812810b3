//! Which family of addresses a portal's host has: IPv4 alone, or IPv6 too.
//!
//! AWS answers the start of a device sign-in with a page of the family that was asked, whatever start
//! URL was sent with it (aws-cli#10507): asked at `oidc.REGION.amazonaws.com`, somebody with a portal at
//! `ssoins-x.portal.REGION.app.aws` is sent to the IPv4 portal, where an identity provider that knows
//! the other one alone ends the sign-in. Pure.

use std::fmt;

use url::Url;

/// The addresses that a portal's host has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `awsapps.com`, `REGION.portal.amazonaws.com` and their like in other partitions.
    Ipv4,
    /// `portal.REGION.app.aws` and its like.
    DualStack,
}

/// What is in front of a dual-stack host's region, and what is behind it.
const DUAL_STACK: [(&str, &str); 3] = [
    (".portal.", ".app.aws"),
    (".portal.", ".app.amazonwebservices.com.cn"),
    (".portal.", ".api.amazonwebservices.eu"),
];

/// What IPv4 portals end in.
const IPV4: [&str; 5] = [
    ".awsapps.com",
    ".awsapps.cn",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".portal.amazonaws.eu",
];

impl Family {
    /// The family of the portal that a URL leads to. `None` for issuer URLs, which name no portal, and
    /// for hosts that are not AWS's.
    pub fn of(url: &str) -> Option<Family> {
        let host = Url::parse(url).ok()?.host_str()?.trim_end_matches('.').to_ascii_lowercase();
        let has_region = |(before, after): &(&str, &str)| {
            let rest = host.strip_suffix(after).and_then(|start| start.split_once(before));
            rest.is_some_and(|(id, region)| !id.is_empty() && !region.is_empty())
        };
        if DUAL_STACK.iter().any(has_region) {
            return Some(Family::DualStack);
        }
        IPV4.iter().any(|end| host.ends_with(end)).then_some(Family::Ipv4)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Ipv4 => "IPv4",
            Family::DualStack => "dual-stack",
        })
    }
}

/// The families of a start URL and of the page that a device sign-in leads to, where they differ.
pub fn differing_families(start_url: &str, verification_uri: &str) -> Option<[Family; 2]> {
    let families = [Family::of(start_url)?, Family::of(verification_uri)?];
    (families[0] != families[1]).then_some(families)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms of the IAM Identity Center User Guide, one by one.
    #[test]
    fn every_form_of_start_url_has_its_family() {
        use Family::{DualStack, Ipv4};
        for (url, family) in [
            ("https://d-1234567890.awsapps.com/start", Some(Ipv4)),
            ("https://alias.awsapps.com/start/#/", Some(Ipv4)),
            ("https://ssoins-1.us-east-1.portal.amazonaws.com", Some(Ipv4)),
            ("https://ssoins-1.portal.us-east-1.app.aws", Some(DualStack)),
            ("https://SSOINS-1.portal.us-east-1.APP.aws./start", Some(DualStack)),
            ("https://start.us-gov-home.awsapps.com/directory/x", Some(Ipv4)),
            ("https://d-1.awsapps.cn/start", Some(Ipv4)),
            ("https://x.cn-north-1.portal.amazonaws.com.cn", Some(Ipv4)),
            ("https://x.portal.cn-north-1.app.amazonwebservices.com.cn", Some(DualStack)),
            ("https://x.eusc-de-east-1.portal.amazonaws.eu", Some(Ipv4)),
            ("https://x.portal.eusc-de-east-1.api.amazonwebservices.eu", Some(DualStack)),
            ("https://identitycenter.amazonaws.com/ssoins-1", None),
            ("https://sso.corp.example/start", None),
            ("https://portal.us-east-1.app.aws", None),
            ("https://x.portal.us-east-1.app.aws.evil.example", None),
            ("not a url", None),
        ] {
            assert_eq!(Family::of(url), family, "{url}");
        }
    }

    #[test]
    fn two_families_differ_only_where_both_are_known() {
        let dual = "https://ssoins-1.portal.us-east-1.app.aws";
        let plain = "https://ssoins-1.us-east-1.portal.amazonaws.com/#/device?user_code=A";
        let both = Some([Family::DualStack, Family::Ipv4]);
        assert_eq!(differing_families(dual, plain), both);
        assert_eq!(differing_families(dual, dual), None);
        assert_eq!(differing_families("https://sso.corp.example", plain), None);
        assert_eq!(differing_families(dual, "http://127.0.0.1:8080/device"), None);
    }
}
