//! What a sign-in says and asks: the half of it that is about the person.

use sso_cp_provider::{SignIn, SignInError};

use crate::args::commands::Login;
use crate::context::Context;
use crate::messages::failure::{self, Failure, LoginReason};
use crate::messages::signing_in::Who;
use crate::process::browser::Wish;
use crate::process::interrupt::Interrupt;
use crate::process::screen::Screen;

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

    /// What keeps the sign-in from going on.
    pub(super) fn stopped(&self, error: SignInError) -> Failure {
        self.failure(match error {
            SignInError::NotRegistered { flow, error } => {
                LoginReason::NotRegistered { flow, error }
            }
            SignInError::UnknownClient(error) | SignInError::Rejected(error) => {
                LoginReason::Rejected(error)
            }
            SignInError::NotSaved(error) => LoginReason::NotSaved(error),
            SignInError::Other(error) => return error.into(),
        })
    }
}
