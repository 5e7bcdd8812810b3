//! What the browser gets to see: two fixed pages, and otherwise only a status.

use sso_cp_loopback::{Response, Status, Then};

const APPROVED: &str = include_str!("approved.html");
const REFUSED: &str = include_str!("refused.html");

/// The code stands in the page's address: it must stay out of caches and `Referer` headers (RFC 9700
/// section 4.2), and nothing from elsewhere may run in, frame or be loaded by a page beside it.
const PAGE_HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
];

const BARE_HEADERS: &[(&str, &str)] =
    &[("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")];

/// The person has approved. The token is not there yet, so the page promises none.
pub(crate) fn approved() -> Response<'static> {
    page(APPROVED)
}

/// The sign-in was refused; the terminal says why.
pub(crate) fn refused() -> Response<'static> {
    page(REFUSED)
}

/// A status and nothing to look at.
pub(crate) fn bare(status: Status) -> Response<'static> {
    Response { status, headers: BARE_HEADERS, body: b"", then: Then::Close }
}

/// The headers of a redirect that no cache keeps and no `Referer` tells of.
pub(crate) fn redirect_headers(location: &str) -> [(&'static str, &str); 3] {
    [("Location", location), BARE_HEADERS[0], BARE_HEADERS[1]]
}

fn page(html: &'static str) -> Response<'static> {
    Response { status: Status::Ok, headers: PAGE_HEADERS, body: html.as_bytes(), then: Then::Close }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_need_nothing_from_elsewhere() {
        for page in [APPROVED, REFUSED] {
            for forbidden in
                ["http:", "https:", "//", "src=", "url(", "<script", "<link", "@import"]
            {
                assert!(!page.contains(forbidden), "{forbidden}");
            }
            for wanted in ["<!doctype html>", "lang=\"en\"", "viewport", "color-scheme", "terminal"]
            {
                assert!(page.contains(wanted), "{wanted}");
            }
            // Small enough to fit into the kernel's buffer at once.
            assert!(page.len() < 4096, "{}", page.len());
        }
    }
}
