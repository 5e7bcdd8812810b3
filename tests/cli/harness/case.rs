//! A text case: sections in a file, read from top to bottom. `tests/cases/README.md` describes them.

use std::fs;
use std::path::{Path, PathBuf};

/// A case as it stands in its file.
pub(crate) struct Case {
    pub(crate) path: PathBuf,
    /// `folder::file (rows)`
    pub(crate) name: String,
    /// The comment at the top.
    pub(crate) head: String,
    pub(crate) sections: Vec<Section>,
}

/// `-- title --` and the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: String,
    /// Without the blank lines at its end; ends with a newline unless it is empty.
    pub(crate) body: String,
}

impl Section {
    pub(crate) fn new(title: &str, body: &str) -> Section {
        Section { title: title.to_owned(), body: body.to_owned() }
    }

    /// The lines, without those that are blank or comments.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    /// Whether it says what a run must have come to.
    pub(crate) fn is_expectation(&self) -> bool {
        let title = self.title.as_str();
        matches!(title, "stdout" | "stderr" | "requests") || title.starts_with("exit ")
    }
}

/// All cases below a folder.
pub(crate) fn cases_below(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the cases are there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            cases.extend(cases_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            cases.push(Case::read(path));
        }
    }
    cases
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let text = fs::read_to_string(&path).expect("cases are UTF-8");
        let (head, sections) = parse(&text);
        let part =
            |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().map(part).unwrap_or_default();
        let rows = head.lines().find_map(|line| line.strip_prefix("# Proves: "));
        let rows =
            rows.unwrap_or_else(|| panic!("{}: `# Proves: ROWS` is missing", path.display()));
        let name = format!("{folder}::{} ({})", part(&path), rows.to_lowercase());
        Case { path, name, head, sections }
    }

    /// The file again, one blank line between its sections.
    pub(crate) fn text(head: &str, sections: &[Section]) -> String {
        let mut text = head.to_owned();
        for section in sections {
            text.push_str(&format!("\n-- {} --\n{}", section.title, section.body));
        }
        text
    }
}

fn parse(text: &str) -> (String, Vec<Section>) {
    let mut head = String::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        let title = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        match (title, sections.last_mut()) {
            (Some(title), _) => sections.push(Section::new(title, "")),
            (None, Some(section)) => section.body.push_str(&format!("{line}\n")),
            (None, None) => head.push_str(&format!("{line}\n")),
        }
    }
    for body in sections.iter_mut().map(|section| &mut section.body).chain([&mut head]) {
        let length = body.trim_end().len();
        body.truncate(length);
        if !body.is_empty() {
            body.push('\n');
        }
    }
    (head, sections)
}
