//! What is sent.

use ureq::http::{self, HeaderName, HeaderValue, Uri};

use crate::Error;
use crate::proxy::is_loopback;

/// The header of the portal's calls. Yes, underscores.
const BEARER_HEADER: &str = "x-amz-sso_bearer_token";

/// The media type of a form, to the letter: STS's signature covers it.
pub const FORM_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// The two methods that AWS's sign-in services have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
}

impl Method {
    /// As it is written on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// What a POST carries.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// A JSON document.
    Json(&'a str),
    /// A JSON document of AWS's JSON 1.1 protocol, whose operation a header names.
    AmzJson(&'a str),
    /// A form, encoded already.
    Form(&'a str),
}

impl<'a> Body<'a> {
    /// Its media type, to the letter: signatures cover it.
    pub fn media_type(self) -> &'static str {
        match self {
            Body::Json(_) => "application/json",
            Body::AmzJson(_) => "application/x-amz-json-1.1",
            Body::Form(_) => FORM_TYPE,
        }
    }

    /// What is sent.
    pub fn text(self) -> &'a str {
        match self {
            Body::Json(text) | Body::AmzJson(text) | Body::Form(text) => text,
        }
    }
}

/// One request. It has no `Debug`: it holds secrets.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// GET or POST.
    pub method: Method,
    /// `https`, or `http` to this machine alone.
    pub url: &'a str,
    /// The access token for the portal's own header, `x-amz-sso_bearer_token`.
    pub bearer: Option<&'a str>,
    /// Further headers. Their values are treated as secrets.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body of a POST; without one, an empty body is sent. A GET has none.
    pub body: Option<Body<'a>>,
    /// What is awaited, in the plural, for messages about time: `role credentials`.
    pub awaited: &'static str,
}

/// Reads and checks the URL. Errors: [`Error::BadUrl`].
///
/// It is read by the very parser that ureq uses, so that what is checked is what is used.
pub(crate) fn target(url: &str) -> Result<Uri, Error> {
    let bad = |reason| Error::BadUrl { reason };
    let uri: Uri = url.parse().map_err(|_| bad("it is not a URL"))?;
    let host = uri.host().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if host.is_empty() {
        return Err(bad("it names no host"));
    }
    if authority.contains('@') {
        return Err(bad("it holds a user name"));
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_loopback(host) => Ok(uri),
        Some("http") => Err(bad("plain http is for this machine alone, and this is another host")),
        _ => Err(bad("it is not https")),
    }
}

/// The head of the request. Errors: [`Error::BadValue`].
pub(crate) fn head(request: &Request<'_>, uri: &Uri) -> Result<http::request::Builder, Error> {
    let mut head = http::Request::builder().method(request.method.name()).uri(uri.clone());
    let content_type = request.body.map(|body| ("content-type", body.media_type()));
    let bearer = request.bearer.map(|token| (BEARER_HEADER, token));
    let further = request.headers.iter().copied();
    for (name, value) in content_type.into_iter().chain(bearer).chain(further) {
        let bad = || Error::BadValue { header: name.escape_default().to_string() };
        let parsed_name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        // Stricter than HeaderValue, which lets bytes above 127 pass.
        if !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(bad());
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| bad())?;
        value.set_sensitive(true);
        head = head.header(parsed_name, value);
    }
    Ok(head)
}

/// `sso-cp/0.1.0 os/linux md/arch#x86_64 lang/rust`, in the manner of the AWS CLI.
pub(crate) fn user_agent() -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("sso-cp/{} os/{os} md/arch#{arch} lang/rust", env!("CARGO_PKG_VERSION"))
}

/// The bytes of the body.
pub(crate) fn bytes<'a>(request: &Request<'a>) -> &'a [u8] {
    request.body.map_or(&[], |body| body.text().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine() {
        for good in [
            "https://oidc.us-east-1.amazonaws.com/token",
            "https://portal.example:8443/svc/x?y=z",
            "http://127.0.0.1:8080/x",
            "http://localhost/x",
            "http://[::1]:1/",
        ] {
            assert!(target(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/token",
            "portal.example",
            "http://portal.example/",
            "http://10.0.0.1/",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://0x7f.1/",
            "https://user:SECRET@portal.example/",
            "https:///x",
            "ftp://portal.example/",
            "https://portal.example/\r\nx: y",
            "https://portal .example/",
        ] {
            let error = target(bad).expect_err(bad);
            assert!(error.is_configuration());
            assert!(!format!("{error} {error:?}").contains("SECRET"));
        }
    }

    #[test]
    fn control_characters_in_a_token_are_an_error_and_no_panic() {
        let uri = target("https://portal.example/").unwrap();
        let request = Request {
            method: Method::Get,
            url: "",
            bearer: None,
            headers: &[],
            body: None,
            awaited: "accounts",
        };
        for token in
            ["SECRET\r\nx: y", "SECRET\n", "SECRET\0", "SECRET\u{1b}", "SECRETé", "SECRET\u{7f}"]
        {
            let request = Request { bearer: Some(token), ..request };
            let error = head(&request, &uri).expect_err(token);
            assert!(matches!(&error, Error::BadValue { header } if header == BEARER_HEADER));
            assert!(!format!("{error} {error:?}").contains("SECRET"));
        }
        let headers = [("bad name", "x")];
        assert!(head(&Request { headers: &headers, ..request }, &uri).is_err());
        let good = head(&Request { bearer: Some("SECRET"), ..request }, &uri).unwrap();
        assert!(!format!("{:?}", good.headers_ref()).contains("SECRET"));
    }
}
