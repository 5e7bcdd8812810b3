//! Every word that a failing run says, and every exit code. Library errors are facts; here each
//! becomes two lines, what is wrong and what to do next.

mod chain;
mod config;
mod direct;
mod files;
mod login;
mod near_miss;
mod network;
mod selecting;
mod service;
mod setup;
mod sign_in;

use std::error::Error;
use std::io;
use std::path::Path;

use sso_cp_config::SessionName;
use sso_cp_http::CallError;
use sso_cp_types::{Secret, Timestamp};

use super::exit_code::Class;
use super::message::Message;
use super::scene::Scene;
use super::text::clean;
use super::usage::Usage;

pub(crate) use direct::Direct;
pub(crate) use login::{Login, LoginReason};
pub(crate) use selecting::{NoSuchName, session_for_role, several_sessions};
pub(crate) use service::{Asked, ServiceRefused};
pub(crate) use setup::{Setup, unlisted_warning};
pub(crate) use sign_in::{NoBrowser, login as login_command, session_words};

/// Why a run has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The flags cannot be meant.
    Usage(Usage),
    /// The configuration names no usable role or session.
    Config(sso_cp_config::Error),
    /// A person has to sign in.
    SignIn(SignIn),
    /// A person has tried to sign in.
    Login(Login),
    /// AWS does not give this role in this account.
    Refused { account_id: String, role_name: String, error: Box<CallError> },
    /// STS does not let a role be assumed.
    NotAssumed(NotAssumed),
    /// A service does not give the token or the description that was asked for.
    Service(ServiceRefused),
    /// AWS cannot be reached, or does not give a usable answer.
    Network(Box<CallError>),
    /// A shared file cannot be read or written.
    Files(sso_cp_cache::Error),
    /// The token has expired, and a new one could not be saved, so it was not asked for.
    Unsaveable(sso_cp_cache::Error),
    /// Credentials could not be handed on.
    Direct(Direct),
    /// The config file could not be set up.
    Setup(Setup),
    /// Nobody takes the result.
    Stdout(io::Error),
    /// Signed out here, but AWS could not be told.
    SessionLivesOn { session: String, start_url: String, until: Timestamp, error: Box<CallError> },
    /// Everything is said already; only the exit code is still to come.
    Told(Class),
}

/// Which role could not be assumed, and why.
#[derive(Debug)]
pub(crate) struct NotAssumed {
    /// The profile that names the role.
    pub(crate) profile: String,
    pub(crate) role_arn: String,
    pub(crate) error: Box<CallError>,
}

/// Which session needs a person, and why.
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) session: SessionName,
    pub(crate) reason: SignInReason,
    /// The token that AWS has turned down, which is none however well its file looks.
    pub(crate) refused: Option<Secret>,
}

/// Why a sign-in is needed.
#[derive(Debug)]
pub(crate) enum SignInReason {
    /// There is no token.
    None,
    /// The token has expired, and there is nothing to renew it with.
    Expired,
    /// AWS does not renew the token.
    RenewalRefused(Box<CallError>),
    /// The portal does not take the token, however new it is.
    TokenRefused(Box<CallError>),
    /// Any of the above, and `--auto-login` does not open a browser here.
    NoBrowser { reason: Box<SignInReason>, why: NoBrowser },
}

impl From<Usage> for Failure {
    fn from(usage: Usage) -> Failure {
        Failure::Usage(usage)
    }
}

impl Failure {
    /// The two lines; nothing where everything is said already.
    pub(crate) fn lines(&self, scene: &Scene) -> String {
        if let Failure::Told(_) = self {
            return String::new();
        }
        let Message { fact, hint } = self.message(scene);
        format!("sso-cp: {}\nhint: {}\n", clean(&fact), clean(&hint))
    }

    /// What is wrong and what to do, on one line, for a program that shows it to a person.
    pub(crate) fn one_line(&self, scene: &Scene) -> String {
        let Message { fact, hint } = self.message(scene);
        format!("{}; {}", clean(&fact), clean(&hint))
    }

    /// Whether it waits for a person.
    #[cfg(unix)]
    pub(crate) fn needs_person(&self) -> bool {
        matches!(self, Failure::SignIn(_) | Failure::Login(_))
    }

    /// What the run ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        self.class().exit_code()
    }

    /// What kind of failure it is.
    pub(crate) fn class(&self) -> Class {
        match self {
            Failure::Usage(_) => Class::Usage,
            Failure::Config(_) => Class::Config,
            Failure::SignIn(_) => Class::SignIn,
            Failure::Login(failure) => failure.reason.class(),
            Failure::Setup(setup) => setup.class(),
            Failure::Refused { .. } => Class::Refused,
            Failure::NotAssumed(refused) => chain::class(refused),
            Failure::Network(error) if is_configuration(error) => Class::Config,
            Failure::Network(_) | Failure::SessionLivesOn { .. } => Class::Network,
            Failure::Files(_) | Failure::Unsaveable(_) | Failure::Stdout(_) => Class::Files,
            Failure::Direct(problem) => problem.class(),
            Failure::Service(refused) => refused.class(),
            Failure::Told(class) => *class,
        }
    }

    /// Why a service that was asked for a token did not give it.
    pub(crate) fn of_service(asked: Asked, error: CallError) -> Failure {
        let error = Box::new(error);
        match *error {
            CallError::Refused { .. } if !error.is_passing() => {
                Failure::Service(ServiceRefused { asked, error })
            }
            _ => Failure::Network(error),
        }
    }

    /// What came of changing a shared file.
    pub(crate) fn edit(error: sso_cp_config::EditError) -> Failure {
        Failure::Setup(Setup::Edit(error))
    }

    /// Whether it may well go away by itself, so that cached credentials serve meanwhile. An expired
    /// sign-in counts: the person need not be interrupted yet.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Failure::SignIn(_) | Failure::Login(_) => true,
            Failure::Network(error) => error.is_passing(),
            Failure::Files(_) | Failure::Unsaveable(_) => true,
            Failure::Setup(_) => false,
            Failure::Usage(_) | Failure::Config(_) => false,
            Failure::Refused { .. } | Failure::NotAssumed(_) | Failure::Service(_) => false,
            Failure::Stdout(_) | Failure::SessionLivesOn { .. } | Failure::Told(_) => false,
            Failure::Direct(_) => false,
        }
    }

    /// The fact alone, for a warning.
    pub(crate) fn summary(&self, scene: &Scene) -> String {
        self.message(scene).fact
    }

    fn message(&self, scene: &Scene) -> Message {
        let (home, selection) = (scene.home(), scene.selection.as_ref());
        match self {
            Failure::Usage(usage) => Message::new(&usage.problem, &usage.hint),
            Failure::Config(error) => config::message(error, home, scene.word),
            Failure::SignIn(sign_in) => sign_in::message(sign_in, selection),
            Failure::Login(failure) => login::message(failure, selection, home),
            Failure::Refused { account_id, role_name, error } => {
                network::refused(account_id, role_name, error, scene)
            }
            Failure::NotAssumed(refused) => chain::not_assumed(refused),
            Failure::Network(error) => network::message(error, home),
            Failure::Files(error) => files::message(error, home),
            Failure::Setup(setup) => setup::message(setup, home),
            Failure::Unsaveable(error) => files::unsaveable(error, home),
            Failure::SessionLivesOn { session, start_url, until, error } => Message::new(
                format!(
                    "signed out of {session} here, but at AWS the session could not be ended and lives until {until} at the longest: {}",
                    network::message(error, home).fact
                ),
                format!("to end it there, sign out at {} in a browser", clean(start_url)),
            ),
            Failure::Service(refused) => service::message(refused),
            Failure::Told(_) => Message::new("", ""),
            Failure::Direct(problem) => direct::message(problem, home),
            Failure::Stdout(error) => Message::new(
                format!("cannot write the result to stdout: {}", system(error)),
                "run the same command in a terminal to see whether it works there",
            ),
        }
    }
}

fn is_configuration(error: &CallError) -> bool {
    matches!(error, CallError::Http(error) if error.is_configuration())
}

/// What is wrong with the configuration, and what to do.
pub(crate) fn config_message(error: &sso_cp_config::Error, home: Option<&Path>) -> Message {
    config::message(error, home, None)
}

/// Why AWS cannot be reached, and what to do.
pub(crate) fn network_message(error: &CallError, home: Option<&Path>) -> Message {
    network::message(error, home)
}

/// What is wrong with the configuration, on one line.
pub(crate) fn config_fact(error: &sso_cp_config::Error, home: Option<&Path>) -> String {
    config::message(error, home, None).fact
}

/// A file error on one line, with the system's reason.
pub(crate) fn cause(error: &sso_cp_cache::Error, home: &Path) -> String {
    files::fact(error, Some(home))
}

/// The system's words for an error, without Rust's `(os error 2)`, in lower case.
pub(crate) fn system(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    // `No such file` begins a sentence, `ECONNRESET` does not.
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().collect::<String>() + &words[first.len_utf8()..]
        }
        _ => words.to_owned(),
    }
}

/// An error and whatever it says about its cause.
pub(crate) fn with_source(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = match cause.downcast_ref::<io::Error>() {
            Some(cause) => system(cause),
            None => cause.to_string(),
        };
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
