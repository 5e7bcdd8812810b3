//! Every page can be reached, and every link leads somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::markdown::{Page, pages, root};
use crate::harness::tests;

tests! {
    quick "contract docs" => every_link_leads_somewhere,
    quick "contract docs" => every_page_is_in_a_table_of_contents,
}

fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for link in links(&page) {
            if let Err(why) = follow(&page.path, link) {
                broken.push(format!("{}: {link}: {why}", page.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// From the README, or from the contents of `docs/`, by one click.
fn every_page_is_in_a_table_of_contents() {
    let folder = root().join("docs");
    let contents = [root().join("README.md"), folder.join("README.md")].map(Page::read);
    let linked = |page: &Page| -> Vec<PathBuf> {
        let beside = page.path.parent().unwrap();
        links(page).iter().filter_map(|link| beside.join(link).canonicalize().ok()).collect()
    };
    let listed: BTreeSet<PathBuf> = contents.iter().flat_map(linked).collect();
    let others = pages().into_iter().map(|page| page.path).filter(|path| path.starts_with(&folder));
    let missing: Vec<PathBuf> =
        others.filter(|path| *path != contents[1].path && !listed.contains(path)).collect();
    assert!(missing.is_empty(), "neither README.md nor docs/README.md links to {missing:?}");
}

/// Where a page's links lead, those to other sites left out.
fn links(page: &Page) -> Vec<&str> {
    let targets = page.prose().flat_map(|line| line.split("](").skip(1));
    let targets = targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.contains("://")).collect()
}

fn follow(from: &Path, link: &str) -> Result<(), String> {
    let (file, anchor) = match link.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (link, None),
    };
    let path = match file {
        "" => from.to_owned(),
        file => from.parent().unwrap().join(file),
    };
    if !path.exists() {
        return Err("there is no such file".to_owned());
    }
    match anchor {
        Some(anchor) if !anchors(&Page::read(path)).contains(anchor) => {
            Err("there is no such heading".to_owned())
        }
        _ => Ok(()),
    }
}

/// What headings are called in links, by GitHub's rule: small letters, blanks as dashes, no other signs.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.prose().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}
