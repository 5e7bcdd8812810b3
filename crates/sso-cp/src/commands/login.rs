//! `sso-cp login`: signs a person in to a session, so that the AWS CLI and every SDK are signed in too.

mod code;
mod device;
mod portal;
mod registration;
pub(crate) mod standing;
mod token;
mod under_way;

use std::time::Instant;

use sso_cp_cache::{Flow, TokenPlace};
use sso_cp_config::{Session, SessionName};
use sso_cp_http::{CallError, Client};
use sso_cp_oidc::Oidc;

use crate::args::commands::Login;
use crate::clock;
use crate::context::Context;
use crate::messages::failure::{self, Failure, LoginReason};
use crate::messages::signing_in as words;
use crate::messages::usage::usage;
use crate::network;
use crate::process::browser::Wish;
use crate::process::harden;
use crate::process::interrupt::Interrupt;
use crate::process::output;
use crate::session::session_key;
use portal::Portal;
use standing::Standing;
use under_way::UnderWay;

/// Signs in. Everything that it says goes to stderr.
pub(crate) fn run(context: &Context, flags: &Login) -> Result<(), Failure> {
    if flags.use_device_code && flags.redirect_port.is_some() {
        return Err(usage(
            "`--use-device-code` needs no `--redirect-port`: the browser does not come back"
                .to_owned(),
            "write one of the two",
        ));
    }
    let session = sso_cp_config::session(&context.selected(), &context.files, &context.env)
        .map_err(Failure::Config)?;
    let under_way = UnderWay::begin(context, &session, flags);
    let outcome = sign_in(&session, context, flags, Already::Said);
    under_way.end(context, &session, &outcome);
    outcome
}

/// Signs in on the way to something else, as [`UnderWay::join`] says: a sign-in that is under way
/// already serves as well.
pub(crate) fn sign_in_as_step(
    session: &Session,
    context: &Context,
    no_browser: bool,
    use_device_code: bool,
) -> Result<(), Failure> {
    let flags = Login { no_browser, use_device_code, ..Login::default() };
    let under_way = UnderWay::join(context, session)?;
    let outcome = sign_in(session, context, &flags, Already::Silent);
    under_way.end(context, session, &outcome);
    outcome
}

/// Whether whoever is signed in already is told so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Already {
    /// It is what was asked for.
    Said,
    /// The sign-in is a step to something else.
    Silent,
}

/// Signs in to a session, configured or about to be.
fn sign_in(
    session: &Session,
    context: &Context,
    flags: &Login,
    already: Already,
) -> Result<(), Failure> {
    harden::forbid_core_files();
    let interrupt = context.interrupt();
    let client = network::client(session, context);
    let who = words::Who::new(session, context);
    let standing = standing::look(session, context, &client, flags.force)?;
    if let Standing::SignedIn { until, renewal } = standing {
        if already == Already::Said {
            output::say(&words::already(&who, until, renewal));
        }
        return Ok(());
    }
    let endpoint = session.oidc(&context.env).map_err(Failure::Config)?;
    let portal = Portal::resolve(session, endpoint, &client, &who);
    let place = TokenPlace::new(
        &context.folders,
        &session_key(session),
        &session.start_url,
        &portal.region,
    );
    let signing =
        Signing { context, flags, session, client: &client, interrupt, who, portal, place };
    let token = match signing.flow() {
        Flow::AuthorizationCode => code::run(&signing)?,
        Flow::Device => device::run(&signing)?,
    };
    let done = match already {
        Already::Said => words::done,
        Already::Silent => words::step_done,
    };
    output::say(&done(&signing.who, &token));
    context.tell_warnings();
    Ok(())
}

/// One sign-in: to what, and with what.
struct Signing<'a> {
    context: &'a Context,
    flags: &'a Login,
    session: &'a Session,
    client: &'a Client,
    interrupt: &'a Interrupt,
    who: words::Who,
    portal: Portal,
    /// Where the token goes.
    place: TokenPlace,
}

impl Signing<'_> {
    /// Legacy profiles sign in as the AWS CLI does for them; AWS knows no redirect of theirs.
    fn flow(&self) -> Flow {
        match (&self.session.name, self.flags.use_device_code) {
            (SessionName::Named(_), false) => Flow::AuthorizationCode,
            (SessionName::Legacy, _) | (_, true) => Flow::Device,
        }
    }

    /// What is wanted of us where a browser can be opened.
    fn wish(&self) -> Wish {
        if self.flags.no_browser { Wish::OnlyPrint } else { Wish::Open }
    }

    /// The token service, with time for one call and its repetitions.
    fn oidc(&self) -> Oidc<'_> {
        let deadline = Instant::now() + clock::TOTAL;
        Oidc { client: self.client, url: &self.portal.oidc_url, deadline }
    }

    fn failure(&self, reason: LoginReason) -> Failure {
        Failure::Login(failure::Login { session: self.session.name.clone(), reason })
    }

    /// What a failed call means: AWS's no, or no answer.
    fn refusal(&self, error: CallError, reason: impl Fn(Box<CallError>) -> LoginReason) -> Failure {
        let is_refusal = matches!(error, CallError::Refused { .. }) && !error.is_passing();
        match is_refusal {
            true => self.failure(reason(Box::new(error))),
            false => Failure::Network(Box::new(error)),
        }
    }
}

/// Whether AWS says that it does not know our client, whose registration may be older than AWS's
/// memory. A new one helps.
fn is_unknown_client(error: &CallError) -> bool {
    matches!(error.code(), Some("InvalidClientException" | "UnauthorizedClientException"))
}
