//! RDS, Aurora and RDS Proxy.

use sso_cp_token::{Unusable, database_host, region_of_rds, user_name};

use super::make::{need, presigned, print, usable};
use super::place;
use crate::args::token::Rds;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output::Warnings;

const LINE: &str = "rds --hostname HOST --port PORT --username USER";

/// Prints a token in place of a database user's password.
pub(super) fn run(context: &Context, flags: &Rds) -> Result<(), Failure> {
    let host = need("--hostname", flags.hostname.as_ref(), LINE)?;
    let port = port(need("--port", flags.port.as_ref(), LINE)?)?;
    let user = need("--username", flags.username.as_ref(), LINE)?;
    host_alone(host, LINE)?;
    usable("--username", user_name(user), LINE)?;
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(
        &target,
        flags.region.as_deref(),
        region_of_rds(host),
        context,
        &mut warnings,
    )?;
    let token =
        presigned(context, &target, &region, &mut warnings, |sign| sign.rds(host, port, user))?;
    print(&token.token, &warnings)
}

/// The name of a host and nothing around it.
pub(super) fn host_alone(host: &str, line: &str) -> Result<(), Failure> {
    let checked = database_host(host);
    let Err(Unusable::Url | Unusable::Port) = checked else {
        return usable("--hostname", checked, line);
    };
    let rest = host.split_once("://").map_or(host, |(_, rest)| rest);
    let name = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    match database_host(name) {
        Ok(()) => Err(usage(
            format!("`--hostname` takes a name alone, not `{}`", clean(host)),
            &format!("write `--hostname {name}`"),
        )),
        Err(_) => usable("--hostname", checked, line),
    }
}

fn port(text: &str) -> Result<u16, Failure> {
    // A number alone: `parse` would take `+1`.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| digits && *port != 0);
    port.ok_or_else(|| {
        usage(
            format!("`--port` takes a number from 1 to 65535, not `{}`", clean(text)),
            &format!("write `sso-cp token {LINE}`"),
        )
    })
}
