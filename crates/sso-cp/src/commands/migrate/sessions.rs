//! The sessions that migrated profiles share, and what they are called.

use std::collections::BTreeSet;

use sso_cp_config::{Change, Contents, SectionEdit, SectionName, is_plain_name, keys};
use sso_cp_types::ACCOUNT_ACCESS;

/// The sessions of the file, and those that are to come.
#[derive(Debug)]
pub(super) struct Sessions {
    known: Vec<Session>,
    names: BTreeSet<String>,
}

#[derive(Debug)]
struct Session {
    name: String,
    start_url: String,
    region: String,
    is_new: bool,
}

impl Sessions {
    /// Those that the file has.
    pub(super) fn of(contents: &Contents) -> Sessions {
        let mut sessions = Sessions { known: Vec::new(), names: BTreeSet::new() };
        for section in contents.names() {
            let SectionName::SsoSession(name) = section else { continue };
            sessions.names.insert(name.clone());
            let value = |key: &str| contents.settings(section)?.get(key).cloned();
            if let (Some(start_url), Some(region)) =
                (value(keys::SSO_START_URL), value(keys::SSO_REGION))
            {
                let start_url = without_end(&start_url).to_owned();
                let name = name.clone();
                sessions.known.push(Session { name, start_url, region, is_new: false });
            }
        }
        sessions
    }

    /// The session of a portal: one that is there, or a new one.
    pub(super) fn for_portal(&mut self, start_url: &str, region: &str) -> String {
        if let Some(name) = self.existing(start_url, region) {
            return name.to_owned();
        }
        let start_url = without_end(start_url);
        let name = self.free_name(start_url, region);
        self.names.insert(name.clone());
        let (start_url, region) = (start_url.to_owned(), region.to_owned());
        self.known.push(Session { name: name.clone(), start_url, region, is_new: true });
        name
    }

    /// The session of a portal that is there already.
    pub(super) fn existing(&self, start_url: &str, region: &str) -> Option<&str> {
        let start_url = without_end(start_url);
        let is_it = |known: &&Session| known.start_url == start_url && known.region == region;
        self.known.iter().find(is_it).map(|known| known.name.as_str())
    }

    /// The sections of the new ones.
    pub(super) fn new_sections(&self) -> impl Iterator<Item = SectionEdit> {
        self.known.iter().filter(|session| session.is_new).map(|session| SectionEdit {
            section: SectionName::SsoSession(session.name.clone()),
            changes: vec![
                Change::set(keys::SSO_START_URL, &session.start_url),
                Change::set(keys::SSO_REGION, &session.region),
                // So that the sign-in is one that renews itself.
                Change::set(keys::SSO_REGISTRATION_SCOPES, ACCOUNT_ACCESS),
            ],
        })
    }

    fn free_name(&self, start_url: &str, region: &str) -> String {
        let name = portal_name(start_url);
        let with_region = format!("{name}-{region}");
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = [name.clone(), with_region].into_iter().chain(numbered);
        names.find(|name| !self.names.contains(name)).unwrap_or_else(|| region.to_owned())
    }
}

/// A start URL without what browsers add to it: `/start`, `/start/` and `/start#/` are one portal.
fn without_end(start_url: &str) -> &str {
    let bare = start_url.split('#').next().unwrap_or_default();
    bare.trim_end_matches('/')
}

/// What people call a portal: `https://corp.awsapps.com/start` is `corp`. Where all share a host, the
/// instance in the path; of a host of one's own, the domain.
pub(crate) fn portal_name(start_url: &str) -> String {
    let rest = start_url.trim_start_matches("https://");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let first_of_path = || path.split('/').find(|part| !part.is_empty());
    let is_aws = ["awsapps.com", "awsapps.cn", "app.aws", "amazonaws.com", "amazonaws.com.cn"]
        .iter()
        .any(|domain| host.ends_with(domain));
    let name = match (labels.as_slice(), is_aws) {
        (["identitycenter", ..], _) => first_of_path().unwrap_or("sso"),
        ([first, ..], true) => first,
        ([.., domain, _], false) => domain,
        _ => "sso",
    };
    if is_plain_name(name) { name.to_owned() } else { "sso".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portals_have_the_names_that_people_use() {
        for (start_url, name) in [
            ("https://corp.awsapps.com/start", "corp"),
            ("https://d-1234567890.awsapps.com/start/#/", "d-1234567890"),
            (
                "https://identitycenter.amazonaws.com/ssoins-0123456789abcdef",
                "ssoins-0123456789abcdef",
            ),
            ("https://ssoins-1.portal.eu-west-1.app.aws", "ssoins-1"),
            ("https://login.Corp.example/start", "corp"),
            ("https://localhost", "sso"),
        ] {
            assert_eq!(portal_name(start_url), name, "{start_url}");
        }
    }

    #[test]
    fn one_portal_is_one_session_however_it_is_spelled() {
        let mut sessions = Sessions::of(&Contents::default());
        let mut name = |url: &str, region: &str| sessions.for_portal(url, region);
        assert_eq!(name("https://corp.awsapps.com/start", "us-east-1"), "corp");
        assert_eq!(name("https://corp.awsapps.com/start/#/", "us-east-1"), "corp");
        assert_eq!(name("https://corp.awsapps.com/start", "eu-west-1"), "corp-eu-west-1");
        assert_eq!(name("https://corp.awsapps.cn/start", "eu-west-1"), "corp-2");
        assert_eq!(sessions.new_sections().count(), 3);
    }
}
