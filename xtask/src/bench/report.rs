//! What a run of the benchmarks says: the tables as they come, and the points of the picture.

use super::timing::Summary;
use crate::workspace::{Outcome, root};
use std::fmt::Display;
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

/// The sections of the page, and the groups of the picture.
#[derive(Default)]
pub(super) struct Report {
    sections: Vec<Section>,
    groups: Vec<Group>,
}

struct Section {
    title: String,
    /// With its title.
    text: String,
}

impl Report {
    /// Adds a section of the page, and shows it at once: a run takes minutes.
    pub(super) fn section(&mut self, title: &str, body: impl Display) {
        let text = format!("{HEADING}{title}\n\n{}\n", body.to_string().trim_end());
        println!("{text}");
        self.sections.push(Section { title: title.to_owned(), text });
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
        let texts = self.sections.iter().map(|section| section.text.trim_end());
        let parts: Vec<_> = std::iter::once(preface.trim_end()).chain(texts).collect();
        fs::write(folder.join(PAGE), parts.join("\n\n") + "\n")?;
        fs::write(folder.join("benchmarks.svg"), picture)?;
        Ok(())
    }

    /// Puts the sections into the page that is there, in place of those with the same titles. One that was
    /// measured on another day or machine than the page says it itself.
    pub(super) fn write_sections(&self, machine: &str) -> Outcome<()> {
        let path = root().join("docs").join(PAGE);
        let page = fs::read_to_string(&path)?;
        Ok(fs::write(path, merged(&page, &self.sections, machine))?)
    }
}

const PAGE: &str = "benchmarks.md";
const HEADING: &str = "## ";

fn merged(page: &str, sections: &[Section], machine: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for line in page.lines() {
        match parts.last_mut().filter(|_| !line.starts_with(HEADING)) {
            Some(part) => *part += &format!("\n{line}"),
            None => parts.push(line.to_owned()),
        }
    }
    let is_same_day = page.contains(&format!("\n{machine}.\n"));
    let mut after = parts.len();
    for Section { title, text } in sections {
        let heading = format!("{HEADING}{title}\n");
        let body = &text[heading.len()..];
        let text = match is_same_day {
            true => text.clone(),
            false => format!("{heading}\nMeasured for itself: {machine}.\n{body}"),
        };
        match parts.iter().position(|part| part.starts_with(&heading)) {
            Some(at) => {
                parts[at] = text;
                after = at + 1;
            }
            None => {
                parts.insert(after, text);
                after += 1;
            }
        }
    }
    let parts: Vec<_> = parts.iter().map(|part| part.trim_end()).collect();
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(title: &str, body: &str) -> Section {
        Section { title: title.to_owned(), text: format!("## {title}\n\n{body}\n") }
    }

    #[test]
    fn a_section_takes_the_place_of_the_one_with_its_title() {
        let page = "# Costs\n\nA machine, today.\n\n## Warm\n\n1\n\n## Far\n\n2\n\n## Crowd\n\n3\n";
        let new = [section("Far", "4"), section("Near", "5")];
        assert_eq!(
            merged(page, &new, "A machine, today"),
            "# Costs\n\nA machine, today.\n\n## Warm\n\n1\n\n## Far\n\n4\n\n## Near\n\n5\n\n## Crowd\n\n3\n"
        );
        let other_day = merged(page, &new[..1], "A machine, tomorrow");
        assert!(
            other_day
                .contains("## Far\n\nMeasured for itself: A machine, tomorrow.\n\n4\n\n## Crowd"),
            "{other_day}"
        );
    }

    #[test]
    fn a_section_that_is_new_stands_last() {
        let merged = merged("# Costs\n\n## Warm\n\n1\n", &[section("Day", "2")], "x");
        assert_eq!(merged, "# Costs\n\n## Warm\n\n1\n\n## Day\n\nMeasured for itself: x.\n\n2\n");
    }
}
