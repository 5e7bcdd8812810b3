//! Signing in by a code that is typed in any browser (RFC 8628), and the only way for legacy profiles.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_cache::Flow;
use sso_cp_http::CallError;
use sso_cp_login::{
    Deadline, DevicePoll, Heard, LinkDoubt, Moment, Step, TrustedHosts, judge_verification_link,
};
use sso_cp_oidc::{DeviceAuthorization, Grant, Granted, Oidc};
use sso_cp_types::{ClientRegistration, Token};

use super::code::LIMIT;
use super::registration::Wanted;
use super::{Signing, is_unknown_client};
use crate::messages::failure::{Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Opening};
use crate::process::browser::{Around, Browser, News, Plan};
use crate::process::lines::Lines;
use crate::process::screen::Screen;

/// How long to sleep before the browser and the screen are looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// One question, which is asked again soon enough.
const ASK_TIME: Duration = Duration::from_secs(10);

/// Signs in. A client that AWS has forgotten is replaced once.
pub(super) fn run(signing: &Signing<'_>) -> Result<Token, Failure> {
    let wanted = if signing.flags.force { Wanted::New } else { Wanted::Any };
    let mut registration = signing.registration(Flow::Device, wanted)?;
    signing.check_room()?;
    signing.end_old_session()?;
    let granted = match attempt(signing, &registration) {
        Err(Ended::UnknownClient(_)) => {
            crate::process::output::say(words::new_client());
            registration = signing.registration(Flow::Device, Wanted::New)?;
            attempt(signing, &registration)
        }
        first => first,
    };
    match granted {
        Ok(granted) => signing.save(&registration, granted),
        Err(Ended::Failure(failure)) => Err(failure),
        Err(Ended::UnknownClient(error)) => Err(signing.failure(LoginReason::Rejected(error))),
    }
}

enum Ended {
    Failure(Failure),
    /// AWS does not know the client.
    UnknownClient(Box<CallError>),
}

fn attempt(signing: &Signing<'_>, registration: &ClientRegistration) -> Result<Granted, Ended> {
    let device = signing
        .oidc()
        .start_device_authorization(registration, &signing.portal.start_url)
        .map_err(|error| ended(signing, error))?;
    let now = Moment::now();
    let mut waiting = Waiting {
        signing,
        registration,
        poll: DevicePoll::new(device.interval_seconds, device.expires_in_seconds, now),
        deadline: Deadline::after(LIMIT, now),
        screen: Screen::new(&signing.context.env, signing.interrupt),
        browser: Browser::none(),
        device: &device,
    };
    // Who has approved earlier need not be shown anything, as in the AWS CLI.
    if let Some(granted) = waiting.ask()? {
        return Ok(granted);
    }
    waiting.show().map_err(Ended::Failure)?;
    waiting.until_granted()
}

fn ended(signing: &Signing<'_>, error: CallError) -> Ended {
    match is_unknown_client(&error) {
        true => Ended::UnknownClient(Box::new(error)),
        false => Ended::Failure(signing.refusal(error, LoginReason::Rejected)),
    }
}

/// A code that waits to be typed.
struct Waiting<'a> {
    signing: &'a Signing<'a>,
    registration: &'a ClientRegistration,
    device: &'a DeviceAuthorization,
    poll: DevicePoll,
    deadline: Deadline,
    screen: Screen<'a>,
    browser: Browser,
}

impl Waiting<'_> {
    /// Asks once.
    fn ask(&mut self) -> Result<Option<Granted>, Ended> {
        let oidc = Oidc { deadline: Instant::now() + ASK_TIME, ..self.signing.oidc() };
        let grant = Grant::DeviceCode(&self.device.device_code);
        let error = match oidc.create_token(self.registration, grant) {
            Ok(granted) => return Ok(Some(granted)),
            Err(error) => error,
        };
        let heard = match error.code() {
            Some("AuthorizationPendingException") => Heard::Pending,
            Some("SlowDownException") => Heard::SlowDown,
            Some("ExpiredTokenException") => return Err(self.expired()),
            _ if error.is_passing() => {
                self.signing.context.debug.tell(|| format!("asking again later: {error}"));
                Heard::PassingFailure
            }
            _ => return Err(ended(self.signing, error)),
        };
        self.poll.heard(heard, Moment::now());
        Ok(None)
    }

    /// Shows where to type what, and opens the browser if nothing speaks against it.
    fn show(&mut self) -> Result<(), Failure> {
        let signing = self.signing;
        let around = Around::read(&signing.context.env);
        let link = self.device.verification_uri_complete.as_ref();
        let link = link.unwrap_or(&self.device.verification_uri);
        let doubt = [&self.device.verification_uri, link]
            .into_iter()
            .find_map(|link| judge_verification_link(link, &self.trusted()).err());
        let opening = match (around.plan(signing.wish()), &doubt) {
            (Plan::Open | Plan::OpenElsewhere(_), None) => Opening::ByUs,
            _ => Opening::ByPerson,
        };
        let (uri, code) = (&self.device.verification_uri, &self.device.user_code);
        self.screen.say(&words::type_this(&signing.who, opening, uri, code));
        if let Some(doubt) = doubt {
            self.confirm(doubt)?;
        }
        if opening == Opening::ByUs {
            self.browser = Browser::open(link, &around);
        }
        Ok(())
    }

    /// The hosts that the configuration names.
    fn trusted(&self) -> TrustedHosts<'_> {
        TrustedHosts {
            start_url: &self.signing.session.start_url,
            oidc_endpoint: self.signing.portal.endpoint_override.as_deref(),
        }
    }

    /// An odd link is gone on with only by the word of a person at a terminal.
    fn confirm(&mut self, doubt: LinkDoubt) -> Result<(), Failure> {
        self.screen.say(&words::doubted(&doubt));
        let refused = |doubt| self.signing.failure(LoginReason::LinkDoubted(doubt));
        let Some(mut lines) = Lines::open(self.signing.interrupt) else {
            return Err(refused(doubt));
        };
        self.screen.say(words::really());
        loop {
            match lines.next().as_ref().map(|line| line.trim()) {
                Some("yes") => return Ok(()),
                Some(_) => return Err(refused(doubt)),
                None if self.left().is_zero() => return Err(refused(doubt)),
                None => {}
            }
            self.screen.wait(Awaited::Word, self.left());
            sleep(PAUSE);
        }
    }

    fn until_granted(&mut self) -> Result<Granted, Ended> {
        loop {
            match self.poll.step(Moment::now()) {
                Step::Ask => {
                    if let Some(granted) = self.ask()? {
                        return Ok(granted);
                    }
                }
                Step::Expired => return Err(self.expired()),
                Step::Wait(_) if self.deadline.is_over(Moment::now()) => return Err(self.expired()),
                Step::Wait(time) => sleep(time.min(PAUSE)),
            }
            if self.browser.check(self.signing.context.debug) == News::NotOpened {
                if self.signing.flags.in_background {
                    return Err(Ended::Failure(self.signing.failure(LoginReason::NoProgram)));
                }
                self.screen.say(words::not_opened());
            }
            self.screen.wait(Awaited::Code, self.left());
        }
    }

    fn left(&self) -> Duration {
        let now = Moment::now();
        self.poll.time_left(now).min(self.deadline.left(now))
    }

    fn expired(&self) -> Ended {
        Ended::Failure(self.signing.failure(LoginReason::CodeExpired))
    }
}
