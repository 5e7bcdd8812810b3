//! Where the sign-in goes, said before a browser opens: a start URL on somebody's own domain leads where its owner
//! wants, and another organisation's portal asks a person for the same yes.

use sso_cp_login::{Deadline, Moment};
use sso_cp_provider::{PortalSource, limits};

use super::dialog::Dialog;
use crate::messages::failure::{Failure, LoginReason};
use crate::messages::signing_in as words;

/// Names the portal where the configuration does not, and asks where it is another one than at the last sign-in.
///
/// # Errors
///
/// It is another one, and nobody at a terminal said yes. Nothing has changed.
pub(super) fn settle(dialog: &Dialog<'_>) -> Result<(), Failure> {
    let portal = &dialog.sign_in.portal;
    let mut screen = dialog.screen();
    if let Some(doubt) = &portal.doubt {
        screen.say(&words::doubt_of_portal(doubt));
    }
    let PortalSource::Redirected { last } = &portal.source else { return Ok(()) };
    screen.say(&words::leads_to(&portal.start_url));
    let Some(last) = last else { return Ok(()) };
    screen.say(&words::led_elsewhere(last));
    let deadline = Deadline::after(limits::SIGN_IN, Moment::now());
    if dialog.is_confirmed(&mut screen, deadline) {
        return Ok(());
    }
    let (now, last) = (portal.start_url.clone(), last.clone());
    Err(dialog.failure(LoginReason::OtherPortal { now, last }))
}
