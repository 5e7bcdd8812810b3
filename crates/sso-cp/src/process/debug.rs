//! `--debug`: what happens, on stderr. The words are in `messages/event.rs`.

use sso_cp_http::Event as HttpEvent;
use sso_cp_provider::Event;

use super::output::{are_joined, say};
use crate::messages::event;
use crate::messages::text::clean;

/// What a command has for stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// A document that a program reads.
    Document,
    /// Something for people, or nothing.
    Text,
}

/// Whether events are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Debug {
    is_on: bool,
}

impl Debug {
    /// Beside a document that a program reads, events are shown only where it does not read them too.
    pub(crate) fn new(is_on: bool, stdout: Stdout) -> Debug {
        Debug { is_on: is_on && !(stdout == Stdout::Document && are_joined()) }
    }

    /// Tells an event; the text is made only where somebody listens.
    pub(crate) fn tell(self, event: impl FnOnce() -> String) {
        if self.is_on {
            line(&event());
        }
    }

    /// What the provider is to call.
    pub(crate) fn on_event(self) -> Option<fn(&Event<'_>)> {
        self.is_on.then_some(|event| line(&event::words(event)))
    }

    /// What the HTTP client is to call.
    pub(crate) fn on_http_event(self) -> Option<fn(&HttpEvent<'_>)> {
        self.is_on.then_some(|event| line(&event::http_words(event)))
    }
}

fn line(event: &str) {
    say(&format!("sso-cp: debug: {}\n", clean(event)));
}
