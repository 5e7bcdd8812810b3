//! What a sign-in says and asks: the half of it that is about the person.

use std::thread::sleep;
use std::time::Duration;

use sso_cp_login::{Deadline, Moment};
use sso_cp_provider::{SignIn, SignInError};

use super::scopes;
use crate::args::commands::Login;
use crate::context::Context;
use crate::messages::failure::{self, Failure, LoginReason};
use crate::messages::signing_in::{self as words, Awaited, Who};
use crate::process::browser::Wish;
use crate::process::interrupt::Interrupt;
use crate::process::lines::Lines;
use crate::process::screen::Screen;

/// How long to sleep before a person's word is looked for again.
const PAUSE: Duration = Duration::from_millis(100);

/// One sign-in: with what, and for whom.
pub(super) struct Dialog<'a> {
    pub(super) context: &'a Context,
    pub(super) flags: &'a Login,
    pub(super) sign_in: &'a SignIn<'a>,
    pub(super) interrupt: &'a Interrupt,
    pub(super) who: Who,
}

impl<'a> Dialog<'a> {
    /// What is wanted of us where a browser can be opened.
    pub(super) fn wish(&self) -> Wish {
        if self.flags.no_browser { Wish::OnlyPrint } else { Wish::Open }
    }

    pub(super) fn screen(&self) -> Screen<'a> {
        Screen::new(self.context.env(), self.interrupt)
    }

    pub(super) fn failure(&self, reason: LoginReason) -> Failure {
        Failure::Login(failure::Login { session: self.sign_in.session().name.clone(), reason })
    }

    /// What is odd is used only after the word of a person at a terminal. Gives whether it was `yes`.
    pub(super) fn is_confirmed(&self, screen: &mut Screen<'_>, deadline: Deadline) -> bool {
        let Some(mut lines) = Lines::open(self.interrupt) else { return false };
        screen.say(words::really());
        loop {
            let left = deadline.left(Moment::now());
            match lines.next() {
                Some(line) => return line.trim() == "yes",
                None if left.is_zero() => return false,
                None => screen.wait(Awaited::Word, left),
            }
            sleep(PAUSE);
        }
    }

    /// AWS does not know a scope that is asked for.
    pub(super) fn scope_unknown(&self, error: String) -> LoginReason {
        let line = scopes::line(self.sign_in.session(), self.context);
        LoginReason::ScopeUnknown { error, line }
    }

    /// What keeps the sign-in from going on.
    pub(super) fn stopped(&self, error: SignInError) -> Failure {
        self.failure(match error {
            SignInError::NotRegistered { error, .. }
                if error.code() == Some("InvalidScopeException") =>
            {
                self.scope_unknown(error.words())
            }
            SignInError::Other(error) => return error.into(),
            error => LoginReason::Failed(error),
        })
    }
}
