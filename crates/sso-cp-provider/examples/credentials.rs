//! The credentials of a profile, as a program of one's own gets them:
//! `cargo run --package sso-cp-provider --example credentials -- dev`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

use std::process::ExitCode;

use sso_cp_provider::{Cleanup, Env, Error, Provided, Provider, Selection};

fn main() -> ExitCode {
    let profile = std::env::args().nth(1).unwrap_or_else(|| "default".to_owned());
    match credentials(Env::process(), &profile) {
        Ok(provided) => {
            let Provided { credentials, account_id, warnings, .. } = provided;
            println!(
                "{} of account {account_id}, until {}",
                credentials.access_key_id, credentials.expires_at
            );
            for warning in warnings {
                eprintln!("warning: {warning}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\n{}", what_to_do(&error));
            ExitCode::FAILURE
        }
    }
}

/// From the cache, else from AWS. A program that asks often asks this each time: it is cheap while the
/// cached credentials are fresh.
pub(crate) fn credentials(env: Env, profile: &str) -> Result<Provided, Error> {
    let provider = Provider::new(env)?;
    let target = provider.resolve(&Selection::Profile(profile.to_owned()))?;
    provider.credentials(&target, &Cleanup::default())
}

/// What a program may do about each error.
pub(crate) fn what_to_do(error: &Error) -> &'static str {
    match error {
        Error::SignInRequired(_) => "sign in: `aws sso login` or `sso-cp login`",
        error if error.is_transient() => "try again later",
        _ => "a person has to look at this",
    }
}
