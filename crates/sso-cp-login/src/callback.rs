//! What the redirect brings: reading its query, whether a browser sent it or a person pasted it.

use std::fmt;

use sso_cp_types::Secret;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The longest address that can be pasted, in bytes: as long as the listener's longest request.
pub(crate) const PASTE_LIMIT_BYTES: usize = 8 * 1024;

/// The identity center says no. Both texts are a server's: show them escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The error code, for example `access_denied` (RFC 6749 section 4.1.2.1).
    pub error: String,
    /// What it says to it, if anything.
    pub description: Option<String>,
}

/// What an address holds that belongs to this sign-in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Code(Secret),
    Refused(Refusal),
}

/// Why an address does not end the sign-in. The same checks hold for the listener, which answers all
/// of these with a 400 and goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteProblem {
    /// No address at all: plain words, or nothing.
    NotAnAddress,
    /// Longer than any answer of AWS's.
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A line break, a tab or another control character is in it, as it is or encoded.
    ControlCharacters,
    /// The address that was to be opened, not the one that the browser ended at.
    SignInLink,
    /// There is no `state` in it: cut off, or some other address.
    NoState,
    /// The `state` is not this sign-in's: another sign-in's answer, perhaps an older one.
    OtherSignIn,
    /// Neither a `code` nor an `error` is in it.
    NoCode,
    /// A parameter is there twice, so that it is not clear which of them counts.
    Repeated {
        /// Its name.
        parameter: &'static str,
    },
    /// Both a `code` and an `error` are in it.
    CodeAndError,
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    Unreadable,
    /// The sign-in has its answer already.
    Finished,
}

impl fmt::Display for PasteProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PasteProblem::NotAnAddress => "this is not the address of a page",
            PasteProblem::TooLong { bytes, limit } => {
                return write!(f, "the address has {bytes} bytes, more than {limit}");
            }
            PasteProblem::ControlCharacters => "control characters are in the address",
            PasteProblem::SignInLink => {
                "this is the address to open, not the one of the page that did not load"
            }
            PasteProblem::NoState => "the address has no `state`",
            PasteProblem::OtherSignIn => "the address belongs to another sign-in",
            PasteProblem::NoCode => "the address has no `code`",
            PasteProblem::Repeated { parameter } => {
                return write!(f, "the address has more than one `{parameter}`");
            }
            PasteProblem::CodeAndError => "the address has both a `code` and an `error`",
            PasteProblem::Unreadable => "the address is damaged",
            PasteProblem::Finished => "the sign-in has its answer already",
        })
    }
}

impl std::error::Error for PasteProblem {}

/// Reads a pasted address: the whole of it, without its scheme (as some browsers show it), or only
/// the query.
pub(crate) fn read_pasted(text: &str, state: &Secret) -> Result<Answer, PasteProblem> {
    let text = text.trim();
    if text.len() > PASTE_LIMIT_BYTES {
        return Err(PasteProblem::TooLong { bytes: text.len(), limit: PASTE_LIMIT_BYTES });
    }
    if text.chars().any(char::is_control) {
        return Err(PasteProblem::ControlCharacters);
    }
    if text.contains(char::is_whitespace) {
        return Err(PasteProblem::NotAnAddress);
    }
    let before_fragment = text.split('#').next().unwrap_or(text);
    let query = match before_fragment.split_once('?') {
        Some((_, query)) => query,
        None if before_fragment.contains("://") => return Err(PasteProblem::NoCode),
        None if before_fragment.contains('=') => before_fragment,
        None => return Err(PasteProblem::NotAnAddress),
    };
    if query.split('&').any(|pair| pair.starts_with("response_type=")) {
        return Err(PasteProblem::SignInLink);
    }
    read_query(query, state)
}

/// Reads the redirect's query. The state decides first: without the right one, nothing else in it
/// counts, an error least of all, or any web page could end the sign-in.
pub(crate) fn read_query(query: &str, state: &Secret) -> Result<Answer, PasteProblem> {
    let parameters = Parameters::read(query)?;
    let given = parameters.state.ok_or(PasteProblem::NoState)?;
    // In the same time for every wrong guess, so that timing does not tell how much of it is right.
    if !bool::from(given.as_bytes().ct_eq(state.expose().as_bytes())) {
        return Err(PasteProblem::OtherSignIn);
    }
    match (parameters.code, parameters.error) {
        (Some(_), Some(_)) => Err(PasteProblem::CodeAndError),
        (Some(code), None) if code.is_empty() => Err(PasteProblem::NoCode),
        (Some(code), None) if code.chars().any(char::is_control) => {
            Err(PasteProblem::ControlCharacters)
        }
        (Some(code), None) => Ok(Answer::Code(Secret::new(code))),
        (None, Some(error)) => Ok(Answer::Refused(Refusal {
            error: error.to_string(),
            description: parameters.description.map(|text| text.to_string()),
        })),
        (None, None) => Err(PasteProblem::NoCode),
    }
}

#[derive(Default)]
struct Parameters {
    state: Option<Zeroizing<String>>,
    code: Option<Zeroizing<String>>,
    error: Option<Zeroizing<String>>,
    description: Option<Zeroizing<String>>,
}

impl Parameters {
    /// Takes the four that count, each once at most, and ignores all others (RFC 6749 section
    /// 4.1.2).
    fn read(query: &str) -> Result<Parameters, PasteProblem> {
        let mut found = Parameters::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A name that cannot be decoded is none of the four.
            let Some(name) = decode(name) else { continue };
            let (slot, parameter) = match name.as_str() {
                "state" => (&mut found.state, "state"),
                "code" => (&mut found.code, "code"),
                "error" => (&mut found.error, "error"),
                "error_description" => (&mut found.description, "error_description"),
                _ => continue,
            };
            if slot.is_some() {
                return Err(PasteProblem::Repeated { parameter });
            }
            *slot = Some(decode(value).ok_or(PasteProblem::Unreadable)?);
        }
        Ok(found)
    }
}

/// `application/x-www-form-urlencoded`, the encoding of OAuth's redirects (RFC 6749 appendix B):
/// `+` is a blank, `%2B` a plus sign. `None` where it is damaged.
fn decode(encoded: &str) -> Option<Zeroizing<String>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(encoded.len()));
    let mut bytes = encoded.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            plain => plain,
        });
    }
    std::str::from_utf8(&decoded).ok().map(|text| Zeroizing::new(text.to_owned()))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Secret {
        Secret::new("right".to_owned())
    }

    fn code(text: &str) -> Result<Answer, PasteProblem> {
        Ok(Answer::Code(Secret::new(text.to_owned())))
    }

    #[test]
    fn a_code_comes_out_as_it_was_issued() {
        let read = |query: &str| read_query(query, &state());
        assert_eq!(read("code=abc&state=right"), code("abc"));
        assert_eq!(read("state=right&iss=x&code=a%2Bb%2f%C3%A9=c&session_state"), code("a+b/é=c"));
        assert_eq!(read("state=right&code=a+b"), code("a b"));
        assert_eq!(read("%73tate=right&c%6Fde=é"), code("é"));
        let long = "%41".repeat(2000);
        assert_eq!(read(&format!("code={long}&state=right")), code(&"A".repeat(2000)));
    }

    #[test]
    fn a_refusal_counts_only_with_the_right_state() {
        let read = |query: &str| read_query(query, &state());
        let refusal = |description: Option<&str>| {
            Ok(Answer::Refused(Refusal {
                error: "access_denied".to_owned(),
                description: description.map(str::to_owned),
            }))
        };
        assert_eq!(read("error=access_denied&state=right"), refusal(None));
        assert_eq!(
            read("error=access_denied&error_description=User+said%20%3Cno%3E&state=right"),
            refusal(Some("User said <no>"))
        );
        assert_eq!(read("error=access_denied"), Err(PasteProblem::NoState));
        assert_eq!(read("error=access_denied&state=wrong"), Err(PasteProblem::OtherSignIn));
    }

    #[test]
    fn what_is_doubtful_is_refused() {
        let repeated = |parameter| PasteProblem::Repeated { parameter };
        for (query, problem) in [
            ("", PasteProblem::NoState),
            ("code=a", PasteProblem::NoState),
            ("code=a&state=", PasteProblem::OtherSignIn),
            ("code=a&state=righ", PasteProblem::OtherSignIn),
            ("code=a&state=rightt", PasteProblem::OtherSignIn),
            ("code=a&State=right", PasteProblem::NoState),
            ("state=right", PasteProblem::NoCode),
            ("code=&state=right", PasteProblem::NoCode),
            ("code=a&code=b&state=right", repeated("code")),
            ("code=a&code=a&state=right", repeated("code")),
            ("code=a&state=right&state=right", repeated("state")),
            ("code=a&state=wrong&%73tate=right", repeated("state")),
            ("error=a&error=b&state=right", repeated("error")),
            ("code=a&error=b&state=right", PasteProblem::CodeAndError),
            ("code=%zz&state=right", PasteProblem::Unreadable),
            ("code=%4&state=right", PasteProblem::Unreadable),
            ("code=%ff&state=right", PasteProblem::Unreadable),
            ("code=a%0Ab&state=right", PasteProblem::ControlCharacters),
            ("code=a%00&state=right", PasteProblem::ControlCharacters),
        ] {
            assert_eq!(read_query(query, &state()), Err(problem), "{query}");
        }
    }

    #[test]
    fn pasted_addresses_may_be_whole_or_in_part() {
        for text in [
            "http://127.0.0.1:4711/oauth/callback?code=abc&state=right",
            "  http://127.0.0.1:4711/oauth/callback?code=abc&state=right#_=_ \r\n",
            "127.0.0.1:4711/oauth/callback?state=right&code=abc",
            "/oauth/callback?code=abc&state=right",
            "?code=abc&state=right",
            "code=abc&state=right",
        ] {
            assert_eq!(read_pasted(text, &state()), code("abc"), "{text}");
        }
        let long = "x".repeat(7000);
        let address = format!("http://127.0.0.1:1/oauth/callback?code={long}&state=right");
        assert_eq!(read_pasted(&address, &state()), code(&long));
    }

    #[test]
    fn what_is_wrong_with_a_paste_is_named() {
        let address = |query: &str| format!("http://127.0.0.1:4711/oauth/callback{query}");
        let long = "x".repeat(PASTE_LIMIT_BYTES + 1);
        let too_long =
            PasteProblem::TooLong { bytes: PASTE_LIMIT_BYTES + 1, limit: PASTE_LIMIT_BYTES };
        for (text, problem) in [
            (String::new(), PasteProblem::NotAnAddress),
            ("yes".to_owned(), PasteProblem::NotAnAddress),
            ("what is this? code=a".to_owned(), PasteProblem::NotAnAddress),
            (address(""), PasteProblem::NoCode),
            (address("?code=a"), PasteProblem::NoState),
            (address("?state=right"), PasteProblem::NoCode),
            (address("?code=a&state=older"), PasteProblem::OtherSignIn),
            (address("?code=a&sta\nte=right"), PasteProblem::ControlCharacters),
            (address("?code=\u{1b}[31m&state=right"), PasteProblem::ControlCharacters),
            (address("?code=a&state=right&code=b"), PasteProblem::Repeated { parameter: "code" }),
            ("https://o.example/authorize?response_type=code&state=right".to_owned(), {
                PasteProblem::SignInLink
            }),
            (long, too_long),
        ] {
            assert_eq!(read_pasted(&text, &state()), Err(problem), "{text:.80}");
            assert!(!problem.to_string().is_empty());
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let pieces = [
            "code",
            "state",
            "right",
            "=",
            "&",
            "?",
            "%",
            "+",
            "é",
            "\u{202e}",
            "\0",
            "%00",
            "%C3",
            "#",
            "://",
            "error",
            " ",
            "\u{10ffff}",
            "%e2%82%ac",
            "",
        ];
        let mut seed = 0xdead_beef_u64;
        let mut random = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        for _ in 0..50_000 {
            let text: String = (0..random(12)).map(|_| pieces[random(pieces.len())]).collect();
            let whole = read_pasted(&text, &state());
            if let Ok(Answer::Code(code)) = read_query(&text, &state()) {
                assert!(!code.expose().is_empty() && text.contains("right"), "{text}");
            }
            if whole.is_ok() {
                assert!(text.contains("right"), "{text}");
            }
        }
    }
}
