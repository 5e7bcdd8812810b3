//! Signing in by a code that is typed in any browser (RFC 8628), and the only way for legacy profiles.

use std::thread::sleep;
use std::time::Duration;

use sso_cp_login::{
    Deadline, DevicePoll, LinkDoubt, Moment, Step, TrustedHosts, differing_families,
    judge_verification_link,
};
use sso_cp_provider::{Asked, DeviceAuthorization, Granted, SignInError, Wanted, limits};
use sso_cp_types::{ClientRegistration, Token};

use super::dialog::Dialog;
use crate::messages::failure::{Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Opening};
use crate::process::browser::{Browser, News, Plan};
use crate::process::screen::Screen;

/// How long to sleep before the browser and the screen are looked at again.
const PAUSE: Duration = Duration::from_millis(100);

/// Signs in. A client that AWS has forgotten is replaced once.
pub(super) fn run(dialog: &Dialog<'_>) -> Result<Token, Failure> {
    let (sign_in, stopped) = (dialog.sign_in, |error| dialog.stopped(error));
    let mut registration = sign_in.registration(Wanted::Any).map_err(stopped)?;
    sign_in.check_room().map_err(stopped)?;
    sign_in.end_old_session().map_err(stopped)?;
    let granted = match attempt(dialog, &registration) {
        Err(Ended::SignIn(SignInError::UnknownClient(_))) => {
            crate::process::output::say(words::new_client());
            registration = sign_in.registration(Wanted::New).map_err(stopped)?;
            attempt(dialog, &registration)
        }
        first => first,
    };
    match granted {
        Ok(granted) => sign_in.save(&registration, granted).map_err(stopped),
        Err(Ended::Failure(failure)) => {
            if failure.is_of_time() {
                sign_in.suspect(&registration);
            }
            Err(failure)
        }
        Err(Ended::SignIn(error)) => Err(dialog.stopped(error)),
    }
}

enum Ended {
    /// On the person's side.
    Failure(Failure),
    /// On AWS's.
    SignIn(SignInError),
}

fn attempt(dialog: &Dialog<'_>, registration: &ClientRegistration) -> Result<Granted, Ended> {
    let started = dialog.sign_in.start_device_authorization(registration);
    let device = started.map_err(Ended::SignIn)?;
    let now = Moment::now();
    let mut waiting = Waiting {
        dialog,
        registration,
        poll: DevicePoll::new(device.interval_seconds, device.expires_in_seconds, now),
        deadline: Deadline::after(limits::SIGN_IN, now),
        screen: dialog.screen(),
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

/// A code that waits to be typed.
struct Waiting<'a> {
    dialog: &'a Dialog<'a>,
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
        let asked = self.dialog.sign_in.ask(self.registration, self.device);
        match asked.map_err(Ended::SignIn)? {
            Asked::Granted(granted) => return Ok(Some(granted)),
            Asked::NotYet(heard) => self.poll.heard(heard, Moment::now()),
            Asked::Expired => return Err(self.expired()),
        }
        Ok(None)
    }

    /// Shows where to type what, and opens the browser if nothing speaks against it.
    fn show(&mut self) -> Result<(), Failure> {
        let dialog = self.dialog;
        let around = dialog.context.around(dialog.sign_in.session());
        let link = self.device.verification_uri_complete.as_ref();
        let link = link.unwrap_or(&self.device.verification_uri);
        let doubt = [&self.device.verification_uri, link]
            .into_iter()
            .find_map(|link| judge_verification_link(link, &self.trusted()).err());
        let opening = match (around.plan(dialog.wish()), &doubt) {
            (Plan::Open | Plan::OpenElsewhere(_), None) => Opening::ByUs,
            _ => Opening::ByPerson,
        };
        let (uri, code) = (&self.device.verification_uri, &self.device.user_code);
        self.screen.say(&words::type_this(&dialog.who, opening, uri, code));
        if let Some(families) = differing_families(&dialog.sign_in.portal.start_url, uri) {
            self.screen.say(&words::other_family(families));
        }
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
            start_url: &self.dialog.sign_in.session().start_url,
            oidc_endpoint: self.dialog.sign_in.portal.endpoint_override.as_deref(),
        }
    }

    /// An odd link is used only after the word of a person at a terminal.
    fn confirm(&mut self, doubt: LinkDoubt) -> Result<(), Failure> {
        self.screen.say(&words::doubted(&doubt));
        let deadline = Deadline::after(self.left(), Moment::now());
        match self.dialog.is_confirmed(&mut self.screen, deadline) {
            true => Ok(()),
            false => Err(self.dialog.failure(LoginReason::LinkDoubted(doubt))),
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
            if self.browser.check(self.dialog.context.debug) == News::NotOpened {
                let around = self.dialog.context.around(self.dialog.sign_in.session());
                let why = around.why_not(self.browser.failed());
                if self.dialog.flags.in_background {
                    return Err(Ended::Failure(self.dialog.failure(LoginReason::NoProgram(why))));
                }
                self.screen.say(&words::not_opened(why.as_ref()));
            }
            self.screen.wait(Awaited::Code, self.left());
        }
    }

    fn left(&self) -> Duration {
        let now = Moment::now();
        self.poll.time_left(now).min(self.deadline.left(now))
    }

    fn expired(&self) -> Ended {
        Ended::Failure(self.dialog.failure(LoginReason::CodeExpired))
    }
}
