//! Credentials as other programs take them from us.

use zeroize::Zeroizing;

use crate::RoleCredentials;
use crate::visible::is_plain_json;

/// The JSON documents in which AWS's tools take credentials from other programs. All texts: Go
/// fails on an account id that is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentForm {
    /// What a `credential_process` prints: version 1, and a line break at the end.
    Process,
    /// What a container credentials endpoint answers.
    Container,
    /// What STS answers in the AWS CLI's JSON, and a line break: `{"Credentials":{...}}`. Claude Code's
    /// `awsCredentialExport` reads it in every version. It has no account.
    Sts,
}

impl RoleCredentials {
    /// The credentials of a role in this account as a document of that form. The expiry is as all
    /// SDKs read it: whole seconds and `Z` (the Rust and the JS SDK fail on an offset).
    ///
    /// Every cached call ends here, so it is written by hand: a struct for serde takes ten times the
    /// instructions.
    pub fn document(&self, form: DocumentForm, account_id: &str) -> Zeroizing<String> {
        let (opening, token, ending) = match form {
            DocumentForm::Process => ("{\"Version\":1,", "SessionToken", "}\n"),
            DocumentForm::Container => ("{", "Token", "}"),
            DocumentForm::Sts => ("{\"Credentials\":{", "SessionToken", "}}\n"),
        };
        let expiration = self.expires_at.to_string();
        let members = [
            Member::new("AccessKeyId", &self.access_key_id),
            Member::new("SecretAccessKey", self.secret_access_key.expose()),
            Member::new(token, self.session_token.expose()),
            Member::new("Expiration", &expiration),
            Member::new("AccountId", account_id),
        ];
        let members = match form {
            DocumentForm::Sts => &members[..members.len() - 1],
            DocumentForm::Process | DocumentForm::Container => &members[..],
        };
        // Room for everything from the start: growing would leave copies of the secrets behind.
        let room = members.iter().map(Member::room).sum::<usize>() + opening.len() + ending.len();
        let mut json = Zeroizing::new(String::with_capacity(room));
        json.push_str(opening);
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            member.push_to(&mut json);
        }
        json.push_str(ending);
        json
    }
}

struct Member<'a> {
    name: &'static str,
    value: &'a str,
    /// Whether the value stands for itself between quotation marks.
    is_plain: bool,
}

impl<'a> Member<'a> {
    fn new(name: &'static str, value: &'a str) -> Member<'a> {
        Member { name, value, is_plain: is_plain_json(value) }
    }

    /// The bytes that it takes at most.
    fn room(&self) -> usize {
        const PUNCTUATION: usize = r#","":"""#.len();
        const LONGEST_ESCAPE: usize = r"\u001f".len();
        let spelling = if self.is_plain { 1 } else { LONGEST_ESCAPE };
        self.name.len() + self.value.len() * spelling + PUNCTUATION
    }

    fn push_to(&self, json: &mut String) {
        json.push('"');
        json.push_str(self.name);
        json.push_str("\":\"");
        if self.is_plain {
            json.push_str(self.value);
        } else {
            push_escaped(json, self.value);
        }
        json.push('"');
    }
}

fn push_escaped(json: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            ' '..='~' => json.push(character),
            // Whatever is not ASCII too: it may turn the direction of the text around.
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    json.push_str("\\u");
                    for shift in [12, 8, 4, 0] {
                        json.push(char::from(DIGITS[usize::from(*unit >> shift & 15)]));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, Timestamp};

    fn credentials(odd: &str) -> RoleCredentials {
        RoleCredentials {
            access_key_id: format!("ASIA{odd}"),
            secret_access_key: Secret::new(format!("s{odd}")),
            session_token: Secret::new(format!("t{odd}")),
            expires_at: Timestamp::from_unix_seconds(1_795_251_058).unwrap(),
        }
    }

    #[test]
    fn each_form_has_the_names_that_its_readers_know() {
        assert_eq!(
            *credentials("").document(DocumentForm::Process, "111122223333"),
            "{\"Version\":1,\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",\
             \"Expiration\":\"2026-11-21T08:50:58Z\",\"AccountId\":\"111122223333\"}\n"
        );
        assert_eq!(
            *credentials("").document(DocumentForm::Container, "111122223333"),
            "{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\
             \"Expiration\":\"2026-11-21T08:50:58Z\",\"AccountId\":\"111122223333\"}"
        );
        assert_eq!(
            *credentials("").document(DocumentForm::Sts, "111122223333"),
            "{\"Credentials\":{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",\
             \"Expiration\":\"2026-11-21T08:50:58Z\"}}\n"
        );
    }

    #[test]
    fn what_is_odd_is_escaped_and_fits() {
        let odd = "\"q\" \\ \u{1}\n\u{1f} é漢😀\u{7f}";
        let document = credentials(odd).document(DocumentForm::Process, odd);
        assert!(
            document
                .contains("\"AccountId\":\"\\\"q\\\" \\\\ \\u0001\\u000a\\u001f \\u00e9\\u6f22\\ud83d\\ude00\\u007f\"}\n")
        );
        assert_eq!(document.lines().count(), 1);
        let fits = Member::new("AccountId", odd);
        let mut alone = String::new();
        fits.push_to(&mut alone);
        assert!(alone.len() < fits.room(), "{} in {}", alone.len(), fits.room());
    }
}
