//! Answers and refusals, each in the dress of the service that gives it.

use crate::percent::encode;
use serde_json::{Value, json};

/// A whole answer, before the script and the relay have their way with it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Words of the script that are for the relay.
    pub(crate) wire: String,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let content_type = content_type.to_owned();
        Self { status, content_type, headers: Vec::new(), body: body.into(), wire: String::new() }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, "application/json", value.to_string())
    }

    pub(crate) fn xml(text: String) -> Self {
        Self::new(200, "text/xml", text)
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self::new(302, "text/html; charset=utf-8", "").with_header("Location", location)
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The header that tells the relay what to do, percent-encoded so that any word fits into a header.
    pub(crate) fn wire_header(&self) -> String {
        encode(&self.wire)
    }
}

/// Which service answers, because each has its own error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `error` and `error_description`, no `message`.
    Oidc,
    /// `message` and `__type`.
    Portal,
    /// XML.
    Sts,
    /// `message` and `__type`, 400 for every refusal of the caller.
    AmzJson,
    /// `message`, and the code in a header.
    RestJson,
    /// A `Status` of Kubernetes.
    Kubernetes,
    /// A page.
    Browser,
}

/// A "no" with its reason.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) text: String,
    /// The `reason` member that two OIDC errors may carry.
    pub(crate) reason: Option<String>,
}

impl Refusal {
    /// A refusal with the status that belongs to its code.
    pub(crate) fn new(code: &str, text: &str) -> Self {
        Self { code: code.to_owned(), status: status_of(code), text: text.to_owned(), reason: None }
    }

    pub(crate) fn invalid_request(text: &str) -> Self {
        Self::new("InvalidRequestException", text)
    }

    /// The code that a service would give with a bare status, for scripts that name no error.
    pub(crate) fn for_status(status: u16, family: Family) -> Self {
        let code = match (status, family) {
            (400, Family::Sts) => "ValidationError",
            (400, _) => "InvalidRequestException",
            (401, Family::Oidc) => "InvalidClientException",
            (401, _) => "UnauthorizedException",
            (403, Family::Sts) => "AccessDenied",
            (403, Family::AmzJson | Family::RestJson) => "AccessDeniedException",
            (403, _) => "ForbiddenException",
            (404, _) => "ResourceNotFoundException",
            (429, _) => "TooManyRequestsException",
            (503, _) => "ServiceUnavailableException",
            _ => "InternalServerException",
        };
        Self { status, ..Self::new(code, &default_text(code)) }
    }

    pub(crate) fn into_answer(self, family: Family) -> Answer {
        let mut answer = match family {
            Family::Oidc => self.oidc_answer(),
            Family::Portal => self.portal_answer(),
            Family::Sts => self.sts_answer(),
            Family::AmzJson => self.amz_json_answer(),
            Family::RestJson => self.rest_json_answer(),
            Family::Kubernetes => self.kubernetes_answer(),
            Family::Browser => {
                let page = format!(
                    "<!doctype html><title>Error</title><h1>Error</h1><p id=error>{}</p>",
                    html(&self.text)
                );
                Answer::new(self.status, "text/html; charset=utf-8", page)
            }
        };
        answer.status = match (family, self.status, self.code.as_str()) {
            (Family::AmzJson, 401..=404, _) => 400,
            // In OIDC it is 400.
            (Family::RestJson, 400, "AccessDeniedException") => 403,
            (_, status, _) => status,
        };
        answer
    }

    fn oidc_answer(&self) -> Answer {
        let mut body = json!({
            "error": oauth_error(&self.code),
            "error_description": self.text,
            "fakeExtra": null,
        });
        if let Some(reason) = &self.reason {
            body["reason"] = json!(reason);
        }
        let kind =
            format!("{}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/", self.code);
        Answer::json(&body).with_header("x-amzn-ErrorType", &kind)
    }

    fn portal_answer(&self) -> Answer {
        let body = json!({
            "message": self.text,
            "__type": format!("com.amazonaws.switchboard.portal#{}", self.code),
            "fakeExtra": null,
        });
        let answer = Answer::json(&body).with_header("x-amzn-ErrorType", &self.code);
        match self.code.as_str() {
            "TooManyRequestsException" => {
                answer.with_header("x-amz-retry-after", "1").with_header("Retry-After", "1")
            }
            _ => answer,
        }
    }

    fn amz_json_answer(&self) -> Answer {
        let mut answer = Answer::json(&json!({
            "__type": format!("com.amazonaws.fake#{}", self.code),
            "message": self.text,
            "fakeExtra": null,
        }));
        answer.content_type = "application/x-amz-json-1.1".to_owned();
        answer
    }

    fn rest_json_answer(&self) -> Answer {
        let body = json!({"message": self.text, "fakeExtra": null});
        Answer::json(&body).with_header("x-amzn-ErrorType", &format!("{}:", self.code))
    }

    fn kubernetes_answer(&self) -> Answer {
        Answer::json(&json!({
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": self.text,
            "reason": self.code,
            "code": self.status,
        }))
    }

    fn sts_answer(&self) -> Answer {
        let side = if self.status < 500 { "Sender" } else { "Receiver" };
        let (code, text) = (html(&self.code), html(&self.text));
        Answer::xml(format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{side}</Type>\n    \
             <Code>{code}</Code>\n    <Message>{text}</Message>\n  </Error>\n  \
             <RequestId>00000000-fake-0000-0000-000000000000</RequestId>\n</ErrorResponse>\n"
        ))
    }
}

/// Escapes for HTML and XML text and attributes.
pub(crate) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The HTTP status that AWS sends with a code.
fn status_of(code: &str) -> u16 {
    match code {
        "InvalidClientException" | "UnauthorizedException" | "Unauthorized" => 401,
        "ForbiddenException"
        | "AccessDenied"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "RegionDisabledException" => 403,
        "ResourceNotFoundException" | "UnknownOperationException" => 404,
        "TooManyRequestsException" | "ThrottlingException" => 429,
        "InternalServerException" => 500,
        "ServiceUnavailableException" => 503,
        _ => 400,
    }
}

/// The OAuth word for an exception: `InvalidGrantException` is `invalid_grant`.
fn oauth_error(code: &str) -> String {
    if code == "InternalServerException" || code == "ServiceUnavailableException" {
        return "server_error".to_owned();
    }
    let mut word = String::new();
    for letter in code.trim_end_matches("Exception").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// What the real service says with a code, as far as it is known.
pub(crate) fn default_text(code: &str) -> String {
    match code {
        "AuthorizationPendingException" => "Authorization is still pending",
        "InvalidGrantException" => "Invalid refresh token provided",
        "UnauthorizedException" => "Session token not found or invalid",
        "ForbiddenException" => "No access",
        "TooManyRequestsException" => "HTTP 429 Unknown Code",
        _ => return format!("Scripted {code}"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_have_their_oauth_words() {
        assert_eq!(oauth_error("InvalidGrantException"), "invalid_grant");
        assert_eq!(oauth_error("AuthorizationPendingException"), "authorization_pending");
        assert_eq!(oauth_error("SlowDownException"), "slow_down");
        assert_eq!(oauth_error("InternalServerException"), "server_error");
        assert_eq!(oauth_error("InvalidRedirectUriException"), "invalid_redirect_uri");
    }
}
