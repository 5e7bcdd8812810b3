//! The findings for programs. Fields may be added, never renamed:
//!
//! ```json
//! {"ok": false, "checks": [{
//!   "check": "token", "subject": "sso-session corp", "verdict": "failure",
//!   "reason": "the sign-in has expired", "fix": "sso-cp login --sso-session corp"
//! }]}
//! ```
//!
//! `verdict` is `ok`, `warning` or `failure`; `ok` of the whole is true where nothing fails.

use serde::Serialize;

use super::check::{Finding, Verdict};
use crate::messages::text::json_line;

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    checks: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    check: &'static str,
    subject: &'a str,
    verdict: &'static str,
    reason: &'a str,
    fix: Option<&'a str>,
}

/// One line of JSON.
pub(super) fn document(findings: &[Finding]) -> String {
    let ok = !findings.iter().any(|finding| matches!(finding.verdict, Verdict::Failure(_)));
    json_line(&Document { ok, checks: findings.iter().map(row).collect() })
}

fn row(finding: &Finding) -> Row<'_> {
    Row {
        check: finding.check.name(),
        subject: &finding.subject,
        verdict: match finding.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failure(_) => "failure",
        },
        reason: &finding.reason,
        fix: finding.fix.as_deref(),
    }
}
