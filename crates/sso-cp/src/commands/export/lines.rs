//! Variables, one a line, in the line shapes of `aws configure export-credentials`.

use sso_cp_types::RoleCredentials;
use zeroize::Zeroizing;

use crate::args::format::Shell;

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

/// The four variables. The AWS CLI and the JS SDK read the fourth, and stop in time.
pub(super) fn text(shell: Shell, credentials: &RoleCredentials) -> Zeroizing<Vec<u8>> {
    let expiration = credentials.expires_at.to_string();
    let variables = [
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.expose()),
        ("AWS_SESSION_TOKEN", credentials.session_token.expose()),
        ("AWS_CREDENTIAL_EXPIRATION", &expiration),
    ];
    let [before, between, behind] = frame(shell);
    let pieces: Vec<&str> =
        variables.iter().flat_map(|(name, value)| [before, name, between, value, behind]).collect();
    joined(&pieces)
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
            ("env", "export AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("env-no-export", "AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("powershell", "$Env:AWS_ACCESS_KEY_ID=\"ASIAEXAMPLEKEY000000\""),
            ("windows-cmd", "set AWS_ACCESS_KEY_ID=ASIAEXAMPLEKEY000000"),
            ("fish", "set -gx AWS_ACCESS_KEY_ID \"ASIAEXAMPLEKEY000000\""),
        ] {
            let shell = Shell::named(name).expect("it is a format");
            let text = text(shell, &credentials("made/up"));
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!((lines[0], lines.len()), (first, 4));
            assert!(text.ends_with('\n') && lines[3].contains("2026-01-31T12:00:00Z"), "{text}");
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
