//! Calls of AWS's services: a request whose only good answer is one of success.

use std::fmt;
use std::time::Instant;

use crate::skew;
use crate::{BadReply, Client, Error, Reply, Request, Retry, ServiceError};

/// How many characters the words of a service may take, with what follows them in the sentence: where a host cuts a
/// sentence to 300 characters, its end is still there.
const ROOM_CHARS: usize = 230;

/// Why a call has no result.
#[derive(Debug)]
pub enum CallError {
    /// There is no reply.
    Http(Error),
    /// The service refuses.
    Refused {
        /// What it says.
        error: ServiceError,
        /// How many seconds its clock is ahead of ours, if it says what time it is.
        clock_skew_seconds: Option<i64>,
    },
    /// The reply is none that the service gives.
    BadReply {
        /// What is wrong with it.
        problem: BadReply,
        /// What the call was for: `role credentials`.
        awaited: &'static str,
        /// AWS's id of the request, for their support.
        request_id: Option<String>,
    },
    /// The service gave credentials that have already expired by our clock.
    AlreadyExpired {
        /// How many seconds its clock is ahead of ours, if it says what time it is.
        clock_skew_seconds: Option<i64>,
    },
}

impl Client {
    /// Sends a request as [`Client::send`] does and gives the reply if it is one of success.
    ///
    /// # Errors
    ///
    /// [`CallError::Http`] and [`CallError::Refused`].
    pub fn call(
        &self,
        request: &Request<'_>,
        retry: Retry,
        deadline: Instant,
    ) -> Result<Reply, CallError> {
        let reply = self.send(request, retry, deadline).map_err(CallError::Http)?;
        if reply.is_success() {
            return Ok(reply);
        }
        Err(CallError::Refused {
            error: ServiceError::from_reply(&reply),
            clock_skew_seconds: reply.clock_skew_seconds(),
        })
    }
}

impl CallError {
    /// What makes a [`BadReply`] an error of a call.
    pub fn bad_reply(request: &Request<'_>, reply: &Reply) -> impl Fn(BadReply) -> CallError {
        let (awaited, request_id) = (request.awaited, reply.request_id.clone());
        move |problem| CallError::BadReply { problem, awaited, request_id: request_id.clone() }
    }

    /// The exception that the service names, if it answered with one.
    pub fn code(&self) -> Option<&str> {
        match self {
            CallError::Refused { error, .. } => Some(&error.code),
            _ => None,
        }
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            CallError::Refused { error, .. } => Some(error.status),
            _ => None,
        }
    }

    /// What the service says, for the end of a sentence about what it refuses: its exception, its words, and how wrong
    /// this machine's clock is where that may be the reason. The sentence of this error, where nothing was refused.
    pub fn said(&self) -> String {
        let CallError::Refused { error, .. } = self else { return self.to_string() };
        // Ours go on, and have no full stop.
        followed(error.to_string().trim_end_matches('.'), &self.clock_note())
    }

    /// The same without the exception, where there are words.
    pub fn words(&self) -> String {
        match self {
            CallError::Refused { error: ServiceError { message: Some(words), .. }, .. } => {
                followed(words.trim_end_matches('.'), &self.clock_note())
            }
            other => other.said(),
        }
    }

    /// To follow on a sentence; empty where the reply does not say what time it is, or the clocks agree.
    fn clock_note(&self) -> String {
        match self {
            CallError::Refused { clock_skew_seconds, .. }
            | CallError::AlreadyExpired { clock_skew_seconds } => skew::note(*clock_skew_seconds),
            _ => String::new(),
        }
    }

    /// Whether the service answered at all, whatever it said.
    pub fn is_answer(&self) -> bool {
        !matches!(self, CallError::Http(_))
    }

    /// Whether the service may well answer in a moment: the network failed, or it is throttling or
    /// failing itself. A wrong configuration or a plain refusal does not pass.
    pub fn is_passing(&self) -> bool {
        match self {
            CallError::Http(error) => !error.is_configuration(),
            CallError::Refused { error, .. } => error.is_throttling() || error.status >= 500,
            CallError::BadReply { .. } | CallError::AlreadyExpired { .. } => true,
        }
    }
}

/// What was refused is not known here: who knows it says so, with [`CallError::said`].
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Http(error) => error.fmt(f),
            CallError::Refused { error, .. } => {
                f.write_str(failing(error))?;
                let mut tail = numbers(error);
                if !error.is_throttling() && error.status < 500 {
                    tail += &self.clock_note();
                }
                write!(f, ": {}", followed(&error.to_string(), &tail))
            }
            CallError::BadReply { problem, awaited, request_id } => {
                write!(f, "no usable answer for {awaited}: {problem}")?;
                request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request id {id})"))
            }
            CallError::AlreadyExpired { .. } => {
                f.write_str("AWS gave credentials that have already expired")?;
                f.write_str(&self.clock_note())
            }
        }
    }
}

fn failing(error: &ServiceError) -> &'static str {
    match error.status {
        _ if error.is_throttling() => "throttled by AWS",
        500.. => "AWS is failing",
        _ => "AWS rejects the request",
    }
}

/// The words of a service, shortened to leave room for what follows.
fn followed(words: &str, tail: &str) -> String {
    let room = ROOM_CHARS.saturating_sub(tail.chars().count());
    match words.char_indices().nth(room) {
        Some((end, _)) => format!("{}...{tail}", &words[..end]),
        None => format!("{words}{tail}"),
    }
}

/// For AWS's support. Where the service says nothing, its words are the status already.
fn numbers(error: &ServiceError) -> String {
    let ServiceError { status, request_id, .. } = error;
    let has_words = error.message.is_some() || !error.is_nameless();
    match (has_words, request_id) {
        (true, Some(id)) => format!(" (status {status}, request id {id})"),
        (true, None) => format!(" (status {status})"),
        (false, Some(id)) => format!(" (request id {id})"),
        (false, None) => String::new(),
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Http(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str, message: Option<&str>, skew: Option<i64>) -> CallError {
        let reply = Reply { status, ..Reply::default() };
        let error = ServiceError {
            code: code.to_owned(),
            message: message.map(str::to_owned),
            request_id: Some("r-1".to_owned()),
            ..ServiceError::from_reply(&reply)
        };
        CallError::Refused { error, clock_skew_seconds: skew }
    }

    #[test]
    fn a_refusal_is_one_sentence_with_what_support_asks_for() {
        for (error, sentence) in [
            (
                refused(400, "InvalidRequestException", Some("No."), Some(3600)),
                "AWS rejects the request: InvalidRequestException: No. (status 400, request id r-1); this machine's clock is 1 h behind AWS's",
            ),
            (
                refused(429, "TooManyRequestsException", None, Some(3600)),
                "throttled by AWS: TooManyRequestsException (status 429, request id r-1)",
            ),
            (refused(503, "503", None, None), "AWS is failing: status 503 (request id r-1)"),
            (
                refused(500, "500", Some("oh"), None),
                "AWS is failing: oh (status 500, request id r-1)",
            ),
            (
                CallError::AlreadyExpired { clock_skew_seconds: Some(-600) },
                "AWS gave credentials that have already expired; this machine's clock is 10 min ahead of AWS's",
            ),
            (
                CallError::BadReply {
                    problem: BadReply::MissingField("accessToken"),
                    awaited: "the token",
                    request_id: None,
                },
                "no usable answer for the token: the reply lacks `accessToken`",
            ),
        ] {
            assert_eq!(error.to_string(), sentence);
        }
    }

    #[test]
    fn what_follows_long_words_of_a_service_is_still_there() {
        let long = "\u{e9}".repeat(1000);
        let error = refused(403, "ForbiddenException", Some(&long), Some(-3600));
        let clock = "...; this machine's clock is 1 h ahead of AWS's";
        for sentence in [error.said(), error.words()] {
            assert!(sentence.ends_with(&format!("\u{e9}{clock}")), "{sentence}");
            assert!(sentence.chars().count() <= ROOM_CHARS + 3, "{sentence}");
        }
        let sentence = error.to_string();
        let end =
            "\u{e9}... (status 403, request id r-1); this machine's clock is 1 h ahead of AWS's";
        assert!(sentence.ends_with(end) && sentence.chars().count() < 300, "{sentence}");
        let almost = "x".repeat(ROOM_CHARS);
        assert_eq!(refused(403, "403", Some(&almost), None).said(), almost);
    }

    #[test]
    fn a_caller_who_knows_what_was_refused_ends_its_sentence_with_the_service_s() {
        let error = refused(403, "ForbiddenException", Some("No access."), Some(-3600));
        let clock = "; this machine's clock is 1 h ahead of AWS's";
        assert_eq!(error.said(), format!("ForbiddenException: No access{clock}"));
        assert_eq!(error.words(), format!("No access{clock}"));
        let bare = refused(401, "UnauthorizedException", None, None);
        assert_eq!([bare.said(), bare.words()], ["UnauthorizedException"; 2]);
    }
}
