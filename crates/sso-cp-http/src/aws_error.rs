//! AWS's error replies, which put the code and the message in different places per service.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::value::RawValue;

use crate::Reply;

/// The OAuth `error` values of the OIDC service and the exceptions that they stand for.
const OAUTH_ERRORS: &[(&str, &str)] = &[
    ("access_denied", "AccessDeniedException"),
    ("authorization_pending", "AuthorizationPendingException"),
    ("expired_token", "ExpiredTokenException"),
    ("invalid_client", "InvalidClientException"),
    ("invalid_client_metadata", "InvalidClientMetadataException"),
    ("invalid_grant", "InvalidGrantException"),
    ("invalid_redirect_uri", "InvalidRedirectUriException"),
    ("invalid_request", "InvalidRequestException"),
    ("invalid_scope", "InvalidScopeException"),
    ("server_error", "InternalServerException"),
    ("slow_down", "SlowDownException"),
    ("unauthorized_client", "UnauthorizedClientException"),
    ("unsupported_grant_type", "UnsupportedGrantTypeException"),
];

/// The codes by which services ask to be called less often (botocore's list), whatever the status:
/// STS sends `Throttling` with 400.
const THROTTLING: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// What a service says about its refusal. All texts are the server's: escape them before showing them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status.
    pub status: u16,
    /// The exception, `InvalidGrantException`; the status as text where there is none.
    pub code: String,
    /// The text for people.
    pub message: Option<String>,
    /// What some exceptions of the OIDC service add: `KMS_DisabledException`.
    pub reason: Option<String>,
    /// AWS's id of the request, for their support.
    pub request_id: Option<String>,
    /// How many milliseconds the service asks us to wait before we call again.
    pub retry_after_ms: Option<NonZeroU32>,
}

impl ServiceError {
    /// Reads any reply; whatever it does not say stays empty.
    pub fn from_reply(reply: &Reply) -> ServiceError {
        if reply.body.trim_ascii_start().starts_with(b"<")
            && let Some(error) = ServiceError::from_xml(reply)
        {
            return error;
        }
        // Later members win over earlier ones of the same name, as everywhere in AWS's own readers.
        let members: HashMap<Cow<'_, str>, &RawValue> =
            serde_json::from_slice(&reply.body).unwrap_or_default();
        let text = |name: &str| -> Option<String> {
            let text: String = serde_json::from_str(members.get(name)?.get()).ok()?;
            (!text.is_empty()).then_some(text)
        };
        let first = |names: &[&str]| names.iter().find_map(|name| text(name));
        let code = reply.error_type.clone().or_else(|| first(&["code", "Code", "__type"]));
        let code = code.map(|code| bare(&code).to_owned()).filter(|code| !code.is_empty());
        let oauth = || text("error").map(|error| exception(&error).to_owned());
        ServiceError {
            status: reply.status,
            code: code.or_else(oauth).unwrap_or_else(|| reply.status.to_string()),
            message: first(&["message", "Message", "error_description"]),
            reason: first(&["reason"]),
            request_id: reply.request_id.clone(),
            retry_after_ms: milliseconds(reply.retry_after),
        }
    }

    /// STS's `ErrorResponse`.
    fn from_xml(reply: &Reply) -> Option<ServiceError> {
        let texts = reply.xml().ok()?;
        let text = |path| {
            let text = texts.text(path).ok()?.to_string();
            (!text.is_empty()).then_some(text)
        };
        Some(ServiceError {
            status: reply.status,
            code: text("ErrorResponse/Error/Code")?,
            message: text("ErrorResponse/Error/Message"),
            reason: None,
            request_id: reply.request_id.clone().or_else(|| text("ErrorResponse/RequestId")),
            retry_after_ms: milliseconds(reply.retry_after),
        })
    }

    /// Whether the service asks to be called less often.
    pub fn is_throttling(&self) -> bool {
        self.status == 429 || THROTTLING.contains(&&*self.code)
    }

    /// Whether the service names no exception.
    pub(crate) fn is_nameless(&self) -> bool {
        self.code == self.status.to_string()
    }
}

/// The exception and the service's own words.
impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, self.is_nameless()) {
            (Some(message), true) => f.write_str(message),
            (Some(message), false) => write!(f, "{}: {message}", self.code),
            (None, true) => write!(f, "status {}", self.status),
            (None, false) => f.write_str(&self.code),
        }
    }
}

impl std::error::Error for ServiceError {}

fn milliseconds(asked: Option<Duration>) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(asked?.as_millis()).unwrap_or(u32::MAX))
}

/// The name alone: before the first `:`, after the last `#`.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

fn exception(oauth_error: &str) -> &str {
    let known = OAUTH_ERRORS.iter().find(|(error, _)| *error == oauth_error);
    known.map_or(oauth_error, |(_, exception)| exception)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, error_type: Option<&str>, body: &str) -> ServiceError {
        ServiceError::from_reply(&Reply {
            status,
            error_type: error_type.map(str::to_owned),
            body: body.as_bytes().to_vec().into(),
            ..Reply::default()
        })
    }

    #[test]
    fn the_code_is_found_wherever_it_stands() {
        let header = "AuthorizationPendingException:http://internal.amazon.com/coral/";
        let switchboard = r#"{"__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}"#;
        for (error_type, body, code) in [
            (Some(header), r#"{"error":"slow_down"}"#, "AuthorizationPendingException"),
            (Some("a#B"), "", "B"),
            (Some(":"), r#"{"error":"slow_down"}"#, "SlowDownException"),
            (None, r#"{"code":"A","Code":"B","__type":"C"}"#, "A"),
            (None, r#"{"Code":"B","__type":"C"}"#, "B"),
            (None, switchboard, "UnauthorizedException"),
            (None, r#"{"code":7,"__type":"x#C:y"}"#, "C"),
            (None, r#"{"error":"invalid_grant"}"#, "InvalidGrantException"),
            (None, r#"{"error":"brand_new"}"#, "brand_new"),
            (None, r#"{"code":null}"#, "400"),
            (None, "<html>", "400"),
            (None, "[]", "400"),
            (None, "", "400"),
        ] {
            assert_eq!(read(400, error_type, body).code, code, "{error_type:?} {body}");
        }
    }

    #[test]
    fn sts_answers_in_xml() {
        let body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<Error>\
                    <Type>Sender</Type><Code>Throttling</Code><Message>Rate &lt;exceeded&gt;\
                    </Message></Error><RequestId>id-1</RequestId></ErrorResponse>\n";
        let error = read(400, None, body);
        assert_eq!(error.to_string(), "Throttling: Rate <exceeded>");
        assert_eq!(error.request_id.as_deref(), Some("id-1"));
        assert!(error.is_throttling());
        let page = read(503, None, "<html><body>gone</body></html>");
        assert_eq!((&*page.code, page.message.as_deref()), ("503", None));
        assert!(!page.is_throttling() && read(429, None, "").is_throttling());
    }

    #[test]
    fn the_message_is_found_wherever_it_stands() {
        let oidc = read(
            400,
            None,
            r#"{"error":"invalid_request","error_description":"no","reason":"KMS_DisabledException"}"#,
        );
        assert_eq!(oidc.message.as_deref(), Some("no"));
        assert_eq!(oidc.reason.as_deref(), Some("KMS_DisabledException"));
        assert_eq!(oidc.to_string(), "InvalidRequestException: no");
        let portal = read(403, Some("ForbiddenException"), r#"{"message":"No access"}"#);
        assert_eq!(portal.message.as_deref(), Some("No access"));
        assert_eq!(read(500, None, r#"{"Message":"x"}"#).message.as_deref(), Some("x"));
        assert_eq!(
            read(500, None, r#"{"message":"a","message":"b"}"#).message.as_deref(),
            Some("b")
        );
        assert_eq!(read(500, None, r#"{"message":7}"#).message, None);
    }

    /// The short version of what `fuzz/` does for minutes.
    #[test]
    fn no_bytes_make_it_panic() {
        let seeds: [&[u8]; 3] = [
            br#"{"error":"invalid_grant","error_description":"no","__type":"com.amazonaws#X:y"}"#,
            br#"{"code":7,"Message":"a","reason":"KMS_DisabledException"}"#,
            b"<ErrorResponse><Error><Code>A</Code><Message>b &lt;</Message></Error></ErrorResponse>",
        ];
        mutations::each(20_000, &seeds, |bytes| {
            let body = bytes.to_vec().into();
            let error = ServiceError::from_reply(&Reply { status: 400, body, ..Reply::default() });
            assert!(!error.code.is_empty() && !error.to_string().is_empty());
        });
    }
}
