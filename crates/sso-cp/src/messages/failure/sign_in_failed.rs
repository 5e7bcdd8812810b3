//! When a sign-in that a person began does not come about.

use std::error::Error as _;

use sso_cp_cache::Flow;
use sso_cp_config::SessionName;
use sso_cp_login::{LinkDoubt, Refusal};
use sso_cp_provider::SignInError;

use super::files;
use super::sign_in_required::{next_login, session_words};
use super::system::{fact_of, system, with_source};
use crate::messages::browser_problem::BrowserProblem;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;

/// Which sign-in, and what came in between.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) session: SessionName,
    pub(crate) reason: LoginReason,
}

/// Why there is no new token.
#[derive(Debug)]
pub(crate) enum LoginReason {
    /// There is no port for the browser to come back to, or no randomness.
    NotBegun(sso_cp_login::Error),
    /// AWS gives no token, or there is no room for it.
    Failed(SignInError),
    /// AWS does not know a scope; and the line that asks for it.
    ScopeUnknown { error: String, line: String },
    /// The person did not finish in time.
    TimedOut { minutes: u64 },
    /// The answer in the browser was no.
    Denied(Refusal),
    /// The code that was to be typed has expired.
    CodeExpired,
    /// AWS's link is odd, and nobody at a terminal said to go on.
    LinkDoubted(LinkDoubt),
    /// The start URL leads to another access portal than at the last sign-in, and nobody at a terminal said yes.
    OtherPortal { now: String, last: String },
    /// In the background nobody sees the address, and no program opens it.
    NoProgram(Option<BrowserProblem>),
    /// The background process cannot be started.
    NotStarted(std::io::Error),
    /// The process that was to sign in is gone without a word.
    Stopped,
    /// What a sign-in that others waited for came to, not long ago, and when `--auto-login` begins
    /// another one, where it was asked.
    EndedElsewhere { reason: String, pause_seconds: Option<i64> },
    /// The person is still at it, and the caller cannot wait any longer.
    StillOpen,
}

impl LoginReason {
    /// Files are in the way of the one, a person of the others.
    pub(super) fn class(&self) -> Class {
        match self {
            LoginReason::Failed(SignInError::NotSaved(_)) => Class::Files,
            _ => Class::SignIn,
        }
    }
}

pub(super) fn message(failure: &Login, scene: &Scene) -> Message {
    let home = scene.home();
    let session = session_words(&failure.session, scene.selection.as_ref());
    let again = next_login(scene, &failure.session);
    let by_code = format!("run `{again} --use-device-code`");
    let retry = format!("run `{again}` again");
    match &failure.reason {
        LoginReason::NotBegun(error) => Message::new(
            format!("the sign-in to {session} cannot begin: {}", with_source(error)),
            by_code,
        ),
        LoginReason::Failed(error) => Message::new(
            fact_of(error.sentence(&session), error.source(), home),
            match error {
                SignInError::NotRegistered { flow: Flow::AuthorizationCode, .. } => by_code,
                SignInError::NotRegistered { flow: Flow::Device, .. } => CHECK_CONFIG.to_owned(),
                SignInError::NotSaved(error) => files::hint(error, home),
                SignInError::UnknownClient(error) | SignInError::Rejected(error)
                    if error.code() == Some("InvalidRequestException") =>
                {
                    CHECK_CONFIG.to_owned()
                }
                _ => retry,
            },
        ),
        LoginReason::ScopeUnknown { error, line } => Message::new(
            format!("AWS does not take the scopes of {session}: {}", error),
            format!("take out {}", line),
        ),
        LoginReason::TimedOut { minutes } => {
            Message::new(format!("nobody signed in to {session} within {minutes} minutes"), retry)
        }
        LoginReason::Denied(refusal) => Message::new(
            format!("the sign-in to {session} was refused in the browser: {}", words_of(refusal)),
            retry,
        ),
        LoginReason::CodeExpired => {
            Message::new(format!("nobody typed the code for {session} in time"), retry)
        }
        LoginReason::LinkDoubted(doubt) => Message::new(
            format!("the sign-in to {session} was stopped: {}", doubt),
            "check `sso_start_url` and the endpoint variables; at a terminal, you may say to go on",
        ),
        LoginReason::OtherPortal { now, last } => Message::new(
            format!(
                "the sign-in to {session} was stopped: `sso_start_url` leads to `{}`, and led to `{}` at the last one",
                now, last
            ),
            format!(
                "if that is right, run `{again}` at a terminal, or write `sso_start_url = {}`",
                now
            ),
        ),
        LoginReason::NoProgram(why) => {
            let why = why.as_ref().map_or(String::new(), |why| format!(": {}", why.fact()));
            let fact = format!("no browser could be started to sign in to {session}{why}");
            Message::new(fact, run(&again))
        }
        LoginReason::NotStarted(error) => Message::new(
            format!("the sign-in to {session} could not be started: {}", system(error)),
            run(&again),
        ),
        LoginReason::Stopped => {
            Message::new(format!("the sign-in to {session} was stopped"), run(&again))
        }
        LoginReason::EndedElsewhere { reason, pause_seconds: None } => {
            Message::new(reason, run(&again))
        }
        LoginReason::EndedElsewhere { reason, pause_seconds: Some(seconds) } => Message::new(
            reason,
            format!("run `{again}`; `--auto-login` tries again in {seconds} s"),
        ),
        LoginReason::StillOpen => Message::new(
            format!("the sign-in to {session} is waiting in the browser"),
            "finish it there, then do again what you did",
        ),
    }
}

const CHECK_CONFIG: &str = "check `sso_region` and `sso_start_url` in the config file";

fn run(login: &str) -> String {
    format!("run `{login}`")
}

/// The description where there is one; the code alone is terse.
fn words_of(refusal: &Refusal) -> String {
    match &refusal.description {
        Some(description) => format!("{} ({})", description, refusal.error),
        None => refusal.error.clone(),
    }
}
