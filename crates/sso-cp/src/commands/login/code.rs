//! Signing in by the browser, with a redirect back to this machine or pasted by the person: the
//! authorization-code flow with PKCE.

use std::time::Duration;

use sso_cp_login::{
    Client, Deadline, Elsewhere, Grant, Moment, Outcome, PasteProblem, Progress, Redirect, SignIn,
};
use sso_cp_provider::{Grant as OidcGrant, SignInError, Wanted, limits};
use sso_cp_types::{ClientRegistration, Token};

use super::dialog::Dialog;
use crate::messages::failure::{Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Opening};
use crate::process::browser::{Browser, News, Plan};
use crate::process::lines::Lines;
use crate::process::screen::Screen;

/// How long the listener is served before the terminal is looked at again.
const PAUSE: Duration = Duration::from_millis(50);

/// What a redirect says where AWS does not know the client (RFC 6749 section 4.1.2.1).
const UNKNOWN_CLIENT_ERRORS: [&str; 2] = ["invalid_client", "unauthorized_client"];

/// Signs in. A client that AWS has forgotten is replaced once.
pub(super) fn run(dialog: &Dialog<'_>) -> Result<Token, Failure> {
    match attempt(dialog, Wanted::Any, Round::First)? {
        Ended::Token(token) => Ok(token),
        Ended::UnknownClient(_) => {
            crate::process::output::say(words::new_client());
            match attempt(dialog, Wanted::New, Round::Second)? {
                Ended::Token(token) => Ok(token),
                Ended::UnknownClient(reason) => Err(dialog.failure(reason)),
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    First,
    Second,
}

enum Ended {
    Token(Token),
    /// AWS does not know the client.
    UnknownClient(LoginReason),
}

/// One sign-in, with a port, a state and a verifier of its own.
fn attempt(dialog: &Dialog<'_>, wanted: Wanted, round: Round) -> Result<Ended, Failure> {
    // The port first: whatever comes later finds somebody there.
    let port = dialog.flags.redirect_port.unwrap_or(0);
    let not_begun = |error| dialog.failure(LoginReason::NotBegun(error));
    let redirect = Redirect::bind(port).map_err(not_begun)?;
    let stopped = |error| dialog.stopped(error);
    let registration = dialog.sign_in.registration(wanted).map_err(stopped)?;
    if round == Round::First {
        dialog.sign_in.check_room().map_err(stopped)?;
        dialog.sign_in.end_old_session().map_err(stopped)?;
    }
    let client = Client {
        oidc_endpoint: &dialog.sign_in.portal.oidc_url,
        client_id: &registration.client_id,
        scopes: &dialog.sign_in.scopes(),
    };
    let sign_in = redirect.start(&client).map_err(not_begun)?;
    let outcome = wait(dialog, sign_in).inspect_err(|failure| {
        if failure.is_of_time() {
            dialog.sign_in.suspect(&registration);
        }
    });
    match outcome? {
        Outcome::Granted(grant) => exchange(dialog, &registration, &grant),
        Outcome::Refused(refusal) if UNKNOWN_CLIENT_ERRORS.contains(&&*refusal.error) => {
            Ok(Ended::UnknownClient(LoginReason::Denied(refusal)))
        }
        Outcome::Refused(refusal) if refusal.error == "invalid_scope" => {
            let said = refusal.description.unwrap_or(refusal.error);
            Err(dialog.failure(dialog.scope_unknown(said)))
        }
        Outcome::Refused(refusal) => Err(dialog.failure(LoginReason::Denied(refusal))),
    }
}

/// The code works once, and so it is sent once.
fn exchange(
    dialog: &Dialog<'_>,
    registration: &ClientRegistration,
    grant: &Grant,
) -> Result<Ended, Failure> {
    let grant = OidcGrant::AuthorizationCode {
        code: &grant.code,
        verifier: &grant.verifier,
        redirect_uri: &grant.redirect_uri,
    };
    match dialog.sign_in.exchange(registration, grant) {
        Ok(token) => Ok(Ended::Token(token)),
        Err(error @ SignInError::UnknownClient(_)) => {
            Ok(Ended::UnknownClient(LoginReason::Failed(error)))
        }
        Err(error) => Err(dialog.stopped(error)),
    }
}

/// Shows the address, and waits for what comes first: the redirect, a pasted address, or the end.
fn wait(dialog: &Dialog<'_>, mut sign_in: SignIn) -> Result<Outcome, Failure> {
    let around = dialog.context.around(dialog.sign_in.session());
    let plan = around.plan(dialog.wish());
    let mut screen = dialog.screen();
    let opening = match plan {
        Plan::Open | Plan::OpenElsewhere(_) => Opening::ByUs,
        Plan::Leave(_) => Opening::ByPerson,
    };
    let url = sign_in.authorize_url().expose();
    screen.say(&words::open_this(&dialog.who, opening, url));
    let mut lines = match plan {
        Plan::Open => None,
        Plan::OpenElsewhere(why) | Plan::Leave(why) => {
            offer_paste(dialog, &mut screen, why, &sign_in)
        }
    };
    let mut browser = match opening {
        Opening::ByUs => Browser::open(sign_in.local_link().expose(), &around),
        Opening::ByPerson => Browser::none(),
    };
    let deadline = Deadline::after(limits::SIGN_IN, Moment::now());
    loop {
        if let Progress::Done(outcome) = sign_in.poll(PAUSE) {
            return Ok(outcome);
        }
        while let Some(line) = lines.as_mut().and_then(Lines::next) {
            match sign_in.accept_pasted(&line) {
                Ok(outcome) => return Ok(outcome),
                // An Enter by itself asks nothing.
                Err(PasteProblem::NotAnAddress) if line.trim().is_empty() => {}
                Err(problem) => screen.say(&words::bad_paste(problem)),
            }
        }
        if browser.check(dialog.context.debug) == News::NotOpened {
            if dialog.flags.in_background {
                let why = around.why_not(browser.failed());
                return Err(dialog.failure(LoginReason::NoProgram(why)));
            }
            screen.say(&words::not_opened(around.why_not(browser.failed()).as_ref()));
            if lines.is_none() {
                lines = offer_paste(dialog, &mut screen, None, &sign_in);
            }
        }
        let now = Moment::now();
        if deadline.is_over(now) {
            let minutes = limits::SIGN_IN.as_secs() / 60;
            return Err(dialog.failure(LoginReason::TimedOut { minutes }));
        }
        let awaited = if lines.is_some() { Awaited::BrowserOrPaste } else { Awaited::Browser };
        screen.wait(awaited, deadline.left(now));
    }
}

/// Says how the answer of a browser that is elsewhere gets here, and takes the terminal over for it.
fn offer_paste<'a>(
    dialog: &Dialog<'a>,
    screen: &mut Screen<'_>,
    why: Option<Elsewhere>,
    sign_in: &SignIn,
) -> Option<Lines<'a>> {
    let lines = Lines::open(dialog.interrupt);
    screen.say(&words::bring_back(&dialog.who, why, sign_in.port(), lines.is_some()));
    lines
}
