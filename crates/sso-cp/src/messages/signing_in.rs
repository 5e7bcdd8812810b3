//! The words of a sign-in that goes on. Those of one that fails are in `failure/sign_in_failed.rs`.

use std::time::Duration;

use sso_cp_config::{Selection, Session, SessionName};
use sso_cp_login::{Elsewhere, Family, LinkDoubt, PasteProblem};
use sso_cp_provider::{Renewal, Unresolved};
use sso_cp_types::{Timestamp, Token};

use super::browser_problem::BrowserProblem;
use super::failure::{login_command, session_words, with_source};
use super::local_time::LocalTime;
use super::text::{clean, shell_word};

/// The longest code that is shown; AWS's have nine characters.
const MAX_CODE_CHARS: usize = 64;

/// A session, and how the person came to it.
pub(crate) struct Who {
    /// "sso-session `corp`"
    session: String,
    name: SessionName,
    /// `sso-cp login --sso-session corp`
    again: String,
    /// What to try once signed in.
    next: String,
}

impl Who {
    /// `profile` is one that the session gives credentials to.
    pub(crate) fn new(session: &Session, selection: &Selection, profile: Option<&str>) -> Who {
        let again = login_command(&session.name, Some(selection));
        let next = match (profile, &session.name) {
            (Some(profile), _) => format!("sso-cp whoami --profile {}", shell_word(profile)),
            (None, SessionName::Named(name)) => {
                format!("sso-cp configure --sso-session {}", shell_word(name))
            }
            (_, SessionName::Legacy) => "sso-cp status".to_owned(),
        };
        // These lines go to the screen as they are.
        let words = clean(&session_words(&session.name, Some(selection)));
        Who { session: words, name: session.name.clone(), again, next }
    }

    /// The same for a sign-in that is a step of another command, which is typed anew where that goes wrong.
    pub(crate) fn on_the_way(self, again: Option<&str>) -> Who {
        Who { again: again.map_or(self.again, str::to_owned), ..self }
    }
}

/// There is nothing to do.
pub(crate) fn already(who: &Who, until: Timestamp, renewal: Renewal, local: &LocalTime) -> String {
    let until = local.shown(until, Timestamp::now());
    format!(
        "sso-cp: already signed in to {} until {until}{}\nhint: run `{} --force` to sign in anew\n",
        who.session,
        renewal_words(renewal),
        who.again
    )
}

/// It is done, and something else goes on by it.
pub(crate) fn step_done(who: &Who, token: &Token, local: &LocalTime) -> String {
    let renewal = renewal_words(Renewal::of(token));
    let until = local.shown(token.expires_at, Timestamp::now());
    format!("sso-cp: signed in to {} until {until}{renewal}\n", who.session)
}

/// It is done.
pub(crate) fn done(who: &Who, token: &Token, local: &LocalTime) -> String {
    let renewal = Renewal::of(token);
    let hint = match (&who.name, renewal) {
        (SessionName::Legacy, _) => {
            "run `sso-cp migrate`, and profiles of an [sso-session] renew themselves".to_owned()
        }
        (SessionName::Named(_), Renewal::None) => {
            "write `sso_registration_scopes = sso:account:access` in the [sso-session], and it renews itself".to_owned()
        }
        (SessionName::Named(_), Renewal::Possible) => format!("run `{}`", who.next),
    };
    format!("{}hint: {hint}\n", step_done(who, token, local))
}

fn renewal_words(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Possible => "; renewed automatically after that",
        Renewal::None => "",
    }
}

fn warning(text: &str) -> String {
    format!("sso-cp: warning: {text}\n")
}

/// Another process has the person's attention.
pub(crate) fn joining(who: &Who) -> String {
    format!(
        "sso-cp: a sign-in to {} is under way, and is waited for\n\
         hint: if its page is gone, run `{}`\n",
        who.session, who.again
    )
}

/// The start URL is nobody's that we know, and leads nowhere.
pub(crate) fn doubt_of_portal(doubt: &Unresolved) -> String {
    let problem = match doubt {
        Unresolved::Unreachable(error) => with_source(error),
        Unresolved::Problem(problem) => problem.to_string(),
        Unresolved::NoMethod => "its host answers neither HEAD nor GET".to_owned(),
    };
    warning(&format!(
        "`sso_start_url` could not be followed to an AWS access portal, it is used as it is: {}",
        clean(&problem)
    ))
}

/// Where a start URL on somebody's own domain leads. Without the scheme: the first URL that is shown is the one to open.
pub(crate) fn leads_to(portal: &str) -> String {
    format!("sso-cp: `sso_start_url` leads to the access portal `{}`\n", without_scheme(portal))
}

/// That the last sign-in went to another one.
pub(crate) fn led_elsewhere(last: &str) -> String {
    warning(&format!(
        "at the last sign-in it led to `{}`; this may be another organisation's",
        without_scheme(last)
    ))
}

fn without_scheme(portal: &str) -> String {
    clean(portal.strip_prefix("https://").unwrap_or(portal))
}

/// The start URL leads to another region than the configured one, which stands in the file now.
pub(crate) fn region_written(section: &str, file: &str, region: &str) -> String {
    format!(
        "sso-cp: the portal is in {region}: `sso_region` of [{}] in {file} is changed\n",
        clean(section)
    )
}

/// Where the address is to be opened, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// We open it.
    ByUs,
    /// The person opens it.
    ByPerson,
}

/// The address at which the person approves, whole, on a line of its own.
pub(crate) fn open_this(who: &Who, opening: Opening, url: &str) -> String {
    let how = match opening {
        Opening::ByUs => "in your browser; if none opens, open this address",
        Opening::ByPerson => "by opening this address in your browser",
    };
    format!("sso-cp: sign in to {} {how}:\n\n{url}\n\n", who.session)
}

/// The browser is elsewhere: how its answer gets here.
pub(crate) fn bring_back(who: &Who, why: Option<Elsewhere>, port: u16, can_paste: bool) -> String {
    let why = match why {
        Some(Elsewhere::Ssh) => "this machine is reached over SSH",
        Some(Elsewhere::Container) => "this is a container",
        Some(Elsewhere::NoDisplay) => "this machine has no display",
        None => "the browser may be on another machine",
    };
    let paste = match can_paste {
        true => "- copy that page's address, paste it here and press Enter\n",
        false => "",
    };
    format!(
        "{why}, so the last page of the sign-in may not load; then one of these helps:\n{paste}\
         - forward the port from the browser's machine, and reload the page:\n\
         \x20   ssh -L {port}:127.0.0.1:{port} HOST\n\
         - stop, and sign in by a code: {} --use-device-code\n\n",
        who.again
    )
}

/// No program took the link.
pub(crate) fn not_opened(why: Option<&BrowserProblem>) -> String {
    let fact = "sso-cp: no browser could be started; open the address above\n";
    why.map_or(fact.to_owned(), |why| format!("{fact}{}", why.lines()))
}

/// AWS has forgotten our client; everything begins anew.
pub(crate) fn new_client() -> &'static str {
    "sso-cp: AWS no longer knows this client, a new one is registered\n"
}

/// What the person pasted is of no use.
pub(crate) fn bad_paste(problem: PasteProblem) -> String {
    format!("sso-cp: {problem}; copy the whole address of the last page\n")
}

/// The code, where to type it, and what to beware of (RFC 8628 section 5.4).
pub(crate) fn type_this(who: &Who, opening: Opening, url: &str, code: &str) -> String {
    let how = match opening {
        Opening::ByUs => {
            "in your browser, which should show the code below; if none opens, type it at"
        }
        Opening::ByPerson => "by typing the code below at",
    };
    format!(
        "sso-cp: sign in to {} {how}:\n\n{}\n\ncode: {}\n\n{}\n\n",
        who.session,
        clean(url),
        capped(code),
        "go on only if you started this sign-in yourself, and the browser shows this very code"
    )
}

/// AWS leads to the portal's twin, where an identity provider may know nobody.
pub(crate) fn other_family([wanted, found]: [Family; 2]) -> String {
    let value = wanted == Family::DualStack;
    warning(&format!(
        "`sso_start_url` is of the {wanted} portal, and AWS leads to the {found} one; if the sign-in fails there, set `AWS_USE_DUALSTACK_ENDPOINT={value}`"
    ))
}

/// AWS's link is odd.
pub(crate) fn doubted(doubt: &LinkDoubt) -> String {
    warning(&clean(&format!("{doubt}; it is not opened")))
}

/// The question that follows, at a terminal.
pub(crate) fn really() -> &'static str {
    "type `yes` and press Enter to go on all the same, or anything else to stop\n"
}

fn capped(code: &str) -> String {
    let short: String = code.chars().take(MAX_CODE_CHARS).collect();
    let dots = if short.len() < code.len() { "..." } else { "" };
    clean(&short) + dots
}

/// What a sign-in waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The answer that comes by the redirect.
    Browser,
    /// That, or the address of the last page.
    BrowserOrPaste,
    /// That somebody types the code.
    Code,
    /// A yes.
    Word,
    /// The end of a sign-in that another process has begun.
    AnotherSignIn,
}

/// For a line that is written over again.
pub(crate) fn waiting(awaited: Awaited, left: Duration) -> String {
    format!("{} ({} left, Ctrl-C stops)", awaited_words(awaited), span(left))
}

/// For a log.
pub(crate) fn still_waiting(awaited: Awaited, left: Duration) -> String {
    format!("sso-cp: {} ({} left)\n", awaited_words(awaited), span(left))
}

fn awaited_words(awaited: Awaited) -> &'static str {
    match awaited {
        Awaited::Browser => "waiting for the browser",
        Awaited::BrowserOrPaste => "waiting for the browser or a pasted address",
        Awaited::Code => "waiting for the code to be typed",
        Awaited::Word => "waiting for your word",
        Awaited::AnotherSignIn => "waiting for the sign-in that is under way",
    }
}

/// `9 min 58 s`
fn span(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_fits_every_terminal() {
        for awaited in [
            Awaited::Browser,
            Awaited::BrowserOrPaste,
            Awaited::Code,
            Awaited::Word,
            Awaited::AnotherSignIn,
        ] {
            let line = waiting(awaited, Duration::from_secs(599));
            assert!(line.len() < 80, "{line}");
        }
        assert_eq!(span(Duration::from_secs(61)), "1 min 01 s");
        assert_eq!(span(Duration::from_millis(9_999)), "9 s");
    }

    #[test]
    fn codes_are_shown_harmless_and_short() {
        assert_eq!(capped("ABCD-EFGH"), "ABCD-EFGH");
        assert_eq!(capped("A\u{1b}[2J"), "A\\u{1b}[2J");
        assert_eq!(capped(&"x".repeat(1000)).len(), MAX_CODE_CHARS + 3);
    }
}
