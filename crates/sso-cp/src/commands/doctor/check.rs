//! What is checked, and what a check comes to.

use std::path::PathBuf;

use sso_cp_config::{Change, SectionEdit, SectionName};

pub(crate) use crate::messages::exit_code::Class;

/// Everything that is looked at. docs/doctor.md has the same list, and a test holds the two together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    File,
    Permissions,
    Grammar,
    Environment,
    ChosenProfile,
    Profile,
    Session,
    Legacy,
    Precedence,
    Process,
    Kubeconfig,
    Scope,
    ScopePolicy,
    Store,
    Token,
    Endpoint,
    Clock,
    AwsCli,
}

impl Check {
    /// In the order in which they are reported, causes before what follows from them.
    pub(super) const ALL: [Check; 18] = [
        Check::File,
        Check::Permissions,
        Check::Grammar,
        Check::Environment,
        Check::ChosenProfile,
        Check::Profile,
        Check::Session,
        Check::Legacy,
        Check::Precedence,
        Check::Process,
        Check::Kubeconfig,
        Check::Scope,
        Check::ScopePolicy,
        Check::Store,
        Check::Token,
        Check::Endpoint,
        Check::Clock,
        Check::AwsCli,
    ];

    /// Its name in the output, which does not change.
    pub(super) fn name(self) -> &'static str {
        match self {
            Check::File => "file",
            Check::Permissions => "permissions",
            Check::Grammar => "grammar",
            Check::Environment => "environment",
            Check::ChosenProfile => "chosen-profile",
            Check::Profile => "profile",
            Check::Session => "session",
            Check::Legacy => "legacy",
            Check::Precedence => "precedence",
            Check::Process => "process",
            Check::Kubeconfig => "kubeconfig",
            Check::Scope => "scope",
            Check::ScopePolicy => "scope-policy",
            Check::Store => "store",
            Check::Token => "token",
            Check::Endpoint => "endpoint",
            Check::Clock => "clock",
            Check::AwsCli => "aws-cli",
        }
    }

    /// All is well with a subject.
    pub(super) fn ok(self, subject: impl Into<String>, reason: impl Into<String>) -> Finding {
        self.finding(subject, Verdict::Ok, reason, None)
    }

    /// Some tool is hurt, or something may go wrong.
    pub(super) fn warning(
        self,
        subject: impl Into<String>,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) -> Finding {
        self.finding(subject, Verdict::Warning, reason, Some(fix.into()))
    }

    /// It does not work.
    pub(super) fn failure(
        self,
        class: Class,
        subject: impl Into<String>,
        reason: impl Into<String>,
        fix: impl Into<String>,
    ) -> Finding {
        self.finding(subject, Verdict::Failure(class), reason, Some(fix.into()))
    }

    fn finding(
        self,
        subject: impl Into<String>,
        verdict: Verdict,
        reason: impl Into<String>,
        fix: Option<String>,
    ) -> Finding {
        let (subject, reason) = (subject.into(), reason.into());
        let (modes, edit) = (Vec::new(), None);
        Finding { check: self, subject, verdict, reason, shown: None, fix, modes, edit }
    }
}

/// What one check says about one subject.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) check: Check,
    /// `sso-session corp`, `~/.aws/config`
    pub(super) subject: String,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    /// The reason in other words where a person reads it.
    pub(super) shown: Option<String>,
    /// The command that fixes it, or what to write.
    pub(super) fix: Option<String>,
    /// The fix as `--fix` applies it: modes.
    pub(super) modes: Vec<ModeChange>,
    /// And settings of the config file.
    pub(super) edit: Option<SectionEdit>,
}

/// A mode that `--fix` changes.
#[derive(Debug, Clone)]
pub(super) struct ModeChange {
    pub(super) path: PathBuf,
    /// The bits that stay.
    pub(super) keep: u32,
    /// The bits that come.
    pub(super) add: u32,
}

impl Finding {
    /// The fix changes modes.
    pub(super) fn with_modes(self, modes: Vec<ModeChange>) -> Finding {
        Finding { modes, ..self }
    }

    /// The fix changes settings of the config file.
    pub(super) fn with_edit(self, section: SectionName, changes: Vec<Change>) -> Finding {
        Finding { edit: Some(SectionEdit { section, changes }), ..self }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    Warning,
    Failure(Class),
}

#[cfg(test)]
mod tests {
    use super::Check;

    /// The table that people read, and the list that is worked through.
    #[test]
    fn the_table_of_the_documentation_is_complete() {
        let page = include_str!("../../../../../docs/doctor.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let names: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        assert_eq!(names, Check::ALL.map(Check::name));
    }
}
