//! The deeper look at a policy: IAM's grammar, and whether it narrows anything at all.

use crate::actions::covers;
use crate::finding::{Fault, Finding};
use crate::flaw::Flaw;
use crate::grammar::{self, Statement};
use crate::node::Node;
use crate::policy::{Policy, text};

/// Everything that is found in a policy's file, in the order of its lines.
///
/// # Errors
///
/// As [`Policy::parse`]: the text could not even be sent.
pub fn review(bytes: &[u8]) -> Result<(Policy, Vec<Finding>), Flaw> {
    let policy = Policy::parse(bytes)?;
    let root = Node::root(text(bytes)?);
    let mut findings = Vec::new();
    let statements = grammar::statements(root, &mut findings);
    findings.extend(assuming(&statements));
    Ok((policy, by_line(findings)))
}

/// In the order of the lines. They are few, so no sort need be compiled for them.
fn by_line(findings: Vec<Finding>) -> Vec<Finding> {
    let mut sorted: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let at = sorted.partition_point(|other| other.line <= finding.line);
        sorted.insert(at, finding);
    }
    sorted
}

/// A role that no policy knows by name.
const ANY_ROLE: &str = "arn:aws:iam::000000000000:role/any/role";
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// The statements by which any role may be assumed, where none denies that without a condition.
fn assuming(statements: &[Statement<'_>]) -> Vec<Finding> {
    let is_about = |one: &Statement<'_>| {
        applies(&one.actions, one.other_actions.as_deref(), ASSUME_ROLE)
            && applies(&one.resources, one.other_resources.as_deref(), ANY_ROLE)
    };
    if statements.iter().any(|one| !one.is_allow && !one.has_condition && is_about(one)) {
        return Vec::new();
    }
    let allowing = statements.iter().filter(|one| one.is_allow && is_about(one));
    allowing.map(|one| Finding { line: one.line, fault: Fault::AssumesAnyRole }).collect()
}

/// Whether a list covers a text, or the list of what is left out does not.
fn applies(named: &[String], left_out: Option<&[String]>, text: &str) -> bool {
    let is_in = |list: &[String]| list.iter().any(|pattern| covers(pattern, text));
    left_out.map_or_else(|| is_in(named), |left_out| !is_in(left_out))
}

#[cfg(test)]
mod tests;
