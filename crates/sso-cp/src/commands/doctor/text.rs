//! The findings for people: what is wrong, with what fixes it; what is well, in a line per check. What is
//! said of many subjects stands once.

use super::check::{Check, Finding, Verdict};
use crate::messages::page::Page;
use crate::messages::table::{self, Cell, Tone};
use crate::messages::text::{self, clean, grouped, shell_word};

/// Where the words begin, behind the verdict.
const INDENT: usize = 9;
/// As many subjects are shown of those with the same finding.
const SUBJECTS: usize = 3;

/// The whole page.
pub(super) fn page(findings: &[Finding], made_for: &Page) -> String {
    let mut page = String::new();
    for check in Check::ALL {
        let (fine, rest): (Vec<&Finding>, Vec<&Finding>) = findings
            .iter()
            .filter(|finding| finding.check == check)
            .partition(|finding| finding.verdict == Verdict::Ok);
        match fine[..] {
            [] => {}
            [one] => page.push_str(&entry("ok", Tone::Good, &line(one), made_for)),
            _ => {
                let said = format!("{}: {} checked", check.name(), fine.len());
                page.push_str(&entry("ok", Tone::Good, &said, made_for));
            }
        }
        for (_, group) in grouped(rest, |finding| shared(finding)) {
            page.push_str(&of_group(&group, made_for));
        }
    }
    page + &summary(findings)
}

/// What findings must have in common to stand on one line.
fn shared(finding: &Finding) -> String {
    let (said, fix) = (nameless(said(finding), &finding.subject), fix_for_any(finding));
    format!("{}\n{said}\n{}", finding.verdict == Verdict::Warning, fix.unwrap_or_default())
}

fn fix_for_any(finding: &Finding) -> Option<String> {
    finding.fix.as_ref().map(|fix| placeholder(fix, &finding.subject))
}

/// A fix for any profile or session: `NAME` in the place of its name.
fn placeholder(fix: &str, subject: &str) -> String {
    let Some((kind @ ("profile" | "sso-session"), name)) = subject.split_once(' ') else {
        return fix.to_owned();
    };
    let flag = format!("--{kind} {}", shell_word(name));
    let mut text = fix.replace(&format!("[{subject}]"), &format!("[{kind} NAME]"));
    // `--profile dev` is not the beginning of `--profile dev2`.
    let mut from = 0;
    while let Some(at) = text[from..].find(&flag).map(|at| from + at) {
        let end = at + flag.len();
        let is_whole = text[end..].chars().next().is_none_or(|next| " `".contains(next));
        if is_whole {
            text.replace_range(at..end, &format!("--{kind} NAME"));
        }
        from = at + kind.len();
    }
    text
}

/// A reason without the name of what it is about.
fn nameless(reason: &str, subject: &str) -> String {
    match subject.split_once(' ') {
        Some((kind @ ("profile" | "sso-session"), name)) => reason
            .replace(&format!("[{subject}]"), &format!("this {kind}"))
            .replace(&format!("{kind} `{name}`"), &format!("this {kind}")),
        _ => reason.to_owned(),
    }
}

fn of_group(group: &[&Finding], made_for: &Page) -> String {
    let Some(first) = group.first() else { return String::new() };
    let said = match group {
        [one] => line(one),
        many => {
            let reason = clean(&nameless(said(first), &first.subject));
            format!("{}: {}: {reason}", first.check.name(), subjects(many))
        }
    };
    let mut text = match first.verdict {
        Verdict::Failure(_) => entry("failure", Tone::Bad, &said, made_for),
        Verdict::Warning | Verdict::Ok => entry("warning", Tone::Fair, &said, made_for),
    };
    let fix = match group {
        [one] => one.fix.clone(),
        _ => fix_for_any(first),
    };
    if let Some(fix) = &fix {
        let fix = format!("fix: {}", clean(fix));
        match is_command(&fix) {
            // A command is to be copied as it stands.
            true => text.push_str(&format!("{}{fix}\n", " ".repeat(INDENT))),
            false => text.push_str(&made_for.wrapped(&fix, INDENT, INDENT)),
        }
    }
    text
}

/// `profiles a, b, c and 57 more`
fn subjects(group: &[&Finding]) -> String {
    let mut names: Vec<&str> = group.iter().map(|finding| finding.subject.as_str()).collect();
    names.sort_unstable();
    let kinds = ["profile ", "sso-session "];
    let kind = kinds.into_iter().find(|kind| names.iter().all(|name| name.starts_with(kind)));
    let shown: Vec<String> = names
        .iter()
        .take(SUBJECTS)
        .map(|name| clean(name.strip_prefix(kind.unwrap_or_default()).unwrap_or(name)))
        .collect();
    let kind = kind.map_or(String::new(), |kind| format!("{}s ", kind.trim_end()));
    match names.len() - shown.len() {
        0 => format!("{kind}{}", shown.join(", ")),
        more => format!("{kind}{} and {more} more", shown.join(", ")),
    }
}

/// Whether a fix is something to type.
fn is_command(fix: &str) -> bool {
    const PROGRAMS: [&str; 7] = ["sso-cp", "chmod", "ls", "icacls", "unset", "aws", "command"];
    let program = fix.trim_start_matches("fix: ").split(' ').next().unwrap_or_default();
    PROGRAMS.contains(&program)
}

/// The verdict, and what it is about.
fn entry(verdict: &str, tone: Tone, said: &str, made_for: &Page) -> String {
    let cell = table::painted(&Cell::new(verdict, tone), made_for.colours);
    let blanks = " ".repeat(INDENT.saturating_sub(verdict.len()));
    let words = made_for.wrapped(said, INDENT, INDENT);
    format!("{cell}{blanks}{}", words.trim_start())
}

fn said(finding: &Finding) -> &str {
    finding.shown.as_deref().unwrap_or(&finding.reason)
}

fn line(finding: &Finding) -> String {
    let Finding { check, subject, .. } = finding;
    let (name, reason) = (check.name(), clean(said(finding)));
    match subject == name {
        // There is only one of it: the clock, the environment.
        true => format!("{name}: {reason}"),
        false => format!("{name}: {}: {reason}", clean(subject)),
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |wanted: fn(Verdict) -> bool| {
        findings.iter().filter(|finding| wanted(finding.verdict)).count()
    };
    let failures = count(|verdict| matches!(verdict, Verdict::Failure(_)));
    let warnings = count(|verdict| verdict == Verdict::Warning);
    format!("\n{}, {}\n", text::count(failures, "failure"), text::count(warnings, "warning"))
}
