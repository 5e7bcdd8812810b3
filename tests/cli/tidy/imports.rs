//! Which file of a crate needs which: read off the paths in the sources that begin with `crate`, `super`,
//! `self` or the name of a module below, in `use` lines and elsewhere.
//!
//! A name that a module only hands on (`pub use`) counts for the file that it comes from, not for
//! the file that hands it on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::tokens::tokens;

/// A module's path within its crate, the root's being empty.
type ModulePath = Vec<String>;

/// One file, as far as others matter to it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Every path in it, split at `::`, from where it stands.
    paths: Vec<Vec<String>>,
    /// The names that a `use` brings in, with where they come from.
    names: BTreeMap<String, Vec<String>>,
    /// What it uses, apart from saying where it comes from.
    words: BTreeSet<String>,
    /// The names that it hands on.
    handed_on: BTreeSet<String>,
}

/// The files of a crate by their module paths.
pub(super) type Sources = BTreeMap<ModulePath, Source>;

/// Reads the files of a crate, tests left out.
pub(super) fn sources(folder: &Path) -> Sources {
    let mut files = Vec::new();
    collect(&folder.join("src"), &mut Vec::new(), &mut files);
    let modules: BTreeSet<ModulePath> = files.iter().map(|(module, _)| module.clone()).collect();
    let read = |(module, path): (ModulePath, PathBuf)| {
        let text = fs::read_to_string(path).unwrap();
        let source = source(&text, &children(&module, &modules));
        (module, source)
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, module: &mut ModulePath, files: &mut Vec<(ModulePath, PathBuf)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if stem == "tests" {
            continue;
        }
        let is_folder_itself = matches!(&*stem, "mod" | "lib" | "main");
        if !is_folder_itself {
            module.push(stem);
        }
        if path.is_dir() {
            collect(&path, module, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push((module.clone(), path));
        }
        if !is_folder_itself {
            module.pop();
        }
    }
}

fn children(module: &[String], modules: &BTreeSet<ModulePath>) -> BTreeSet<String> {
    let below = modules.iter().filter(|path| path.len() == module.len() + 1);
    below.filter(|path| path.starts_with(module)).filter_map(|path| path.last().cloned()).collect()
}

/// What a text needs, where modules of these names stand below it.
pub(super) fn source(text: &str, children: &BTreeSet<String>) -> Source {
    let tokens = tokens(text);
    let mut source = Source::default();
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        // `+ use<'a>` says which lifetimes a type has.
        if token == "use" && tokens.get(at + 1) != Some(&"<") {
            let is_handed_on = at > 0 && matches!(tokens[at - 1], "pub" | ")");
            at = source.read_use(&tokens, at + 1, is_handed_on, children);
            continue;
        }
        let is_path = tokens.get(at + 1) == Some(&"::") && (at == 0 || tokens[at - 1] != "::");
        if is_path && is_start(token, children) {
            let mut path = vec![token.to_owned()];
            while tokens.get(at + 1) == Some(&"::") && is_word(tokens.get(at + 2)) {
                path.push(tokens[at + 2].to_owned());
                at += 2;
            }
            source.paths.push(path);
        } else {
            source.words.insert(token.to_owned());
        }
        at += 1;
    }
    source
}

fn is_start(word: &str, children: &BTreeSet<String>) -> bool {
    matches!(word, "crate" | "super" | "self") || children.contains(word)
}

fn is_word(token: Option<&&str>) -> bool {
    token.is_some_and(|token| token.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

impl Source {
    /// Reads what follows `use` and gives where it ends.
    fn read_use(
        &mut self,
        tokens: &[&str],
        from: usize,
        is_handed_on: bool,
        children: &BTreeSet<String>,
    ) -> usize {
        let mut found = Vec::new();
        let end = tree(tokens, from, &[], &mut found);
        for (path, name) in found {
            if !is_start(&path[0], children) {
                continue;
            }
            if is_handed_on {
                self.handed_on.insert(name.clone());
            } else {
                self.paths.push(path.clone());
            }
            self.names.insert(name, path);
        }
        end
    }
}

/// The paths of a `use` tree with the names that they get. `*` stands for itself.
fn tree(
    tokens: &[&str],
    from: usize,
    prefix: &[String],
    found: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut at = from;
    while at < tokens.len() {
        match tokens[at] {
            "::" => at += 1,
            "{" => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    at = tree(tokens, at, &path, found);
                    assert!(
                        matches!(tokens.get(at), Some(&("," | "}"))),
                        "{:?}",
                        &tokens[from..at]
                    );
                    at += usize::from(tokens[at] == ",");
                }
                return at + 1;
            }
            ";" | "," | "}" => break,
            "as" => {
                found.push((path, tokens[at + 1].to_owned()));
                return at + 2;
            }
            // The module itself, at the end of a list's path.
            "self" if !path.is_empty() => at += 1,
            word => {
                path.push(word.to_owned());
                at += 1;
            }
        }
    }
    if let Some(name) = path.last().cloned() {
        found.push((path, name));
    }
    at
}

/// What each file needs of the others.
pub(super) fn needs(sources: &Sources) -> BTreeMap<ModulePath, BTreeSet<ModulePath>> {
    let of = |(module, source): (&ModulePath, &Source)| {
        let used_too = source.handed_on.intersection(&source.words);
        let paths = source.paths.iter().chain(used_too.map(|name| &source.names[name]));
        let found = paths.map(|path| home(module, path, sources)).filter(|found| found != module);
        (module.clone(), found.collect())
    };
    sources.iter().map(of).collect()
}

/// The file that a path leads to, from where it stands. A name that is only brought in is followed to where
/// it comes from.
fn home(from: &[String], path: &[String], sources: &Sources) -> ModulePath {
    const MAX_STEPS: usize = 8;
    let mut at = (from.to_vec(), path);
    for step in 0..MAX_STEPS {
        let (module, rest) = walk(&at.0, at.1, sources);
        let Some(name) = rest.first() else { return module };
        // The path of a `use` line is not explained by that line.
        let is_own = step == 0 && module == from;
        let known = sources.get(&module).and_then(|source| source.names.get(name));
        match known.filter(|_| !is_own) {
            Some(known) => at = (module, known),
            None => return module,
        }
    }
    at.0
}

/// Follows a path as long as it names modules; what is left names something in the last one.
fn walk<'a>(from: &[String], path: &'a [String], sources: &Sources) -> (ModulePath, &'a [String]) {
    let mut module = from.to_vec();
    for (index, word) in path.iter().enumerate() {
        match word.as_str() {
            "crate" => module.clear(),
            "super" => drop(module.pop()),
            "self" => {}
            word => {
                module.push(word.to_owned());
                if !sources.contains_key(&module) {
                    module.pop();
                    return (module, &path[index..]);
                }
            }
        }
    }
    (module, &[])
}
