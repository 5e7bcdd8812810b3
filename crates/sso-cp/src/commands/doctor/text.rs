//! The findings for people: what is wrong, with what mends it; what is well, in a line a check.

use sso_cp_config::Env;

use super::check::{Check, Finding, Verdict};
use crate::messages::table::{self, Cell, Tone};
use crate::messages::text::{self, clean};
use crate::process::output;

/// The whole page.
pub(super) fn page(findings: &[Finding], env: &Env) -> String {
    let colours = output::colours_of_stdout(env);
    let mut page = String::new();
    for check in Check::ALL {
        let of_check = || findings.iter().filter(|finding| finding.check == check);
        let is_ok = |finding: &&Finding| finding.verdict == Verdict::Ok;
        let fine: Vec<&Finding> = of_check().filter(is_ok).collect();
        let cell = |words: &str, tone| table::painted(&Cell::new(words, tone), colours);
        match fine[..] {
            [] => {}
            [one] => {
                let verdict = cell("ok", Tone::Good);
                page.push_str(&format!("{verdict}       {}\n", line(one)));
            }
            _ => {
                let verdict = cell("ok", Tone::Good);
                let (name, number) = (check.name(), fine.len());
                page.push_str(&format!("{verdict}       {name}: {number} checked\n"));
            }
        }
        for finding in of_check().filter(|finding| !is_ok(finding)) {
            let verdict = match finding.verdict {
                Verdict::Failure(_) => cell("failure", Tone::Bad) + "  ",
                Verdict::Warning | Verdict::Ok => cell("warning", Tone::Fair) + "  ",
            };
            page.push_str(&format!("{verdict}{}\n", line(finding)));
            if let Some(fix) = &finding.fix {
                page.push_str(&format!("         fix: {}\n", clean(fix)));
            }
        }
    }
    page + &summary(findings)
}

fn line(finding: &Finding) -> String {
    let Finding { check, subject, reason, .. } = finding;
    let (name, reason) = (check.name(), clean(reason));
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
