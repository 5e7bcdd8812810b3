//! `sso-cp`: AWS credentials from IAM Identity Center, for everything that can run a program.
//!
//! From the words to an exit code. The rooms below are described in `docs/architecture.md`.

mod args;
mod commands;
mod context;
mod messages;
mod process;

use std::process::ExitCode;

use args::{Command, Parsed};
use commands::{
    completions, configure, console, credential_process, docker_credential, doctor, exec, export,
    list, lock, login, logout, manual, migrate, populate, prefetch, profiles, prompt, scope, seal,
    select, serve, shell_init, status, token, unlock, unseal, use_profile, whoami,
};
use context::Context;
use messages::exit_code::Class;
use messages::failure::Failure;
use messages::scene::Scene;
use messages::usage::Usage;
use process::debug::Stdout;
use process::harden::{self, CoreLimit};
use process::output;

/// musl's own takes twice the instructions, and eleven system calls where this takes one.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    harden::end_on_panic(|| {});
    let mut words = std::env::args_os();
    let action_of_docker = words.next().and_then(|program| args::docker_helper(&program));
    let parsed = match args::parse(action_of_docker.into_iter().chain(words)) {
        Ok(parsed) => parsed,
        Err(usage) => return explain(usage),
    };
    match parsed {
        Parsed::Text(text) => match output::print(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => output::report(&error.into(), &Scene::default()),
        },
        Parsed::Command(arguments) => run(*arguments),
    }
}

/// What is wrong with the command line. Anyone who types the bare name at a terminal looks for a way in; a
/// program that runs it so has forgotten a flag.
fn explain(usage: Usage) -> ExitCode {
    let is_bare = std::env::args_os().len() == 1;
    if is_bare && output::is_stdout_terminal() && output::is_stderr_terminal() {
        output::say(args::help::SHORT);
        return ExitCode::from(Class::Usage.exit_code());
    }
    output::report(&usage.into(), &Scene::default())
}

fn run(mut arguments: args::Arguments) -> ExitCode {
    let stdout = match &arguments.command {
        None | Some(Command::Export(_) | Command::Token(_) | Command::DockerCredential(_)) => {
            Stdout::Document
        }
        Some(_) => Stdout::Text,
    };
    let context = match Context::new(arguments.selection.take(), arguments.debug, stdout) {
        Ok(context) => {
            context.of_command(arguments.word, arguments.auto_login, arguments.scope.take())
        }
        Err(failure) => return output::report(&failure, &Scene::default()),
    };
    let outcome = match &arguments.command {
        None if arguments.is_prefetch => prefetch::run(&context).map(|()| ExitCode::SUCCESS),
        None => credential_process::run(&context).map(|()| ExitCode::SUCCESS),
        Some(command) => return run_for_people(command, context, &arguments),
    };
    outcome.unwrap_or_else(|failure| output::report(&failure, &context.scene()))
}

/// A command that has a word, once it is known what it is about.
#[inline(never)]
fn run_for_people(command: &Command, context: Context, arguments: &args::Arguments) -> ExitCode {
    let mut context = context;
    // Before anything is looked into: a picker shows which sign-ins live.
    let core_limit = CoreLimit::found();
    harden::forbid_core_files();
    let outcome = match select::settle(command, arguments, &mut context) {
        Ok(()) => run_command(command, &context, arguments, &core_limit),
        Err(failure) => Err(failure),
    };
    outcome.unwrap_or_else(|failure| output::report(&failure, &context.scene()))
}

/// The commands that have a word. They stay out of the function that every cached call runs, which
/// would be spread over many more pages with them.
#[inline(never)]
fn run_command(
    command: &Command,
    context: &Context,
    arguments: &args::Arguments,
    core_limit: &CoreLimit,
) -> Result<ExitCode, Failure> {
    match command {
        Command::Completions(flags) => completions::run(context, flags),
        Command::Configure(flags) => configure::run(context, flags, &arguments.named),
        Command::Console(flags) => console::run(context, flags, arguments),
        Command::DockerCredential(flags) => return docker_credential::run(context, flags),
        Command::Doctor(flags) => return doctor::run(context, flags),
        Command::Exec(flags) => return exec::run(context, flags, &arguments.tail, core_limit),
        Command::Export(flags) => export::run(context, flags),
        Command::List(flags) => list::run(context, flags),
        Command::Lock(_) => lock::run(context),
        Command::Login(flags) => login::run(context, flags),
        Command::Logout(flags) => logout::run(context, flags),
        Command::Manual(flags) => manual::run(context, flags),
        Command::Migrate(flags) => migrate::run(context, flags),
        Command::Populate(flags) => populate::run(context, flags),
        Command::Profiles(flags) => profiles::run(context, flags),
        Command::Prompt(flags) => prompt::run(context, flags),
        Command::Scope(flags) => scope::run(context, flags),
        Command::Seal(flags) => seal::run(context, flags),
        Command::Serve(flags) => serve::run(context, flags),
        Command::ShellInit(flags) => shell_init::run(context, flags),
        Command::Status(flags) => status::run(context, flags),
        Command::Token(flags) => token::run(context, flags),
        Command::Unlock(flags) => unlock::run(context, flags),
        Command::Unseal(_) => unseal::run(context),
        Command::Use(flags) => use_profile::run(context, flags, &arguments.named),
        Command::Whoami(flags) => whoami::run(context, flags),
    }
    .map(|()| ExitCode::SUCCESS)
}
