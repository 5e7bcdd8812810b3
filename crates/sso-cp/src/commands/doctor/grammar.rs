//! What other tools make of the shared files, with line numbers.

use std::path::Path;

use sso_cp_config::{Effect, Flaw, LintedFile, Problem, Tool, lint};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use super::words;
use crate::messages::text::{clean, shown_path};
use crate::messages::tools::tools;

/// A file that is wrong from end to end is not reported line by line.
const MAX_TOLD: usize = 20;

/// Goes through both files.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let files = scene.context.files();
    for (path, kind) in
        [(&files.config, LintedFile::Config), (&files.credentials, LintedFile::Credentials)]
    {
        // A file that cannot be read is reported elsewhere.
        if let Ok(flaws) = lint(path, kind)
            && path.exists()
        {
            of_file(path, &flaws, scene, findings);
        }
    }
}

fn of_file(path: &Path, flaws: &[Flaw], scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let home = scene.context.home();
    let file = shown_path(path, home);
    let concerns = |flaw: &&Flaw| {
        // A section that nobody knows may be the one that is missed.
        let section = flaw.section.as_deref();
        // The keys below the first indented one are part of its fault.
        let is_said = matches!(&flaw.problem, Problem::IndentedKey { is_first: false, .. });
        let concerns_us = flaw.problem.concerns_whole_file()
            || section.is_none_or(|section| scene.has_section(section));
        concerns_us && !is_said
    };
    let flaws: Vec<&Flaw> = flaws.iter().filter(concerns).collect();
    if flaws.is_empty() {
        let reason = format!("{} read it alike", tools(&Tool::ALL));
        findings.push(Check::Grammar.ok(&file, reason));
    }
    for flaw in flaws.iter().take(MAX_TOLD) {
        let reason = match words::effects(&flaw.problem) {
            effects if effects.is_empty() => words::problem(&flaw.problem),
            effects => format!("{}: {effects}", words::problem(&flaw.problem)),
        };
        let fix = match &flaw.problem {
            // With the word before it, it would be there twice, and the AWS CLI would read nothing of the file.
            Problem::NoPrefix { name } if scene.keys.iter().any(|keys| keys.name == *name) => {
                let name = clean(name);
                format!("join [{name}] in line {} of {file} with [profile {name}]", flaw.line)
            }
            problem => words::fix(problem, flaw.line, &file),
        };
        let place = format!("{file}:{}", flaw.line);
        findings.push(match blinds_the_aws_cli(&flaw.problem) {
            true => Check::Grammar.failure(Class::Config, place, reason, fix),
            false => Check::Grammar.warning(place, reason, fix),
        });
    }
    if let Some(more) = flaws.len().checked_sub(MAX_TOLD).filter(|more| *more > 0) {
        let reason = format!("and {more} more such lines");
        findings.push(Check::Grammar.warning(
            &file,
            reason,
            "mend those above, and run this again",
        ));
    }
}

/// Whether the AWS CLI and boto3, and so most of what people run, get nothing from the file.
fn blinds_the_aws_cli(problem: &Problem) -> bool {
    problem.effects().contains(&(Tool::AwsCli, Effect::RefusesFile))
}
