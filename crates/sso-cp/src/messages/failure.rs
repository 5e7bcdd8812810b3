//! Every word that a failing run says, and every exit code. Library errors are facts; here each
//! becomes two lines, what is wrong and what to do next.

mod chain;
mod config;
mod direct;
mod files;
mod near_miss;
mod network;
mod provider;
mod scope;
mod selecting;
mod service;
mod setup;
mod sign_in_failed;
mod sign_in_required;
mod store;
mod system;

use std::io;
use std::path::{Path, PathBuf};

use sso_cp_cache::Error as CacheError;
use sso_cp_config::{Error as ConfigError, Selection};
use sso_cp_http::CallError;
use sso_cp_policy::Finding;
use sso_cp_provider::{Error, ScopeError, SignInError, SignInRequired, StoreError};
use sso_cp_types::Timestamp;

use super::exit_code::Class;
use super::message::Message;
use super::scene::Scene;
use super::text::clean;
use super::usage::Usage;
pub(crate) use direct::Direct;
pub(crate) use provider::{message as provider_message, warning as warning_words};
pub(crate) use selecting::{NoSuchName, session_for_role, several_sessions};
pub(crate) use setup::{Setup, unlisted_tenant_warning, unlisted_warning};
pub(crate) use sign_in_failed::{Login, LoginReason};
pub(crate) use sign_in_required::{
    NoBrowser, login as login_command, session_shown, session_words,
};
pub(crate) use system::{system, with_source, words as system_words};

/// Why a run has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The flags cannot be meant.
    Usage(Usage),
    /// There are no credentials, or what leads to them cannot be used.
    Provider(Error),
    /// A person has to sign in, and `--auto-login` does not open a browser here.
    NoBrowser { needed: SignInRequired, why: NoBrowser },
    /// A person has tried to sign in.
    Login(Login),
    /// It came between, and nothing is written yet of what was being set up; and the command that goes on with it.
    Unwritten { failure: Box<Failure>, again: String },
    /// A coding agent asks for what only a person can do, and there is a rule for agents.
    ForPeople { agent: String },
    /// A policy can be sent, but it is not fit to scope anything down.
    Unfit { path: PathBuf, findings: Vec<Finding> },
    /// Credentials could not be handed on.
    Direct(Direct),
    /// The config file could not be set up.
    Setup(Setup),
    /// Nobody takes the result.
    Stdout(io::Error),
    /// The sealed store could not be unlocked or changed.
    Store(StoreError),
    /// Signed out here, but the store was locked, so AWS could not be told.
    LivesOnLocked { session: String, start_url: String, until: Option<Timestamp> },
    /// Signed out here, but AWS could not be told.
    SessionLivesOn { session: String, start_url: String, until: Timestamp, error: Box<CallError> },
    /// Everything is said already; only the exit code is still to come.
    Told(Class),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Provider(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::Provider(error.into())
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Failure {
        Failure::Provider(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
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
        format!("sso-cp: {}\nhint: {}\n", clean(&fact), self.harmless(&hint))
    }

    /// The hint, fit for a terminal. The command that goes on with a set-up has only words that are that already, and
    /// cut it could not be typed.
    fn harmless(&self, hint: &str) -> String {
        let Failure::Unwritten { again, .. } = self else { return clean(hint) };
        match hint.split_once(&**again) {
            Some((before, after)) => clean(before) + again + &clean(after),
            None => clean(hint),
        }
    }

    /// What is wrong and what to do, on one line, for a program that shows it to a person.
    pub(crate) fn one_line(&self, scene: &Scene) -> String {
        let Message { fact, hint } = self.message(scene);
        format!("{}; {}", clean(&fact), clean(&hint))
    }

    /// Whether it waits for a person.
    #[cfg(unix)]
    pub(crate) fn needs_person(&self) -> bool {
        matches!(
            self,
            Failure::Provider(Error::SignInRequired(_) | Error::StoreLocked(_))
                | Failure::NoBrowser { .. }
                | Failure::Login(_)
        )
    }

    /// Whether a start URL or region that does not exist may be the reason.
    pub(crate) fn may_be_of_portal(&self) -> bool {
        let Failure::Login(Login { reason, .. }) = self else {
            return matches!(self, Failure::Provider(Error::Network(_)));
        };
        let LoginReason::Failed(error) = reason else { return false };
        !matches!(error, SignInError::NotSaved(_))
    }

    /// Whether AWS has turned down a token that looks well.
    pub(crate) fn is_of_dead_token(&self) -> bool {
        let Failure::Provider(Error::SignInRequired(needed)) = self else { return false };
        needed.rejected_token.is_some()
    }

    /// Whether a person did not sign in in time.
    pub(crate) fn is_of_time(&self) -> bool {
        let Failure::Login(Login { reason, .. }) = self else { return false };
        matches!(reason, LoginReason::TimedOut { .. } | LoginReason::CodeExpired)
    }

    /// What the run ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        self.class().exit_code()
    }

    /// What kind of failure it is.
    pub(crate) fn class(&self) -> Class {
        match self {
            Failure::Usage(_) => Class::Usage,
            Failure::Provider(error) => provider::class(error),
            Failure::NoBrowser { .. } | Failure::ForPeople { .. } => Class::SignIn,
            Failure::Unfit { .. } => Class::Config,
            Failure::Login(failure) => failure.reason.class(),
            Failure::Unwritten { failure, .. } => failure.class(),
            Failure::Setup(setup) => setup.class(),
            Failure::SessionLivesOn { .. } | Failure::LivesOnLocked { .. } => Class::Network,
            Failure::Store(error) => store::class(error),
            Failure::Stdout(_) => Class::Files,
            Failure::Direct(problem) => problem.class(),
            Failure::Told(class) => *class,
        }
    }

    /// What came of changing a shared file.
    pub(crate) fn edit(error: sso_cp_config::EditError) -> Failure {
        Failure::Setup(Setup::Edit(error))
    }

    /// The fact alone, for a warning.
    pub(crate) fn summary(&self, scene: &Scene) -> String {
        self.message(scene).fact
    }

    /// The hint names no session that no file has, and ends with the command that goes on.
    fn unwritten(&self, again: &str, scene: &Scene) -> Message {
        let scene = Scene { again: Some(again.to_owned()), ..scene.clone() };
        let Message { fact, hint } = self.message(&scene);
        if hint.contains(again) {
            return Message { fact, hint };
        }
        if let Failure::Login(Login { reason: LoginReason::ScopeUnknown { .. }, .. }) = self {
            return Message { fact, hint: format!("leave `--scopes` out: run `{again}`") };
        }
        let hint = hint.replace(" in the config file", "");
        Message { fact, hint: format!("{hint}; then run `{again}`") }
    }

    fn message(&self, scene: &Scene) -> Message {
        let home = scene.home();
        match self {
            Failure::Usage(usage) => Message::new(&usage.problem, &usage.hint),
            Failure::Provider(error) => provider::message(error, scene),
            Failure::NoBrowser { needed, why } => Message::new(
                needed.reason.sentence(&session_words(&needed.session, scene.selection.as_ref()))
                    + &sign_in_required::no_browser(*why),
                sign_in_required::hint(needed, scene),
            ),
            Failure::ForPeople { agent } => scope::for_people(agent, scene),
            Failure::Unfit { path, findings } => scope::unfit(path, findings, home),
            Failure::Login(failure) => sign_in_failed::message(failure, scene),
            Failure::Unwritten { failure, again } => failure.unwritten(again, scene),
            Failure::Setup(setup) => setup::message(setup, home),
            Failure::Store(error) => store::message(error, home),
            Failure::LivesOnLocked { session, start_url, until } => {
                store::lives_on(session, start_url, *until)
            }
            Failure::SessionLivesOn { session, start_url, until, error } => Message::new(
                format!(
                    "signed out of {session} here, but at AWS the session could not be ended and stays valid until {until} at the latest: {}",
                    system::fact(&**error, home)
                ),
                format!("to end it there, sign out at {start_url} in a browser"),
            ),
            Failure::Told(_) => Message::new("", ""),
            Failure::Direct(problem) => direct::message(problem, home),
            Failure::Stdout(error) => Message::new(
                format!("cannot write the result to stdout: {}", system(error)),
                "run the same command in a terminal to see whether it works there",
            ),
        }
    }
}

/// What is wrong with the configuration, and what to do.
pub(crate) fn config_message(error: &ConfigError, home: Option<&Path>) -> Message {
    config::message(error, home, None)
}

/// Why nothing scoped is handed out as a profile, and what to do.
pub(crate) fn scope_message(error: &ScopeError, profile: &str, home: Option<&Path>) -> Message {
    let selection = Some(Selection::Profile(profile.to_owned()));
    scope::message(error, &Scene { home: home.map(Path::to_owned), selection, ..Scene::default() })
}

/// Why AWS cannot be reached, and what to do.
pub(crate) fn network_message(error: &CallError, home: Option<&Path>) -> Message {
    network::message(error, home)
}

/// What is wrong with the configuration, on one line.
pub(crate) fn config_fact(error: &ConfigError, home: Option<&Path>) -> String {
    system::fact(error, home)
}

/// A file error on one line, with the system's reason.
pub(crate) fn cause(error: &CacheError, home: Option<&Path>) -> String {
    system::fact(error, home)
}

#[cfg(test)]
mod tests {
    use sso_cp_http::{Reply, ServiceError};

    use super::*;

    #[test]
    fn what_support_asks_for_follows_long_words_of_aws() {
        let id = "6f1c0a3e-1d2b-4c5d-8e9f-0123456789ab";
        let body = format!(
            "{{\"__type\": \"ForbiddenException\", \"message\": \"{}\"}}",
            "x".repeat(1000)
        );
        let reply = Reply {
            status: 403,
            body: body.into_bytes().into(),
            request_id: Some(id.to_owned()),
            ..Reply::default()
        };
        let (error, skew) = (ServiceError::from_reply(&reply), Some(-3600));
        let refused = CallError::Refused { error, clock_skew_seconds: skew };
        let lines = Failure::Provider(refused.into()).lines(&Scene::default());
        let end = format!(
            "x... (status 403, request id {id}); this machine's clock is 1 h ahead of AWS's\n"
        );
        assert!(lines.contains(&end), "{lines}");
    }

    #[test]
    fn the_command_that_goes_on_with_a_set_up_is_whole() {
        let again = format!("sso-cp configure --profile {}", "x".repeat(400));
        let failure = Box::new(Failure::Store(StoreError::NoKey));
        let lines = Failure::Unwritten { failure, again: again.clone() }.lines(&Scene::default());
        assert!(lines.ends_with(&format!("then run `{again}`\n")), "{lines}");
    }
}
