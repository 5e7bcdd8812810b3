//! What was probably meant by a name that no section has: names that are spelled nearly so, and
//! headers that would be the section if they were written right. It is looked for only once per name
//! was not found.

use std::path::Path;

use crate::everything::Everything;
use crate::grammar::{self, FileKind, Header};
use crate::keys;
use crate::near_miss::{MeantHeader, NearMiss};
use crate::open::read_whole;
use crate::section::Section;
use crate::spelling::{misspelled, near_names};
use crate::{Files, names};

/// What kind of section is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sought {
    Profile,
    SsoSession,
}

/// Looks for what may have been meant. Files that cannot be read now offer nothing.
pub(crate) fn look_up(files: &Files, wanted: Sought, name: &str) -> NearMiss {
    let known = names(files).unwrap_or_default();
    let (same, other) = match wanted {
        Sought::Profile => (known.profiles, known.sessions),
        Sought::SsoSession => (known.sessions, known.profiles),
    };
    NearMiss {
        names: near_names(name, same),
        header: meant_headers(files).into_iter().find(|header| {
            header.name.eq_ignore_ascii_case(name)
                && header.is_profile == (wanted == Sought::Profile)
        }),
        is_of_other_kind: other.iter().any(|other| other == name),
        nothing_is_configured: nothing_is_configured(files),
    }
}

/// Whether the shared files hold no sso-session, and no profile with any SSO setting. Files that
/// cannot be read are somebody's, so they count as something.
pub fn nothing_is_configured(files: &Files) -> bool {
    let Ok(everything) = Everything::read(files) else { return false };
    let has_sso = |section: &Section| section.settings().any(|(key, _)| key.starts_with("sso_"));
    everything.session_names().is_empty()
        && !everything.profiles().any(|profile| {
            profile.merge("").map_or(true, |section| section.is_some_and(|s| has_sso(&s)))
        })
}

/// Every header of both files that names nothing and was probably meant to name a profile or an
/// sso-session, in the order of the lines. A file that cannot be read has none.
pub fn meant_headers(files: &Files) -> Vec<MeantHeader> {
    let mut headers = Vec::new();
    for (path, kind) in
        [(&files.config, FileKind::Config), (&files.credentials, FileKind::Credentials)]
    {
        let text = read_whole(path).ok().flatten().unwrap_or_default();
        headers.extend(of_text(&String::from_utf8_lossy(&text), kind, path));
    }
    headers
}

fn of_text(text: &str, kind: FileKind, path: &Path) -> Vec<MeantHeader> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = grammar::lines(text).collect();
    let mut headers = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !line.trim_ascii_start().starts_with('[')
            || grammar::header(line.as_bytes(), kind).header != Header::Other
        {
            continue;
        }
        if let Some((is_profile, name)) = meant(line, kind, &lines[at + 1..]) {
            let meant = written(kind, is_profile, &name);
            let (path, found) = (path.to_owned(), line.trim_ascii().to_owned());
            headers.push(MeantHeader { path, line: at + 1, found, meant, name, is_profile });
        }
    }
    headers
}

/// What a header that names nothing was meant to name: whether a profile, and its name.
fn meant(line: &str, kind: FileKind, below: &[&str]) -> Option<(bool, String)> {
    let inner = line.trim_ascii().strip_prefix('[')?;
    // Text behind the bracket that has a bracket itself is not part of the name.
    let body = inner.split(']').next()?.trim_ascii();
    let unquoted = |text: &str| {
        text.trim_matches(|letter: char| letter.is_ascii_whitespace() || "'\"".contains(letter))
            .to_owned()
    };
    let (word, rest) = body
        .split_once(|letter: char| letter.is_ascii_whitespace())
        .map_or((body, None), |(word, rest)| (word, Some(unquoted(rest))));
    let rest = rest.filter(|rest| !rest.is_empty());
    match (kind, rest) {
        (FileKind::Credentials, Some(name)) if misspelled(word) == Some("profile") => {
            Some((true, name))
        }
        (FileKind::Credentials, _) => {
            Some((true, unquoted(body))).filter(|(_, name)| !name.is_empty())
        }
        (FileKind::Config, _) if body.eq_ignore_ascii_case("default") => {
            Some((true, "default".to_owned()))
        }
        (FileKind::Config, Some(name)) => match misspelled(word) {
            Some("profile") => Some((true, name)),
            Some("sso-session") => Some((false, name)),
            _ => None,
        },
        // `[dev]`: a profile by its keys, or a session by its own.
        (FileKind::Config, None) => {
            let name = unquoted(body);
            let is_profile = is_profile(below)?;
            (!name.is_empty()).then_some((is_profile, name))
        }
    }
}

/// By the keys below a header, up to the next one: whether it is a profile. `None` where no key is
/// one of either: a section of another tool's.
fn is_profile(below: &[&str]) -> Option<bool> {
    let section = below.iter().take_while(|line| !line.trim_ascii_start().starts_with('['));
    let keys: Vec<String> = section
        .filter_map(|line| Some(grammar::split(line.trim_ascii())?.0.to_ascii_lowercase()))
        .collect();
    let has = |wanted: &[&str]| keys.iter().any(|key| wanted.contains(&key.as_str()));
    const OF_A_PROFILE: &[&str] = &[
        keys::SSO_SESSION,
        keys::SSO_ACCOUNT_ID,
        keys::SSO_ROLE_NAME,
        keys::SSO_CP_SESSION,
        keys::SSO_CP_ACCOUNT_ID,
        keys::SSO_CP_ROLE_NAME,
        keys::CREDENTIAL_PROCESS,
        keys::ROLE_ARN,
        keys::SOURCE_PROFILE,
        "region",
        "output",
        keys::AWS_ACCESS_KEY_ID,
    ];
    if has(OF_A_PROFILE) {
        return Some(true);
    }
    has(&[keys::SSO_START_URL, keys::SSO_REGION, keys::SSO_REGISTRATION_SCOPES]).then_some(false)
}

/// The header as it is to be written.
fn written(kind: FileKind, is_profile: bool, name: &str) -> String {
    let has_blanks = name.contains(|letter: char| letter.is_ascii_whitespace());
    let name = if has_blanks { format!("'{name}'") } else { name.to_owned() };
    match (kind, is_profile) {
        (FileKind::Credentials, _) => format!("[{name}]"),
        (FileKind::Config, true) if name == "default" => "[default]".to_owned(),
        (FileKind::Config, true) => format!("[profile {name}]"),
        (FileKind::Config, false) => format!("[sso-session {name}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, kind: FileKind) -> Vec<(usize, String)> {
        let headers = of_text(text, kind, Path::new("/x"));
        headers.into_iter().map(|header| (header.line, header.meant)).collect()
    }

    #[test]
    fn headers_that_name_nothing_are_known_by_what_they_were_meant_to_be() {
        for (text, meant) in [
            ("[dev]\nsso_session = corp\n", "[profile dev]"),
            ("[corp]\nsso_start_url = x\nsso_region = y\n", "[sso-session corp]"),
            ("[sso_session corp]\n", "[sso-session corp]"),
            ("[SSO-Session corp]\n", "[sso-session corp]"),
            ("[profile My Account]\n", "[profile 'My Account']"),
            ("[profile \"dev]\n", "[profile dev]"),
            ("[Profile dev]\n", "[profile dev]"),
            ("[profiles dev]\n", "[profile dev]"),
            ("[profile dev] see [x]\n", "[profile dev]"),
            ("[Default]\n", "[default]"),
            ("[DEFAULT]\n", "[default]"),
        ] {
            assert_eq!(found(text, FileKind::Config), [(1, meant.to_owned())], "{text}");
        }
        let in_credentials = found("\n[profile dev]\n", FileKind::Credentials);
        assert_eq!(in_credentials, [(2, "[dev]".to_owned())]);
    }

    #[test]
    fn sections_of_others_are_nobodys_slip() {
        for text in [
            "[profile dev]\n",
            "[plugins]\nx = y\n",
            "[sso-session corp] # words [a]\n",
            "[services local]\n",
            "[]\n",
            "[toolkit settings]\n",
        ] {
            assert_eq!(found(text, FileKind::Config), [], "{text}");
        }
    }
}
