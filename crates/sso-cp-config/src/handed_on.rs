//! A profile's settings without its credentials, as a config file of its own: for a program that is
//! to have the profile's region, certificate authorities and endpoints, and to get its credentials
//! elsewhere.

use std::collections::BTreeMap;

use crate::section::Section;
use crate::shared::{Shared, no_profile};
use crate::{Error, Files, keys};

/// The keys that say who one is, or how to become somebody. Anyone who finds one of them in `[default]`
/// looks no further. All keys that begin with `sso_` belong here too.
const CREDENTIAL_KEYS: [&str; 16] = [
    keys::AWS_ACCESS_KEY_ID,
    keys::AWS_SECRET_ACCESS_KEY,
    keys::AWS_SESSION_TOKEN,
    keys::AWS_SECURITY_TOKEN,
    "aws_account_id",
    keys::CREDENTIAL_PROCESS,
    keys::CREDENTIAL_SOURCE,
    keys::DURATION_SECONDS,
    keys::EXTERNAL_ID,
    keys::LOGIN_SESSION,
    keys::MFA_SERIAL,
    keys::ROLE_ARN,
    keys::ROLE_SESSION_NAME,
    keys::SOURCE_PROFILE,
    "web_identity_token",
    keys::WEB_IDENTITY_TOKEN_FILE,
];

/// The name that the profile's `[services]` section gets, whatever it was: this one needs no quotes.
const SERVICES: &str = "selected";

/// The text of a config file whose `[default]` has every setting of the profile but its credentials,
/// nested blocks and its `[services]` section included.
///
/// # Errors
///
/// The profile, or the services that it names, cannot be read or do not exist.
pub fn settings_as_default(profile: &str, files: &Files) -> Result<String, Error> {
    let (shared, section) = Shared::for_profile(files, profile)?;
    let section = section.ok_or_else(|| no_profile(files, profile))?;
    let mut text = "[default]\n".to_owned();
    for (key, value) in last_settings(&section) {
        match key {
            keys::SERVICES => text.push_str(&format!("services = {SERVICES}\n")),
            _ if is_credential(key) => {}
            _ => push(&mut text, key, value),
        }
    }
    if let Some(services) = section.owned(keys::SERVICES) {
        let found = shared.services(&services)?;
        let section = found.ok_or(Error::NoServices { place: section.place(), services })?;
        text.push_str(&format!("\n[services {SERVICES}]\n"));
        for (key, value) in last_settings(&section) {
            push(&mut text, key, value);
        }
    }
    Ok(text)
}

fn is_credential(key: &str) -> bool {
    CREDENTIAL_KEYS.contains(&key) || key.starts_with("sso_")
}

/// Each key once, in the order of the alphabet, with the value that wins.
fn last_settings(section: &Section) -> BTreeMap<&str, &str> {
    let mut last = BTreeMap::new();
    last.extend(section.settings());
    last
}

/// Further lines of a value belong to a nested block, which is indented.
fn push(text: &mut String, key: &str, value: &str) {
    text.push_str(key);
    text.push_str(" =");
    for (index, line) in value.split('\n').enumerate() {
        match (index, line) {
            (0, "") => {}
            (0, first) => text.push_str(&format!(" {first}")),
            (_, line) => text.push_str(&format!("\n    {line}")),
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_credentials_is_handed_on() {
        let folder = std::env::temp_dir().join(format!("sso-cp-handed-on-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let (config, credentials) = (folder.join("config"), folder.join("credentials"));
        std::fs::write(
            &config,
            "[profile dev]\nregion = eu-west-1\noutput=json # short\nsso_session = corp\n\
             sso_cp_account_id = 1\ncredential_process = x\nrole_arn = y\nCA_BUNDLE = ~/ca.pem\n\
             s3 =\n  addressing_style = path\n  max_queue_size = 5\nservices = 'my own'\n\
             endpoint_url = http://127.0.0.1:1/a%20b\n[services \"'my own'\"]\ns3 =\n  endpoint_url = http://127.0.0.1:2\n\
             [profile other]\nregion = nowhere\n",
        )
        .expect("the folder is ours");
        std::fs::write(&credentials, "[dev]\naws_access_key_id = A\nregion = eu-west-2\n")
            .expect("the folder is ours");
        let files = Files { home: folder.clone(), config, credentials };
        let text = settings_as_default("dev", &files).expect("the profile is there");
        assert_eq!(
            text,
            "[default]\nca_bundle = ~/ca.pem\nendpoint_url = http://127.0.0.1:1/a%20b\noutput = json\n\
             region = eu-west-2\ns3 =\n    addressing_style = path\n    max_queue_size = 5\n\
             services = selected\n\n[services selected]\ns3 =\n    endpoint_url = http://127.0.0.1:2\n"
        );
        assert!(matches!(settings_as_default("nope", &files), Err(Error::NoProfile { .. })));
        std::fs::remove_dir_all(folder).expect("the folder is ours");
    }
}
