//! The browser half of signing in to IAM Identity Center: the authorization-code flow with PKCE
//! (RFC 7636) and a redirect to 127.0.0.1 (RFC 8252), up to the authorization code. The token half,
//! which turns the code into a token, is `sso-cp-oidc`'s.
//!
//! A sign-in binds its port before anything else happens, so that nobody can take the port over,
//! and an answer that comes at once finds us there:
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use sso_cp_login::{
//!     Client, Deadline, Moment, Opened, Outcome, Progress, REGISTERED_REDIRECT_URI, Redirect,
//!     Surroundings, open_browser,
//! };
//!
//! # fn register(_: &str) -> String { String::new() }
//! # fn next_pasted_line() -> Option<String> { None }
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let redirect = Redirect::bind(0)?; // or the port of --redirect-port
//! let client_id = register(REGISTERED_REDIRECT_URI);
//! let mut sign_in = redirect.start(&Client {
//!     oidc_endpoint: "https://oidc.us-east-1.amazonaws.com",
//!     client_id: &client_id,
//!     scopes: &["sso:account:access".to_owned()],
//! })?;
//!
//! // The whole URL is for the person's eyes; the browser only gets a link that works once.
//! eprintln!("{}", sign_in.authorize_url().expose());
//! let surroundings = Surroundings::default(); // filled in by anyone who may read the environment
//! let mut opening = open_browser(sign_in.local_link().expose(), surroundings.openers())?;
//!
//! let deadline = Deadline::after(Duration::from_secs(600), Moment::now());
//! let outcome = loop {
//!     // Short, so that signals, the terminal and the deadline are looked at in between.
//!     if let Progress::Done(outcome) = sign_in.poll(Duration::from_millis(100)) {
//!         break outcome;
//!     }
//!     if let Some(line) = next_pasted_line() {
//!         match sign_in.accept_pasted(&line) {
//!             Ok(outcome) => break outcome,
//!             Err(problem) => eprintln!("{problem}"), // and the prompt stays
//!         }
//!     }
//!     if let Opened::Failed(_tried) = opening.check(Instant::now()) {
//!         // The URL is printed already: go on waiting.
//!     }
//!     if deadline.is_over(Moment::now()) {
//!         return Err("timed out".into());
//!     }
//! };
//! match outcome {
//!     // CreateToken with the code, the verifier and the very same redirect URI; once.
//!     Outcome::Granted(grant) => drop((grant.code, grant.verifier, grant.redirect_uri)),
//!     // Both texts come from a server: show them escaped and cut.
//!     Outcome::Refused(refusal) => drop((refusal.error, refusal.description)),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Beside it stand the decisions of the other ways to sign in, as functions of values:
//! [`DevicePoll`] paces the device flow (RFC 8628), [`judge_verification_link`] says whether its link
//! may be opened, and [`classify_start_url`] with [`read_probe`] resolve vanity start URLs.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests may panic and write scratch files"
    )
)]

mod authorize;
mod callback;
mod deadline;
mod device_poll;
mod error;
mod family;
mod fresh;
#[cfg(fuzzing)]
pub mod fuzzing;
mod open;
mod pages;
mod pkce;
mod sign_in;
mod start_url;
mod surroundings;
mod verification_link;

pub use authorize::Client;
pub use callback::{PasteProblem, Refusal};
pub use deadline::{Deadline, Moment};
pub use device_poll::{DevicePoll, Heard, Step};
pub use error::Error;
pub use family::{Family, differing_families};
pub use fresh::random_octets;
pub use open::{
    FailedOpener, Opened, Opener, Opening, URL_MARK, UrlProblem, check_openable, open_browser,
};
pub use sign_in::{Grant, Outcome, Progress, REGISTERED_REDIRECT_URI, Redirect, SignIn};
pub use start_url::{
    Probe, ProbeMethod, Resolved, StartUrl, StartUrlProblem, classify_start_url, normalize_url,
    read_probe,
};
pub use surroundings::{BrowserPlace, Elsewhere, Surroundings};
pub use verification_link::{LinkDoubt, TrustedHosts, judge_verification_link};

#[cfg(test)]
mod suites;
#[cfg(test)]
mod tests;
