//! What `--auto-login` and `--wait` come to.

use std::time::Duration;

use sso_cp_provider::limits;

use super::Command;
use crate::messages::usage::{Usage, usage};

/// Less than the SDKs' own limits, of which the Go SDK's is a minute.
const DEFAULT_SECONDS: u64 = 50;
/// Nobody signs in for longer than a sign-in lasts.
pub(super) const MAX_SECONDS: u64 = limits::SIGN_IN.as_secs();

/// How long to wait for a sign-in; none where none is to be begun.
pub(super) fn patience(
    auto_login: bool,
    wait: Option<u64>,
    command: Option<&Command>,
) -> Result<Option<Duration>, Usage> {
    match (auto_login, wait, command) {
        (false, None, _) => Ok(None),
        (_, _, Some(_)) => Err(usage(
            "`--auto-login` and `--wait` are for the credential command alone".to_owned(),
            "write `sso-cp --profile NAME --auto-login`, or run `sso-cp login`",
        )),
        (false, Some(_), None) => Err(usage(
            "`--wait` says how long `--auto-login` waits".to_owned(),
            "write `sso-cp --profile NAME --auto-login --wait SECONDS`",
        )),
        (true, Some(seconds), None) if seconds > MAX_SECONDS => Err(usage(
            format!("`--wait` is {MAX_SECONDS} seconds at most: no sign-in takes longer"),
            &format!("write `--wait {MAX_SECONDS}`"),
        )),
        (true, seconds, None) => Ok(Some(Duration::from_secs(seconds.unwrap_or(DEFAULT_SECONDS)))),
    }
}
