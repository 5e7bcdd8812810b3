//! `sso-cp doctor`: what is wrong, and the command that fixes it.
//!
//! [`check::Check::ALL`] is the list of what is looked at, in the order in which it is reported;
//! docs/doctor.md is the same list for people. Files are only read, but for `--fix`. To AWS goes one request without
//! any token to each endpoint, and all of it together is over in about ten seconds.
//!
//! A failure keeps `sso-cp` from giving the selection's credentials, or every tool from getting them
//! through it; what hurts some tools, or only may hurt, is a warning.

mod accounts;
mod aws_cli;
mod check;
mod environment;
mod fix;
mod grammar;
mod json;
mod kubeconfig;
mod network;
mod permissions;
mod portals;
mod precedence;
mod process;
mod scene;
mod scoping;
mod sessions;
mod store;
mod text;
mod variables;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use crate::args::commands::Doctor;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::usage::usage;
use crate::process::output;
use crate::process::progress::Progress;
use check::{Check, Finding, Verdict};
use scene::Scene;

/// How often is looked whether the slow checks are over.
const PAUSE: Duration = Duration::from_millis(20);

/// Prints the findings, whatever they are, and ends with the class of the first failure among them.
pub(crate) fn run(context: &Context, flags: &Doctor) -> Result<ExitCode, Failure> {
    if flags.json && flags.fix {
        let problem = "`--fix` shows what it changes, which is not JSON".to_owned();
        return Err(usage(problem, "write `sso-cp doctor --fix`, then `sso-cp doctor --json`"));
    }
    if flags.yes && !flags.fix {
        let problem = "`--yes` answers what `--fix` asks".to_owned();
        return Err(usage(problem, "write `sso-cp doctor --fix --yes`"));
    }
    let findings = match flags.fix {
        true => fix::run(findings, context, flags)?,
        false => findings(context),
    };
    let shown = match flags.json {
        true => json::document(&findings),
        false => text::page(&findings, &output::page(context.env())),
    };
    output::print(shown.as_bytes())?;
    let first = findings.iter().find_map(|finding| match finding.verdict {
        Verdict::Failure(class) => Some(class),
        Verdict::Ok | Verdict::Warning => None,
    });
    Ok(first.map_or(ExitCode::SUCCESS, |class| ExitCode::from(class.exit_code())))
}

fn findings(context: &Context) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut progress = Progress::new(context.env(), context.interrupt());
    let scene = Scene::set(context, &mut findings);
    // The network takes longest, so it is asked while the files are looked at.
    std::thread::scope(|threads| {
        let version = scene.has_named_session().then(|| aws_cli::find(context.env())).flatten();
        let version = version.map(|program| threads.spawn(move || aws_cli::ask(&program)));
        let pings = network::begin(&scene, threads, &mut findings);
        permissions::look(&scene, &mut findings);
        grammar::look(&scene, &mut findings);
        environment::look(&scene, &mut findings);
        scene.profiles(&mut findings);
        accounts::look(&scene, &mut findings);
        precedence::look(&scene, &mut findings);
        process::look(&scene, &mut findings);
        kubeconfig::look(&scene, &mut findings);
        portals::look(&scene, &mut findings);
        scoping::look(&scene, &mut findings);
        store::look(&scene, &mut findings);
        sessions::look(&scene, &mut findings);
        loop {
            let slow = match &version {
                _ if !pings.is_over() => "checking the network ...",
                Some(thread) if !thread.is_finished() => "asking the AWS CLI for its version ...",
                _ => break,
            };
            progress.tell(|| slow.to_owned());
            std::thread::sleep(PAUSE);
        }
        network::end(pings, &scene, &mut findings);
        if let Some(answer) = version.and_then(|thread| thread.join().ok()) {
            findings.push(aws_cli::judge(&answer));
        }
    });
    let of = |check: Check, findings: &mut Vec<Finding>| {
        findings.extract_if(.., |finding| finding.check == check).collect::<Vec<_>>()
    };
    Check::ALL.into_iter().flat_map(|check| of(check, &mut findings)).collect()
}
