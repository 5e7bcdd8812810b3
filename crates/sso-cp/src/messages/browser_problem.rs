//! When the browser that a person has named does not open a page.

use super::text::clean;

/// Why the person's own browser was not started.
#[derive(Debug)]
pub(crate) struct BrowserProblem {
    /// `BROWSER`, or the key of the session.
    pub(crate) named_by: &'static str,
    /// What it names first.
    pub(crate) program: String,
    /// Whether that has blanks in it, so that arguments may be meant.
    pub(crate) has_blanks: bool,
    /// What the system says, or how the program ended.
    pub(crate) reason: String,
}

impl BrowserProblem {
    /// The setting, what it names, and what came of that.
    pub(crate) fn fact(&self) -> String {
        let BrowserProblem { named_by, program, reason, .. } = self;
        format!("`{named_by}` names `{}`: {}", clean(program), clean(reason))
    }

    /// The same for a person, with what to write.
    pub(crate) fn lines(&self) -> String {
        let fact = format!("sso-cp: {}\n", self.fact());
        match self.has_blanks {
            true => format!(
                "{fact}hint: for a program with arguments write `%s` where the address goes: `{} %s`\n",
                clean(&self.program)
            ),
            false => fact,
        }
    }
}
