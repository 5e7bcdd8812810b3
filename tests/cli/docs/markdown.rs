//! The pages of the repository, and what is code in them.

use std::fs;
use std::path::{Path, PathBuf};

/// A page for users.
pub(super) struct Page {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

impl Page {
    pub(super) fn read(path: PathBuf) -> Page {
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("there is no page {}: {error}", path.display()));
        Page { path, text }
    }

    /// The lines of the fenced blocks.
    pub(super) fn block_lines(&self) -> Vec<&str> {
        self.lines().filter(|(is_code, _)| *is_code).map(|(_, line)| line).collect()
    }

    /// What stands in backticks within the text, and the lines of the fenced blocks.
    pub(super) fn code(&self) -> Vec<&str> {
        let mut code = Vec::new();
        for (is_code, line) in self.lines() {
            match is_code {
                true => code.push(line),
                false => code.extend(line.split('`').skip(1).step_by(2)),
            }
        }
        code
    }

    /// The lines outside of code.
    pub(super) fn prose(&self) -> impl Iterator<Item = &str> {
        self.lines().filter(|(is_code, _)| !is_code).map(|(_, line)| line)
    }

    /// Each line, and whether it stands in a fenced block.
    fn lines(&self) -> impl Iterator<Item = (bool, &str)> {
        let mut is_code = false;
        self.text.lines().filter_map(move |line| {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
                return None;
            }
            Some((is_code, line))
        })
    }
}

/// Every page in `docs/`, and those at the root that are not history.
pub(super) fn pages() -> Vec<Page> {
    let mut paths = Vec::new();
    for name in ["README.md", "SECURITY.md", "CONTRIBUTING.md"] {
        paths.push(root().join(name));
    }
    collect(&root().join("docs"), &mut paths);
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}
