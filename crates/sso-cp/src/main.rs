//! `sso-cp`: AWS credentials from IAM Identity Center, for everything that can run a program.
//!
//! One file a command; `failure.rs` has every word that a failing run says, and every exit code.

mod access;
mod args;
mod auto_login;
mod cached_roles;
mod chain;
mod clock;
mod completions;
mod configure;
mod console;
mod context;
mod credentials;
mod debug;
mod diff;
mod doctor;
mod document;
mod endpoint;
mod exec;
mod export;
mod failure;
mod fallback;
mod harden;
mod interrupt;
mod list;
mod login;
mod logout;
mod manual;
mod migrate;
mod network;
mod notice;
mod output;
mod populate;
mod profiles;
mod progress;
mod selected;
mod serve;
mod session;
mod shared_file;
mod span;
mod status;
mod table;
mod terminal;
mod text;
mod token_state;
mod whoami;

use std::process::ExitCode;

use args::{Command, Parsed};
use context::Context;

fn main() -> ExitCode {
    harden::end_on_panic(|| {});
    let parsed = match args::parse(std::env::args_os().skip(1)) {
        Ok(parsed) => parsed,
        Err(failure) => return failure.report(None),
    };
    match parsed {
        Parsed::Text(text) => match output::print(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(None),
        },
        Parsed::Command(arguments) => run(*arguments),
    }
}

fn run(arguments: args::Arguments) -> ExitCode {
    let context = match Context::new(arguments.selection, arguments.debug) {
        Ok(context) => context.with_auto_login(arguments.auto_login),
        Err(failure) => return failure.report(None),
    };
    let outcome = match arguments.command {
        None => credentials::run(&context),
        Some(Command::Completions(flags)) => completions::run(&context, &flags),
        Some(Command::Configure(flags)) => configure::run(&context, &flags, &arguments.named),
        Some(Command::Console(flags)) => console::run(&context, &flags),
        Some(Command::Doctor(flags)) => doctor::run(&context, &flags),
        Some(Command::Exec(flags)) => match exec::run(&context, &flags, &arguments.tail) {
            Ok(code) => return code,
            Err(failure) => Err(failure),
        },
        Some(Command::Export(flags)) => export::run(&context, &flags),
        Some(Command::List(flags)) => list::run(&context, &flags),
        Some(Command::Login(flags)) => login::run(&context, &flags),
        Some(Command::Logout(flags)) => logout::run(&context, &flags),
        Some(Command::Migrate(flags)) => migrate::run(&context, &flags),
        Some(Command::Populate(flags)) => populate::run(&context, &flags),
        Some(Command::Profiles(flags)) => profiles::run(&context, &flags),
        Some(Command::Serve(flags)) => serve::run(&context, &flags),
        Some(Command::Status(flags)) => status::run(&context, &flags),
        Some(Command::Whoami(flags)) => whoami::run(&context, &flags),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(Some(&context)),
    }
}
