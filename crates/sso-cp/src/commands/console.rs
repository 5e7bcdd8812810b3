//! `sso-cp console`: the AWS console by the access portal's shortcut link.
//!
//! The link names account and role, and the browser's own sign-in to the portal does the rest: it
//! holds no secret, needs no call of ours, and knows AWS's sessions side by side in one browser.

pub(crate) mod services;
pub(crate) mod words;

use std::time::{Duration, Instant};

use sso_cp_config::{Role, Session};
use sso_cp_login::{BrowserPlace, Opened, check_openable, open_browser};
use sso_cp_types::percent_encode;

use self::services::Service;
use crate::args::Arguments;
use crate::args::commands::Console;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output::{self, Warnings};

/// How often to look whether the browser has been opened.
const PAUSE: Duration = Duration::from_millis(20);

/// Opens the link, or prints it.
pub(crate) fn run(
    context: &Context,
    flags: &Console,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let service = words::read(&flags.words, arguments, context)?.service;
    if let Some(destination) = &flags.destination
        && !(destination.starts_with("https://") && check_openable(destination).is_ok())
    {
        return Err(usage(
            format!("`{destination}` is not a page of the console"),
            "write `--destination https://console.aws.amazon.com/...`, percent-encoded",
        ));
    }
    let Role { account_id, role_name, session, scope, entitled, .. } = context.role()?;
    let page = match (service, &flags.destination) {
        (Some(service), None) => Some(page(service, &session.region, context)?),
        (Some(_), Some(_)) => {
            return Err(usage(
                "a service and `--destination` both name a page".to_owned(),
                "leave one of them out",
            ));
        }
        (None, destination) => destination.clone(),
    };
    if !flags.print
        && let Some(agent) = context.ruled_agent()?
    {
        return Err(Failure::ForPeople { agent });
    }
    // Account access manager has a portal of its own, with shortcut links of the same form.
    let (start_url, role_name) = match &entitled {
        None => (session.start_url.clone(), &*role_name),
        Some(entitled) => {
            let name = role_name.rsplit('/').next().unwrap_or_default();
            (entitled.tenant.portal(), name)
        }
    };
    let link = link(&start_url, [&account_id, role_name], page.as_deref());
    if flags.print || !opened(&link, &session, context) {
        output::print(format!("{link}\n").as_bytes())?;
    }
    if scope.is_some_and(|scope| scope.policy.is_some() || scope.duration_seconds.is_some()) {
        let mut warnings = Warnings::default();
        warnings.warn(
            "the console is not scoped: anyone who signs in there may do all that the role may",
        );
        warnings.say();
    }
    Ok(())
}

/// The page of a service in the person's region, which is the profile's, else the environment's.
fn page(service: Service, home: &str, context: &Context) -> Result<String, Failure> {
    let region = context.target()?.service_region(context.env())?;
    service.address(region.as_deref(), home).ok_or_else(|| {
        let region = region.as_deref().unwrap_or(home);
        usage(
            format!("the host of the console in region `{}` is not public", clean(region)),
            &format!("name the page: `{}`", context.typed_with("--destination URL")),
        )
    })
}

/// `START_URL/#/console?account_id=...&role_name=...`, whichever way the start URL is written.
fn link(start_url: &str, role: [&str; 2], destination: Option<&str>) -> String {
    let start_url = only_ascii(start_url.trim_end_matches(['/', '#']));
    let [account_id, role_name] = role.map(percent_encode);
    let link = format!("{start_url}/#/console?account_id={account_id}&role_name={role_name}");
    match destination {
        Some(destination) => format!("{link}&destination={}", percent_encode(destination)),
        None => link,
    }
}

/// A URL in ASCII alone (RFC 3986 section 2.5), which means the same and shows nothing that is not there.
fn only_ascii(url: &str) -> String {
    url.chars()
        .map(|letter| match letter.is_ascii() {
            true => letter.to_string(),
            false => percent_encode(letter.encode_utf8(&mut [0; 4])),
        })
        .collect()
}

/// Whether a browser of the person's took the link.
fn opened(link: &str, session: &Session, context: &Context) -> bool {
    let around = context.around(session);
    let surroundings = around.surroundings();
    if let BrowserPlace::Elsewhere(_) = surroundings.browser_place() {
        return false;
    }
    let Ok(mut opening) = open_browser(link, surroundings.openers()) else { return false };
    loop {
        match opening.check(Instant::now()) {
            Opened::Trying => std::thread::sleep(PAUSE),
            Opened::Started => return true,
            Opened::Failed(tried) => {
                for failed in &tried {
                    let (program, reason) = (failed.program.display(), &failed.reason);
                    context.debug.tell(|| format!("{program} did not open it: {reason}"));
                }
                if let Some(why) = around.why_not(&tried) {
                    output::say(&why.lines());
                }
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_holds_account_and_role_percent_encoded() {
        let start = "https://example.awsapps.com/start/#/console?account_id=111122223333";
        for start_url in ["", "/", "#", "/#", "/#/"] {
            let start_url = format!("https://example.awsapps.com/start{start_url}");
            let expected = format!("{start}&role_name=ReadOnly");
            assert_eq!(link(&start_url, ["111122223333", "ReadOnly"], None), expected);
        }
        let url = "https://example.awsapps.com/start";
        assert_eq!(
            link(
                url,
                ["111122223333", "a&b=c d"],
                Some("https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#x")
            ),
            format!(
                "{start}&role_name=a%26b%3Dc%20d&destination=https%3A%2F%2Feu-west-1.console.aws.amazon.com\
                 %2Fs3%2Fhome%3Fregion%3Deu-west-1%23x"
            )
        );
    }
}
