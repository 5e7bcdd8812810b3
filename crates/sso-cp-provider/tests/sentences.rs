//! What a host that knows no more than `Display` and `source` can tell a person: facts, no advice, no secret.

use std::io;
use std::path::PathBuf;

use sso_cp_cache::{Step, WhyLocked};
use sso_cp_http::{CallError, Error as HttpError, ServiceError};
use sso_cp_policy::{Flaw, Problem};
use sso_cp_provider::{
    AccountId, CacheError, ConfigError, Error, Flow, RoleName, ScopeError, ScopingProblem, Secret,
    ServiceAsked, ServiceRefused, SessionName, SignInError, SignInReason, SignInRequired,
    StoreError, StoreLocked, Timestamp, Warning,
};

const SECRET: &str = "SECRET-TOKEN";

fn why() -> io::Error {
    io::Error::other("why")
}

fn refused() -> Box<CallError> {
    let error = ServiceError {
        status: 403,
        code: "ForbiddenException".to_owned(),
        message: Some("No access".to_owned()),
        reason: None,
        request_id: Some("r-1".to_owned()),
        retry_after_ms: None,
    };
    Box::new(CallError::Refused { error, clock_skew_seconds: None })
}

fn unreachable() -> Box<CallError> {
    Box::new(CallError::Http(HttpError::Unreachable { host: "h:443".to_owned(), source: why() }))
}

fn unwritable() -> CacheError {
    CacheError::Io { step: Step::Write, path: PathBuf::from("/a/b"), source: why() }
}

fn corp() -> SessionName {
    SessionName::Named("corp".to_owned())
}

fn sign_in(session: SessionName, reason: SignInReason) -> Error {
    let rejected_token = Some(Secret::new(SECRET.to_owned()));
    Error::SignInRequired(SignInRequired { session, reason, rejected_token })
}

fn role(account: &str, role: &str) -> Error {
    let (account_id, role_name) = (AccountId(account.to_owned()), RoleName(role.to_owned()));
    Error::RoleRefused { account_id, role_name, error: refused() }
}

/// Every error with its sentence, and whether "why" is its source.
fn errors() -> Vec<(Error, &'static str, bool)> {
    vec![
        (
            Error::Config(ConfigError::NoHome),
            "no home directory is known: HOME is not an absolute path, and the user database names none",
            false,
        ),
        (
            sign_in(corp(), SignInReason::NoToken),
            "nobody is signed in to sso-session `corp`",
            false,
        ),
        (
            sign_in(SessionName::Legacy, SignInReason::Expired),
            "the sign-in for this profile has expired",
            false,
        ),
        (
            sign_in(corp(), SignInReason::RenewalRefused(refused())),
            "the sign-in for sso-session `corp` has expired: No access",
            false,
        ),
        (
            sign_in(corp(), SignInReason::TokenRefused(refused())),
            "AWS no longer takes the sign-in for sso-session `corp`: No access",
            false,
        ),
        (
            Error::StoreLocked(StoreLocked { session: corp(), why: WhyLocked::NotUnlocked }),
            "the store of sso-session `corp` is locked",
            false,
        ),
        (
            role("111122223333", "Dev"),
            "AWS refuses role `Dev` in account `111122223333`: ForbiddenException: No access",
            false,
        ),
        (
            role("123", "Dev"),
            "AWS refuses role `Dev` in account `123`: ForbiddenException: No access; `123` is not an account id, which has twelve digits",
            false,
        ),
        (
            role("111122223333", "arn:aws:iam::1:role/x"),
            "AWS refuses role `arn:aws:iam::1:role/x`: ForbiddenException: No access",
            false,
        ),
        (
            Error::AssumeRoleRefused {
                profile: "prod".to_owned(),
                role_arn: "arn:x".to_owned(),
                error: refused(),
            },
            "AWS refuses to assume `arn:x` of profile `prod`: ForbiddenException: No access",
            false,
        ),
        (
            ScopeError::AgentDenied { agent: "bot".to_owned() }.into(),
            "this profile gives nothing to a coding agent (`sso_cp_agent_policy = deny`), and `bot` is one",
            false,
        ),
        (
            Error::CredentialsRefused(refused()),
            "AWS does not take the credentials: No access",
            false,
        ),
        (
            Error::ServiceRefused(ServiceRefused {
                asked: ServiceAsked::RegistryPassword,
                error: refused(),
            }),
            "AWS refuses the password of the registry: ForbiddenException: No access",
            false,
        ),
        (Error::Network(unreachable()), "cannot connect to h:443", true),
        (
            Error::Network(refused()),
            "AWS rejects the request: ForbiddenException: No access (status 403, request id r-1)",
            false,
        ),
        (Error::Cache(unwritable()), "cannot write /a/b", true),
        (
            Error::TokenUnsaveable(unwritable()),
            "the token has expired and is not renewed, for the new one could not be saved: cannot write /a/b",
            true,
        ),
        (Error::Thread(why()), "no thread can be started", true),
    ]
}

fn warnings() -> Vec<(Warning, &'static str, bool)> {
    let expires_at = Timestamp::parse("2026-01-02T03:04:05Z").expect("it is a time");
    let stand_in =
        |error| Warning::StandIn { session: corp(), region: "eu-west-1".to_owned(), error };
    vec![
        (
            Warning::StaleCredentials {
                expires_at,
                error: Box::new(Error::Network(unreachable())),
            },
            "cached credentials are used until 2026-01-02T03:04:05Z, for fresh ones could not be had: cannot connect to h:443",
            true,
        ),
        (
            stand_in(Some(Box::new(Error::Network(unreachable())))),
            "the credentials are from sso-session `corp` in eu-west-1: cannot connect to h:443",
            true,
        ),
        (
            stand_in(None),
            "the credentials are from sso-session `corp` in eu-west-1: the other Region failed a moment ago",
            false,
        ),
        (
            Warning::TokenNotRenewed { expires_at, error: refused() },
            "the token could not be renewed and is used until 2026-01-02T03:04:05Z: ForbiddenException: No access",
            false,
        ),
        (
            Warning::TokenNotSaved(unwritable()),
            "the new token could not be saved, so the next run may need a sign-in: cannot write /a/b",
            true,
        ),
        (
            Warning::TokenMisplaced {
                path: "/a/b".into(),
                session: SessionName::Named("corp".to_owned()),
                wanted: sso_cp_config::Store::Sealed,
            },
            "the sign-in could not be kept as `sso_cp_store` says by now: it is in /a/b, where no call looks for it",
            false,
        ),
        (
            Warning::CredentialsNotCached(unwritable()),
            "the credentials could not be cached: cannot write /a/b",
            true,
        ),
        (
            Warning::StaleServiceToken {
                expires_at,
                error: Box::new(sign_in(corp(), SignInReason::Expired)),
            },
            "the token that is kept serves until 2026-01-02T03:04:05Z, for a new one could not be had: the sign-in for sso-session `corp` has expired",
            false,
        ),
        (
            Warning::ServiceTokenNotKept(unwritable()),
            "the token is not kept, and the next run asks again: cannot write /a/b",
            true,
        ),
        (
            Warning::UnusualAccountId(AccountId("12".to_owned())),
            "`12` is not an account id, which has twelve digits",
            false,
        ),
    ]
}

/// Nothing but the fact, nothing twice, and no secret, neither for people nor for programmers.
fn holds(error: &dyn std::error::Error, sentence: &str, has_source: bool) {
    assert_eq!(error.to_string(), sentence);
    let source = error.source().map(ToString::to_string);
    assert_eq!(source.as_deref(), has_source.then_some("why"), "{sentence}");
    assert!(!sentence.contains("hint") && !sentence.contains("run `"), "{sentence}");
    assert!(!sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
    assert!(!format!("{error} {error:?} {error:#?}").contains(SECRET), "{sentence}");
}

#[test]
fn each_error_is_a_sentence_without_advice_and_secrets() {
    for (error, sentence, has_source) in errors() {
        holds(&error, sentence, has_source);
    }
}

#[test]
fn each_warning_is_a_sentence_without_advice_and_secrets() {
    for (warning, sentence, has_source) in warnings() {
        holds(&warning, sentence, has_source);
    }
}

#[test]
fn no_variant_is_forgotten() {
    let number = |error: &Error| match error {
        Error::Config(_) => 0,
        Error::SignInRequired(_) => 1,
        Error::StoreLocked(_) => 2,
        Error::RoleRefused { .. } => 3,
        Error::AssumeRoleRefused { .. } => 4,
        Error::Scope(_) => 5,
        Error::CredentialsRefused(_) => 6,
        Error::ServiceRefused(_) => 7,
        Error::Network(_) => 8,
        Error::Cache(_) => 9,
        Error::TokenUnsaveable(_) => 10,
        Error::Thread(_) => 11,
    };
    let of_warning = |warning: &Warning| match warning {
        Warning::StaleCredentials { .. } => 0,
        Warning::StandIn { .. } => 1,
        Warning::TokenNotRenewed { .. } => 2,
        Warning::TokenNotSaved(_) => 3,
        Warning::CredentialsNotCached(_) => 4,
        Warning::StaleServiceToken { .. } => 5,
        Warning::ServiceTokenNotKept(_) => 6,
        Warning::UnusualAccountId(_) => 7,
        Warning::TokenMisplaced { .. } => 8,
    };
    for wanted in 0..12 {
        assert!(errors().iter().any(|(error, ..)| number(error) == wanted), "error {wanted}");
    }
    for wanted in 0..9 {
        let is_there = warnings().iter().any(|(warning, ..)| of_warning(warning) == wanted);
        assert!(is_there, "warning {wanted}");
    }
}

#[test]
fn a_host_says_its_own_name_for_a_profile() {
    let needed = sign_in(SessionName::Legacy, SignInReason::NoToken);
    assert_eq!(needed.sentence("profile `dev`"), "nobody is signed in to profile `dev`");
    assert_eq!(
        sign_in(corp(), SignInReason::NoToken).sentence("profile `dev`"),
        "nobody is signed in to sso-session `corp`",
        "a session with a name keeps it"
    );
    let denied = Error::from(ScopeError::AgentDenied { agent: "bot".to_owned() });
    assert!(denied.sentence("profile `dev`").starts_with("profile `dev` gives nothing"));
    let stale = Warning::StaleCredentials {
        expires_at: Timestamp::parse("2026-01-02T03:04:05Z").expect("it is a time"),
        error: Box::new(needed),
    };
    assert!(stale.sentence("profile `dev`").ends_with("signed in to profile `dev`"));
}

#[test]
fn what_keeps_a_scope_from_being_honoured_is_said_in_full() {
    let path = || PathBuf::from("/p.json");
    let of_sts = |problem, policies| ScopeError::Refused { problem, error: refused(), policies };
    let said = "ForbiddenException: No access";
    for (error, sentence) in [
        (ScopeError::NoPolicy { path: path() }, "there is no policy /p.json".to_owned()),
        (
            ScopeError::PolicyUnreadable(CacheError::NotAFile { path: path() }),
            "the policy cannot be honoured: /p.json is not a regular file".to_owned(),
        ),
        (
            ScopeError::PolicyFlawed {
                path: path(),
                flaw: Flaw { line: Some(7), problem: Problem::Empty },
            },
            "the policy /p.json:7 cannot be used: it is empty".to_owned(),
        ),
        (ScopeError::NoAgentRule, "nothing says what an agent may do as this profile".to_owned()),
        (
            of_sts(ScopingProblem::Policy, vec![path(), path()]),
            format!("AWS does not take the policy /p.json and /p.json: {said}"),
        ),
        (
            of_sts(ScopingProblem::TooLarge, Vec::new()),
            format!(
                "the shorter life is too large for a session, together with its tags and other policies: {said}"
            ),
        ),
        (
            of_sts(ScopingProblem::Denied, Vec::new()),
            format!("AWS does not let these credentials be scoped down: {said}"),
        ),
        (
            of_sts(ScopingProblem::Unknown, Vec::new()),
            format!(
                "this partition of AWS, or a proxy before it, does not know GetScopedCredentials yet: {said}"
            ),
        ),
        (
            of_sts(ScopingProblem::Lifetime, Vec::new()),
            format!("AWS does not scope the credentials down: {said}"),
        ),
    ] {
        holds(&error, &sentence, false);
    }
}

#[test]
fn sign_ins_and_the_store_say_what_failed() {
    let flow = Flow::Device;
    for (error, sentence, has_source) in [
        (
            SignInError::NotRegistered { flow, error: refused() },
            "AWS registers no client for this profile: No access",
            false,
        ),
        (
            SignInError::UnknownClient(refused()),
            "AWS does not accept the sign-in to this profile: No access",
            false,
        ),
        (
            SignInError::Rejected(refused()),
            "AWS does not accept the sign-in to this profile: No access",
            false,
        ),
        (
            SignInError::NotSaved(unwritable()),
            "the sign-in to this profile was not saved, nothing has changed: cannot write /a/b",
            true,
        ),
        (SignInError::Other(Error::Network(unreachable())), "cannot connect to h:443", true),
    ] {
        holds(&error, sentence, has_source);
    }
    let plain = PathBuf::from("/a/b");
    for (error, sentence) in [
        (StoreError::NoKey, "the store has no key, though a session is sealed"),
        (StoreError::PassphraseNeeded, "the passphrase of the store is needed"),
        (StoreError::WrongPassphrase, "the passphrase is wrong"),
        (
            StoreError::SameKey { program: "pass".to_owned() },
            "`pass` prints the key that is in use already",
        ),
        (
            StoreError::KeyExists { source: "passphrase" },
            "the store has its key already, by passphrase",
        ),
        (StoreError::TwoSignIns { plain }, "/a/b holds another sign-in than the sealed one"),
    ] {
        holds(&error, sentence, false);
    }
}
