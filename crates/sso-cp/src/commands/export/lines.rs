//! Variables, one per line, in the line shapes of `aws configure export-credentials`.

use sso_cp_types::RoleCredentials;
use zeroize::Zeroizing;

use crate::args::format::Shell;
use crate::commands::region::VARIABLES;

/// What stands before the name, between name and value, and behind the value.
fn frame(shell: Shell) -> [&'static str; 3] {
    match shell {
        Shell::Posix => ["export ", "=", "\n"],
        Shell::EnvFile => ["", "=", "\n"],
        Shell::Fish => ["set -gx ", " \"", "\"\n"],
        Shell::Powershell => ["$Env:", "=\"", "\"\n"],
        Shell::WindowsCmd => ["set ", "=", "\n"],
    }
}

/// The variables of credentials. The AWS CLI and the JS SDK read the fourth, and stop in time.
const CREDENTIALS: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
];

/// The credentials' variables, and the profile's region where it has one.
pub(super) fn text(
    shell: Shell,
    credentials: &RoleCredentials,
    region: Option<&str>,
) -> Zeroizing<Vec<u8>> {
    let expiration = credentials.expires_at.to_string();
    let values = [
        credentials.access_key_id.as_str(),
        credentials.secret_access_key.expose(),
        credentials.session_token.expose(),
        &expiration,
    ];
    let region = region.into_iter().flat_map(|region| VARIABLES.map(|name| (name, region)));
    let variables: Vec<_> = CREDENTIALS.into_iter().zip(values).chain(region).collect();
    let [before, between, behind] = frame(shell);
    let pieces: Vec<&str> =
        variables.iter().flat_map(|(name, value)| [before, name, between, value, behind]).collect();
    joined(&pieces)
}

/// What takes the variables back. A variable that is not set is not an error anywhere.
pub(super) fn unset(shell: Shell, has_region: bool) -> Vec<u8> {
    let region = VARIABLES.iter().filter(|_| has_region);
    let [before, behind] = match shell {
        Shell::Posix | Shell::EnvFile => ["unset ", "\n"],
        Shell::Fish => ["set -e ", "\n"],
        Shell::Powershell => ["Remove-Item Env:", " -ErrorAction SilentlyContinue\n"],
        Shell::WindowsCmd => ["set ", "=\n"],
    };
    let lines = CREDENTIALS.iter().chain(region).map(|name| format!("{before}{name}{behind}"));
    lines.collect::<String>().into_bytes()
}

/// The pieces in one buffer that never grows: growing would leave copies of the secrets behind.
pub(super) fn joined(pieces: &[&str]) -> Zeroizing<Vec<u8>> {
    let length = pieces.iter().map(|piece| piece.len()).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    pieces.iter().for_each(|piece| text.extend_from_slice(piece.as_bytes()));
    text
}

/// The field that holds a character which no AWS credential has, and some shell would take for more
/// than itself.
pub(super) fn odd_field(credentials: &RoleCredentials) -> Option<&'static str> {
    [
        ("access key id", credentials.access_key_id.as_str()),
        ("secret access key", credentials.secret_access_key.expose()),
        ("session token", credentials.session_token.expose()),
    ]
    .into_iter()
    .find(|(_, value)| value.is_empty() || !value.bytes().all(is_plain))
    .map(|(field, _)| field)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/+=_.:-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sso_cp_types::{Secret, Timestamp};

    fn credentials(secret: &str) -> RoleCredentials {
        RoleCredentials {
            access_key_id: "ASIAEXAMPLEKEY000000".to_owned(),
            secret_access_key: Secret::new(secret.to_owned()),
            session_token: Secret::new("IQoMade-Up_==".to_owned()),
            expires_at: Timestamp::parse("2026-01-31T12:00:00Z").expect("it is a date"),
        }
    }

    #[test]
    fn each_shell_has_the_line_shape_of_the_aws_cli() {
        for (name, first) in [
            ("bash", "export AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("env", "export AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("env-no-export", "AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("powershell", "$Env:AWS_ACCESS_KEY_ID=\"ASIAEXAMPLEKEY000000\""),
            ("windows-cmd", "set AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("fish", "set -gx AWS_ACCESS_KEY_ID \"ASIAEXAMPLEKEY000000\""),
        ] {
            let shell = Shell::named(name).expect("it is a format");
            let text = |region| {
                let text = text(shell, &credentials("made/up"), region);
                String::from_utf8_lossy(&text).into_owned()
            };
            let without = text(None);
            let lines: Vec<&str> = without.lines().collect();
            assert_eq!((lines[0], lines.len()), (first, 4));
            assert!(without.ends_with('\n') && lines[3].contains("2026-01-31T12:00:00Z"));
            let with = text(Some("eu-west-1"));
            let line = |name: &str| {
                first
                    .replace("AWS_ACCESS_KEY_ID", name)
                    .replace("ASIAEXAMPLEKEY000000", "eu-west-1")
            };
            let region = format!("{}\n{}\n", line("AWS_REGION"), line("AWS_DEFAULT_REGION"));
            assert_eq!(with, without + &region);
        }
    }

    #[test]
    fn every_variable_is_taken_back_in_the_way_of_its_shell() {
        for (shell, first) in [
            (Shell::Posix, "unset AWS_ACCESS_KEY_ID"),
            (Shell::Fish, "set -e AWS_ACCESS_KEY_ID"),
            (Shell::Powershell, "Remove-Item Env:AWS_ACCESS_KEY_ID -ErrorAction SilentlyContinue"),
            (Shell::WindowsCmd, "set AWS_ACCESS_KEY_ID="),
        ] {
            let lines =
                |has_region| String::from_utf8(unset(shell, has_region)).unwrap_or_default();
            assert_eq!(lines(false).lines().next(), Some(first));
            assert_eq!((lines(false).lines().count(), lines(true).lines().count()), (4, 6));
            assert!(lines(true).contains("AWS_DEFAULT_REGION") && !lines(false).contains("REGION"));
        }
    }

    #[test]
    fn nothing_that_needs_quotes_gets_through() {
        assert_eq!(odd_field(&credentials("abc/+=_.:-XYZ09")), None);
        for odd in
            ["$(id)", "a b", "a;b", "a`b", "a\"b", "a'b", "a\\b", "a%b", "a&b", "é", "", "a\nb"]
        {
            assert_eq!(odd_field(&credentials(odd)), Some("secret access key"), "{odd:?}");
        }
    }
}
