//! The questions about the sign-in: which session, and for a new one where its portal is.

use sso_cp_config::{Contents, SectionName, check_start_url, keys};
use sso_cp_login::{StartUrl, classify_start_url};

use super::answers::{Given, Wanted, existing, why_no_name, why_no_real_region};
use super::prompt::{question, unless};
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::process::output;

/// A session's name where nothing proposes another one, as in AWS's own examples.
const NAME: &str = "my-sso";
/// A start URL as AWS gives it.
const EXAMPLE: &str = "https://example.awsapps.com/start";
/// Where most instances of Identity Center are.
const REGION: &str = "us-east-1";

/// What a new session is proposed to be.
#[derive(Default)]
pub(super) struct Offered {
    /// The session that the profile has.
    session: Option<String>,
    name: Option<String>,
    start_url: Option<String>,
    region: Option<String>,
}

impl Offered {
    /// The sign-in of a legacy profile: the one that is configured, else the first of the file where there is no
    /// session yet.
    pub(super) fn of(given: &Given<'_>, contents: &Contents) -> Offered {
        let legacy = |section: &SectionName| {
            let settings = contents.settings(section)?;
            let session = settings.get(keys::SSO_CP_SESSION).or(settings.get(keys::SSO_SESSION));
            if let Some(session) = session {
                return Some(Offered { session: Some(session.clone()), ..Offered::default() });
            }
            Some(Offered {
                session: None,
                name: None,
                start_url: Some(settings.get(keys::SSO_START_URL)?.clone()),
                region: settings.get(keys::SSO_REGION).cloned(),
            })
        };
        let is_profile = |section: &&SectionName| matches!(section, SectionName::Profile(_));
        match &given.named.profile {
            Some(profile) => legacy(&SectionName::Profile(profile.clone())).unwrap_or_default(),
            None if sessions(contents).is_empty() => {
                contents.names().filter(is_profile).find_map(legacy).unwrap_or_default()
            }
            None => Offered::default(),
        }
    }

    /// The answers that did not work, to be corrected.
    pub(super) fn again(wanted: &Wanted) -> Offered {
        let Wanted { name, start_url, region, .. } = wanted;
        let of = |text: &String| Some(text.clone());
        Offered { session: None, name: of(name), start_url: of(start_url), region: of(region) }
    }

    fn name(&self) -> String {
        let alias = self.start_url.as_deref().and_then(alias);
        self.name.clone().or(alias).unwrap_or_else(|| NAME.to_owned())
    }
}

/// `acme` of `https://acme.awsapps.com/start`; ids of AWS's own say nothing to a person.
fn alias(start_url: &str) -> Option<String> {
    let host = start_url.strip_prefix("https://")?.split('/').next()?;
    let alias = host.strip_suffix(".awsapps.com")?;
    let is_name = why_no_name(alias).is_none() && !alias.contains('.') && !alias.starts_with("d-");
    is_name.then(|| alias.to_owned())
}

/// The sessions that can be used as they are.
fn sessions(contents: &Contents) -> Vec<Wanted> {
    let usable = |section: &SectionName| match section {
        SectionName::SsoSession(name) => existing(name, contents),
        SectionName::Profile(_) => None,
    };
    contents.names().filter_map(usable).collect()
}

/// Asks for what the flags do not say.
pub(super) fn ask(
    given: &Given<'_>,
    contents: &Contents,
    offered: &Offered,
) -> Result<Wanted, Failure> {
    let name = match &given.named.sso_session {
        Some(name) => name.clone(),
        None => session_name(&sessions(contents), offered)?,
    };
    let mut wanted = given.session(&name, existing(&name, contents));
    if wanted.start_url.is_empty() {
        let default = offered.start_url.as_deref();
        wanted.start_url = question("start URL", default, |answer| {
            let url = whole(answer);
            check_start_url(&url)?;
            match has_dot(&url) {
                true => Ok(url),
                false => Err(format!("is not a start URL, such as {EXAMPLE}")),
            }
        })?;
    }
    if wanted.region.is_empty() {
        let of_url = match classify_start_url(&wanted.start_url) {
            Ok(StartUrl::AwsOwned { region }) => region,
            _ => None,
        };
        let offered = offered.region.clone().filter(|_| of_url.is_none());
        let default = of_url.or(offered).unwrap_or_else(|| REGION.to_owned());
        wanted.region =
            question("region of IAM Identity Center", Some(&default), unless(why_no_real_region))?;
    }
    Ok(wanted)
}

/// As people read it to each other: without the scheme, and of AWS's own portals often only the host.
fn whole(answer: &str) -> String {
    let url = if answer.contains("://") { answer.to_owned() } else { format!("https://{answer}") };
    match url.trim_end_matches('/') {
        host if host.ends_with(".awsapps.com") => format!("{host}/start"),
        _ => url,
    }
}

/// Whether the host has a domain: a word alone is a slip, not a portal.
fn has_dot(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.contains('.'))
}

fn session_name(sessions: &[Wanted], offered: &Offered) -> Result<String, Failure> {
    if sessions.is_empty() {
        let text = "name for the sign-in, such as your company's";
        return question(text, Some(&offered.name()), unless(why_no_name));
    }
    output::say("sessions that there are:\n");
    for (number, session) in sessions.iter().enumerate() {
        output::say(&format!("  {}  {}\n", number + 1, clean(&session.name)));
    }
    let has_name = |name: &str| sessions.iter().any(|session| session.name == name);
    let same = sessions.iter().position(|session| {
        offered.session.as_ref() == Some(&session.name)
            || offered.start_url.as_ref() == Some(&session.start_url)
    });
    let new = offered.start_url.as_ref().map(|_| offered.name()).filter(|name| !has_name(name));
    let default = match (same, new) {
        (None, Some(new)) => new,
        (same, _) => (same.unwrap_or(0) + 1).to_string(),
    };
    question("a number, or the name of a new session", Some(&default), |answer| {
        let number = answer.parse::<usize>().ok();
        match number.map(|number| number.checked_sub(1).and_then(|place| sessions.get(place))) {
            Some(Some(session)) => Ok(session.name.clone()),
            Some(None) => Err("is not a number of the list".to_owned()),
            None if has_name(answer) => Ok(answer.to_owned()),
            None => unless(why_no_name)(answer),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_url_may_be_typed_as_people_say_it() {
        for (typed, url) in [
            ("acme.awsapps.com", "https://acme.awsapps.com/start"),
            ("acme.awsapps.com/", "https://acme.awsapps.com/start"),
            ("https://acme.awsapps.com", "https://acme.awsapps.com/start"),
            ("acme.awsapps.com/start", "https://acme.awsapps.com/start"),
            ("https://acme.awsapps.com/start/", "https://acme.awsapps.com/start/"),
            ("sso.acme.example", "https://sso.acme.example"),
        ] {
            assert_eq!(whole(typed), url);
        }
    }

    #[test]
    fn a_host_without_a_domain_is_a_slip() {
        for (url, is_right) in [
            ("https://nonsense", false),
            ("https://nonsense/start.html", false),
            ("https://sso.acme.example", true),
            ("https://acme.awsapps.com/start", true),
        ] {
            assert_eq!(has_dot(url), is_right, "{url}");
        }
    }

    #[test]
    fn a_name_is_proposed_where_the_start_url_has_one() {
        for (url, name) in [
            ("https://acme.awsapps.com/start", Some("acme")),
            ("https://d-1234567890.awsapps.com/start", None),
            ("https://start.us-gov-home.awsapps.com/directory/acme", None),
            ("https://ssoins-1.portal.us-east-1.app.aws", None),
            ("https://sso.acme.example", None),
        ] {
            assert_eq!(alias(url).as_deref(), name, "{url}");
        }
    }
}
