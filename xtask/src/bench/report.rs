//! What a run of the benchmarks says: the tables as they come, and the points of the picture.

use super::timing::Summary;
use crate::workspace::{Outcome, root};
use std::fmt::{Display, Write};
use std::fs;

/// What kind of program a point stands for; it decides the point's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ours,
    /// A program that does nothing, or no more than the request.
    Yardstick,
    Peer,
}

/// One row of the picture.
pub(super) struct Point {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) summary: Summary,
}

/// Rows of the picture that stand together under a title.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) points: Vec<Point>,
}

/// The page, and the groups of the picture.
#[derive(Default)]
pub(super) struct Report {
    page: String,
    groups: Vec<Group>,
}

impl Report {
    /// Adds a section of the page, and shows it at once: a run takes minutes.
    pub(super) fn section(&mut self, title: &str, body: impl Display) {
        let text = format!("## {title}\n\n{}\n", body.to_string().trim_end());
        println!("{text}");
        writeln!(self.page, "{text}").expect("a String takes any text");
    }

    pub(super) fn group(&mut self, title: &str, points: Vec<Point>) {
        self.groups.push(Group { title: title.to_owned(), points });
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Writes the page, with what stands before its tables, and the picture into `docs/`.
    pub(super) fn write(&self, preface: &str, picture: &str) -> Outcome<()> {
        let folder = root().join("docs");
        fs::write(
            folder.join("benchmarks.md"),
            format!("{preface}\n{}", self.page.trim_end()) + "\n",
        )?;
        fs::write(folder.join("benchmarks.svg"), picture)?;
        Ok(())
    }
}
