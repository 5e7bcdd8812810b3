//! The words in braces that stand in cases for what cannot be written down: `{now+2h}`, `{token-file corp}`, `{token -1h}`.
//! `expand` puts the values in, `reduce` turns the values in a program's output back into words.
//! `tests/cases/README.md` has the list.

use std::cell::RefCell;

use fake_identity_center::{Fake, Seed, SignIn};

use super::names;
use super::run::program;
use super::time::{iso, offset, offset_text, parse_iso};

/// A standard config file: one session, one profile that names its role by the private keys.
pub(crate) const CONFIG: &str = "\
[profile dev]
credential_process = sso-cp --profile dev
sso_cp_session = corp
sso_cp_account_id = 111122223333
sso_cp_role_name = ReadOnly
region = eu-west-1

[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
";

/// The words of one test.
pub(crate) struct Words {
    /// When the test began, Unix seconds.
    start: i64,
    home: String,
    origin: String,
    /// Values that were put in, with the words that they came from, to turn them back.
    known: RefCell<Vec<(String, String)>>,
    /// A sign-in whose access token lives, and one whose access token is over.
    sign_ins: RefCell<[Option<SignIn>; 2]>,
}

/// Which of the two sign-ins.
#[derive(Clone, Copy)]
enum Which {
    Live,
    Dead,
}

impl Words {
    pub(crate) fn new(start: i64, home: &str, fake: &Fake) -> Words {
        let origin = fake.sso_url().split("://").nth(1).unwrap_or_default().to_owned();
        Words {
            start,
            home: home.to_owned(),
            origin,
            known: RefCell::default(),
            sign_ins: RefCell::default(),
        }
    }

    /// Puts values in place of all words in braces that are known; other braces stay.
    pub(crate) fn expand(&self, text: &str, fake: &Fake) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            expanded.push_str(&rest[..open]);
            rest = &rest[open..];
            let value =
                rest.find('}').and_then(|close| Some((close, self.value(&rest[1..close], fake)?)));
            match value {
                Some((close, value)) => {
                    expanded.push_str(&value);
                    rest = &rest[close + 1..];
                }
                None => {
                    expanded.push('{');
                    rest = &rest[1..];
                }
            }
        }
        expanded + rest
    }

    fn value(&self, word: &str, fake: &Fake) -> Option<String> {
        let parts = shell_words(word)?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let value = match parts[..] {
            ["config"] => CONFIG.to_owned(),
            ["home"] => self.home.clone(),
            ["fake"] => self.origin.clone(),
            ["program"] => program().to_string_lossy().into_owned(),
            ["ca"] => format!("{}/fake-ca.pem", self.home.trim_end_matches("/home")),
            ["token-file", session] => self.remember(word, names::token_file(session)),
            ["role-file", session, account_id, role_name] => {
                self.remember(word, names::role_file(session, account_id, role_name))
            }
            ["access-token"] => self.sign_in(Which::Live, fake).access_token,
            ["dead-access-token"] => self.sign_in(Which::Dead, fake).access_token,
            ["refresh-token"] => self.sign_in(Which::Dead, fake).refresh_token?,
            ["client-id"] => self.sign_in(Which::Dead, fake).client_id,
            ["client-secret"] => self.sign_in(Which::Dead, fake).client_secret,
            ["token", time] => self.token(offset(time)?, fake),
            ["token", time, "no-refresh"] => without_refresh(&self.token(offset(time)?, fake)),
            ["role", time] => self.role(offset(time)?),
            [word] => {
                let (form, time) = word.split_at(word.find(['+', '-']).unwrap_or(word.len()));
                let time = self.start + offset(time)?;
                match form {
                    "now" => iso(time),
                    "ms" => format!("{time}000"),
                    "s" => time.to_string(),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(value)
    }

    /// A whole token file as the AWS CLI writes it, with its access token over by then for the portal too.
    fn token(&self, seconds: i64, fake: &Fake) -> String {
        let which = if seconds > 0 { Which::Live } else { Which::Dead };
        let expires = self.start + seconds;
        SignIn { access_token_expires_at: expires, ..self.sign_in(which, fake) }.token_file()
    }

    /// A whole role-credential file as the AWS CLI writes it.
    fn role(&self, seconds: i64) -> String {
        format!(
            "{{\"ProviderType\": \"sso\", \"Credentials\": {{\"AccessKeyId\": \"ASIACACHED0000000000\", \
             \"SecretAccessKey\": \"SECRETcached/key\", \"SessionToken\": \"SECRETcached/token\", \
             \"Expiration\": \"{}\", \"AccountId\": \"111122223333\"}}}}",
            iso(self.start + seconds)
        )
    }

    /// A session at the stand-in, made at the first use.
    fn sign_in(&self, which: Which, fake: &Fake) -> SignIn {
        let mut sign_ins = self.sign_ins.borrow_mut();
        let (seed, tokens) = match which {
            Which::Live => (Seed::default(), ["{access-token}", "{live-refresh-token}"]),
            Which::Dead => (Seed::expired(), ["{dead-access-token}", "{refresh-token}"]),
        };
        let sign_in = sign_ins[which as usize].get_or_insert_with(|| fake.seed_token(&seed));
        self.remember(tokens[0], sign_in.access_token.clone());
        if let Some(token) = &sign_in.refresh_token {
            self.remember(tokens[1], token.clone());
        }
        sign_in.clone()
    }

    fn remember(&self, word: &str, value: String) -> String {
        let word = format!("{{{}}}", word.trim_matches(['{', '}']));
        let mut known = self.known.borrow_mut();
        if !known.iter().any(|(seen, _)| *seen == value) {
            known.push((value.clone(), word));
        }
        value
    }

    /// Turns what changes from run to run into words. Times become whole minutes from the start of the test.
    pub(crate) fn reduce(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, word) in self.known.borrow().iter() {
            text = text.replace(value, word);
        }
        text = text.replace(&*program().to_string_lossy(), "{program}");
        text = text.replace(&self.home, "{home}").replace(&self.origin, "{fake}");
        for (start, word) in [
            ("IQoSECRETtoken/", "{session-token}"),
            ("aoaSECRET", "{new-access-token}"),
            ("aorSECRET", "{new-refresh-token}"),
            ("eyJSECRETclient.", "{client-secret}"),
            ("fake-client-", "{client-id}"),
        ] {
            text = replace_tokens(&text, start, word);
        }
        self.reduce_times(&replace_ids(&text))
    }

    fn reduce_times(&self, text: &str) -> String {
        const LENGTH: usize = "2026-01-31T12:00:00Z".len();
        /// Times further away are written out: they are the same in each run.
        const FAR_MINUTES: i64 = 2 * 365 * 1440;
        let mut reduced = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let minutes = rest
                .get(..LENGTH)
                .and_then(parse_iso)
                .map(|unix| (unix - self.start + 30).div_euclid(60));
            match minutes.filter(|minutes| minutes.abs() < FAR_MINUTES) {
                Some(minutes) => {
                    reduced.push_str(&format!("{{now{}}}", offset_text(minutes)));
                    rest = &rest[LENGTH..];
                }
                None => match short_time(rest) {
                    Some((word, length)) => {
                        reduced.push_str(word);
                        rest = &rest[length..];
                    }
                    None => {
                        reduced.push(letter);
                        rest = &rest[letter.len_utf8()..];
                    }
                },
            }
        }
        reduced
    }
}

/// A time for people at the text's start, `02:40, in 1 h` or `2026-11-21, in 90 days`, without what is said of how far away it is.
fn short_time(text: &str) -> Option<(&'static str, usize)> {
    let is_form = |part: &str, form: &str| {
        part.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    };
    [("{time}", "00:00"), ("{date}", "0000-00-00")].into_iter().find_map(|(word, form)| {
        let (time, after) = text.split_at_checked(form.len())?;
        let away = after.strip_prefix(", ")?;
        let is_away = away.starts_with("in ") || away.split('\n').next()?.contains(" ago");
        (is_form(time, form) && is_away).then_some((word, form.len()))
    })
}

fn without_refresh(token_file: &str) -> String {
    let mut value: serde_json::Value =
        serde_json::from_str(token_file).expect("the stand-in writes JSON");
    value.as_object_mut().expect("a token file is an object").remove("refreshToken");
    value.to_string()
}

/// Replaces each text that begins so and goes on with the letters of the stand-in's tokens.
fn replace_tokens(text: &str, start: &str, word: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(found) = rest.find(start) {
        replaced.push_str(&rest[..found]);
        replaced.push_str(word);
        let is_end = |letter: char| !letter.is_ascii_alphanumeric() && !":/+=._-".contains(letter);
        let token = &rest[found..];
        rest = &token[token.find(is_end).unwrap_or(token.len())..];
    }
    replaced + rest
}

/// Replaces request ids, which are UUIDs.
fn replace_ids(text: &str) -> String {
    const FORM: &str = "00000000-0000-0000-0000-000000000000";
    let is_id = |part: &str| {
        part.bytes().zip(FORM.bytes()).all(|(byte, form)| match form {
            b'-' => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if rest.get(..FORM.len()).is_some_and(is_id) {
            replaced.push_str("{request-id}");
            rest = &rest[FORM.len()..];
        } else {
            replaced.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    replaced
}

/// Splits at blanks outside of single and double quotes, which go. None where a quote is not closed.
pub(crate) fn shell_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for letter in text.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '\'' || letter == '"' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
