//! Signing in by the browser, with a redirect back to this machine or pasted by the person: the
//! authorization-code flow with PKCE.

use std::time::Duration;

use sso_cp_cache::Flow;
use sso_cp_http::CallError;
use sso_cp_login::{
    Client, Deadline, Elsewhere, Grant, Moment, Outcome, PasteProblem, Progress, Redirect, SignIn,
};
use sso_cp_oidc::Grant as OidcGrant;
use sso_cp_types::{ClientRegistration, Token};

use super::registration::Wanted;
use super::token::NoToken;
use super::{Signing, is_unknown_client};
use crate::messages::failure::{Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Opening};
use crate::process::browser::{Around, Browser, News, Plan};
use crate::process::lines::Lines;
use crate::process::screen::Screen;

/// The AWS CLI's limit too.
pub(super) const LIMIT: Duration = Duration::from_secs(600);

/// How long the listener is served before the terminal is looked at again.
const PAUSE: Duration = Duration::from_millis(50);

/// What a redirect says where AWS does not know the client (RFC 6749 section 4.1.2.1).
const UNKNOWN_CLIENT_ERRORS: [&str; 2] = ["invalid_client", "unauthorized_client"];

/// Signs in. A client that AWS has forgotten is replaced once.
pub(super) fn run(signing: &Signing<'_>) -> Result<Token, Failure> {
    let wanted = if signing.flags.force { Wanted::New } else { Wanted::Any };
    match attempt(signing, wanted, Round::First)? {
        Ended::Token(token) => Ok(token),
        Ended::UnknownClient(_) => {
            crate::process::output::say(words::new_client());
            match attempt(signing, Wanted::New, Round::Second)? {
                Ended::Token(token) => Ok(token),
                Ended::UnknownClient(reason) => Err(signing.failure(reason)),
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
fn attempt(signing: &Signing<'_>, wanted: Wanted, round: Round) -> Result<Ended, Failure> {
    // The port first: whatever comes later finds somebody there.
    let port = signing.flags.redirect_port.unwrap_or(0);
    let not_begun = |error| signing.failure(LoginReason::NotBegun(error));
    let redirect = Redirect::bind(port).map_err(not_begun)?;
    let registration = signing.registration(Flow::AuthorizationCode, wanted)?;
    if round == Round::First {
        signing.check_room()?;
        signing.end_old_session()?;
    }
    let client = Client {
        oidc_endpoint: &signing.portal.oidc_url,
        client_id: &registration.client_id,
        scopes: &signing.scopes(Flow::AuthorizationCode),
    };
    let sign_in = redirect.start(&client).map_err(not_begun)?;
    match wait(signing, sign_in)? {
        Outcome::Granted(grant) => exchange(signing, &registration, &grant),
        Outcome::Refused(refusal) if UNKNOWN_CLIENT_ERRORS.contains(&&*refusal.error) => {
            Ok(Ended::UnknownClient(LoginReason::Denied(refusal)))
        }
        Outcome::Refused(refusal) => Err(signing.failure(LoginReason::Denied(refusal))),
    }
}

/// The code works once, and so it is sent once.
fn exchange(
    signing: &Signing<'_>,
    registration: &ClientRegistration,
    grant: &Grant,
) -> Result<Ended, Failure> {
    let grant = OidcGrant::AuthorizationCode {
        code: &grant.code,
        verifier: &grant.verifier,
        redirect_uri: &grant.redirect_uri,
    };
    let rejected = |error: CallError| LoginReason::Rejected(Box::new(error));
    match signing.exchange(registration, grant) {
        Ok(token) => Ok(Ended::Token(token)),
        Err(NoToken::Call(error)) if is_unknown_client(&error) => {
            Ok(Ended::UnknownClient(rejected(error)))
        }
        Err(NoToken::Call(error)) => Err(signing.refusal(error, LoginReason::Rejected)),
        Err(NoToken::Failure(failure)) => Err(failure),
    }
}

/// Shows the address, and waits for what comes first: the redirect, a pasted address, or the end.
fn wait(signing: &Signing<'_>, mut sign_in: SignIn) -> Result<Outcome, Failure> {
    let around = Around::read(&signing.context.env);
    let plan = around.plan(signing.wish());
    let mut screen = Screen::new(&signing.context.env, signing.interrupt);
    let opening = match plan {
        Plan::Open | Plan::OpenElsewhere(_) => Opening::ByUs,
        Plan::Leave(_) => Opening::ByPerson,
    };
    let url = sign_in.authorize_url().expose();
    screen.say(&words::open_this(&signing.who, opening, url));
    let mut lines = match plan {
        Plan::Open => None,
        Plan::OpenElsewhere(why) | Plan::Leave(why) => {
            offer_paste(signing, &mut screen, why, &sign_in)
        }
    };
    let mut browser = match opening {
        Opening::ByUs => Browser::open(sign_in.local_link().expose(), &around),
        Opening::ByPerson => Browser::none(),
    };
    let deadline = Deadline::after(LIMIT, Moment::now());
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
        if browser.check(signing.context.debug) == News::NotOpened {
            if signing.flags.in_background {
                return Err(signing.failure(LoginReason::NoProgram));
            }
            screen.say(words::not_opened());
            if lines.is_none() {
                lines = offer_paste(signing, &mut screen, None, &sign_in);
            }
        }
        let now = Moment::now();
        if deadline.is_over(now) {
            let minutes = LIMIT.as_secs() / 60;
            return Err(signing.failure(LoginReason::TimedOut { minutes }));
        }
        let awaited = if lines.is_some() { Awaited::BrowserOrPaste } else { Awaited::Browser };
        screen.wait(awaited, deadline.left(now));
    }
}

/// Says how the answer of a browser that is elsewhere gets here, and takes the terminal over for it.
fn offer_paste<'a>(
    signing: &Signing<'a>,
    screen: &mut Screen<'_>,
    why: Option<Elsewhere>,
    sign_in: &SignIn,
) -> Option<Lines<'a>> {
    let lines = Lines::open(signing.interrupt);
    screen.say(&words::bring_back(&signing.who, why, sign_in.port(), lines.is_some()));
    lines
}
