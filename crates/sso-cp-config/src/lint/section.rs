//! Flaws of the lines below a header.

use std::collections::HashMap;

use super::flaw::{Flaw, Mark, Problem};
use super::header::{self, Default};
use crate::grammar::{self, FileKind};
use crate::keys;
use crate::spelling::edit_distance;

/// Goes from line to line and notes what some tool has trouble with.
pub(super) struct Reader {
    kind: FileKind,
    flaws: Vec<Flaw>,
    /// Where each section stands first, by the text between its brackets.
    sections: HashMap<String, usize>,
    /// And by what messages call it.
    titles: HashMap<String, usize>,
    defaults: [Option<usize>; 2],
    /// The title of the section above.
    above: Option<String>,
    inside: Inside,
}

/// Where the reader is.
struct Inside {
    /// Whether any header was met.
    is_section: bool,
    title: Option<String>,
    /// `[NAME]` without a word before it, and its line, until a profile's key is met below it.
    bare: Option<(String, usize)>,
    keys: HashMap<String, usize>,
    /// The key that an indented line goes on with.
    key: Option<Key>,
    /// Whether its header is indented below a key.
    is_in_value: bool,
    /// Whether the first key is indented.
    is_indented: bool,
    /// The key of an indented block that is behind us.
    indented_block: Option<String>,
}

struct Key {
    name: String,
    indent: usize,
    /// It has no value of its own, so a nested block may follow.
    is_block: bool,
    /// Its continuation was reported already.
    is_told: bool,
}

impl Inside {
    fn section(title: Option<String>) -> Inside {
        Inside {
            is_section: true,
            title,
            bare: None,
            keys: HashMap::new(),
            key: None,
            is_in_value: false,
            is_indented: false,
            indented_block: None,
        }
    }
}

impl Reader {
    pub(super) fn new(kind: FileKind) -> Reader {
        let inside = Inside { is_section: false, ..Inside::section(None) };
        let (flaws, sections, titles) = (Vec::new(), HashMap::new(), HashMap::new());
        Reader { kind, flaws, sections, titles, defaults: [None; 2], above: None, inside }
    }

    /// How many flaws are noted.
    pub(super) fn count(&self) -> usize {
        self.flaws.len()
    }

    pub(super) fn finish(self) -> Vec<Flaw> {
        self.flaws
    }

    pub(super) fn line(&mut self, number: usize, line: &str) {
        let text = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if text.is_empty() {
            return;
        }
        if grammar::is_comment(text.as_bytes()) {
            return self.comment(number, indent);
        }
        if text.starts_with('[') {
            return self.header(number, line, indent);
        }
        if !self.inside.is_section {
            return self.note(number, Problem::BeforeSections);
        }
        match &self.inside.key {
            Some(key) if indent > key.indent => self.below_key(number, text),
            _ => self.setting(number, text, indent),
        }
    }

    fn note(&mut self, line: usize, problem: Problem) {
        let (section, above) = (self.inside.title.clone(), self.above.clone());
        self.flaws.push(Flaw { line, section, above, problem });
    }

    fn comment(&mut self, number: usize, indent: usize) {
        if indent == 0 || !self.inside.is_section {
            return;
        }
        let problem = match &self.inside.key {
            None => Problem::IndentedCommentFirst,
            Some(Key { name, is_block: true, .. }) => Problem::CommentInBlock { key: name.clone() },
            Some(Key { name, .. }) => Problem::IndentedComment { key: name.clone() },
        };
        self.note(number, problem);
    }

    fn header(&mut self, number: usize, line: &str, indent: usize) {
        let is_in_value = self.inside.key.is_some();
        let read = header::read(line, self.kind);
        let inside =
            Inside { is_in_value: is_in_value && indent > 0, ..Inside::section(read.title) };
        self.above = std::mem::replace(&mut self.inside, inside).title;
        if indent > 0 {
            let problem = match is_in_value {
                true => Problem::IndentedHeaderInValue,
                false => Problem::IndentedHeader,
            };
            self.note(number, problem);
        }
        let names_nothing = self.inside.title.is_none() && read.problems.is_empty();
        if names_nothing && self.kind == FileKind::Config {
            self.inside.bare = Some((read.raw.trim_ascii().to_owned(), number));
        }
        for problem in read.problems {
            self.note(number, problem);
        }
        match self.sections.get(&read.raw) {
            Some(&first_line) => self.note(number, Problem::DuplicateSection { first_line }),
            None => {
                self.sections.insert(read.raw, number);
                self.note_spelling(number, read.default);
            }
        }
        if self.kind == FileKind::Config {
            self.note_default(number, read.default);
        }
    }

    /// The same section by another text between the brackets. The two defaults have a row of their own.
    fn note_spelling(&mut self, number: usize, default: Option<Default>) {
        let Some(title) = self.inside.title.clone().filter(|_| default.is_none()) else { return };
        match self.titles.get(&title) {
            Some(&first_line) => self.note(number, Problem::SecondSpelling { first_line }),
            None => {
                self.titles.insert(title, number);
            }
        }
    }

    fn note_default(&mut self, number: usize, default: Option<Default>) {
        let Some(default) = default else { return };
        let (own, other) = match default {
            Default::Bare => (0, 1),
            Default::Prefixed => (1, 0),
        };
        if self.defaults[own].is_none() && self.defaults[other].is_some() {
            self.note(number, Problem::TwoDefaults { bare_is_last: default == Default::Bare });
        }
        self.defaults[own].get_or_insert(number);
    }

    /// A line that is indented more than the key above it.
    fn below_key(&mut self, number: usize, text: &str) {
        let Some(key) = &mut self.inside.key else { return };
        let name = key.name.clone();
        let has_delimiter = text.contains(['=', ':']);
        match (key.is_block, has_delimiter) {
            (true, true) if key.indent > 0 => self.inside.indented_block = Some(name),
            (true, true) => {}
            (true, false) => self.note(number, Problem::NestedWithoutDelimiter { key: name }),
            (false, _) if key.is_told => {}
            (false, _) => {
                key.is_told = true;
                self.note(number, Problem::Continued { key: name });
            }
        }
    }

    fn setting(&mut self, number: usize, text: &str, indent: usize) {
        let Some((key, value)) = grammar::split(text) else {
            return self.note(number, Problem::NoDelimiter);
        };
        if key.is_empty() {
            return self.note(number, Problem::NoKey);
        }
        let name = key.to_ascii_lowercase();
        let is_first = self.inside.key.is_none() && self.inside.keys.is_empty();
        self.inside.is_indented |= is_first && indent > 0;
        // Who takes an indented header for a part of the value above takes such keys for that, too.
        if self.inside.is_indented && indent > 0 && !self.inside.is_in_value {
            self.note(number, Problem::IndentedKey { key: name.clone(), is_first });
        }
        if let Some(block) = self.inside.indented_block.clone().filter(|_| indent > 0) {
            self.note(number, Problem::BelowIndentedBlock { key: name.clone(), block });
        }
        self.spelling(number, key, text);
        match self.inside.keys.get(&name) {
            Some(&first_line) => {
                self.note(number, Problem::DuplicateKey { key: name.clone(), first_line });
            }
            None => {
                self.inside.keys.insert(name.clone(), number);
            }
        }
        if is_profile_key(&name)
            && let Some((bare, line)) = self.inside.bare.take()
        {
            self.note(line, Problem::NoPrefix { name: bare });
        }
        self.own_key(number, &name);
        self.value(number, &name, value);
        let is_block = value.trim_ascii().is_empty();
        self.inside.key = Some(Key { name, indent, is_block, is_told: false });
    }

    /// A key of ours or of AWS's sign-in that nothing reads: a slip of the finger, or the wrong section. A policy that nobody
    /// applies would not be missed otherwise.
    fn own_key(&mut self, number: usize, name: &str) {
        let is_session =
            self.inside.title.as_deref().is_some_and(|title| title.starts_with("sso-session "));
        if !name.starts_with(keys::OWN_PREFIX) {
            let standard = if is_session { &OF_SESSION[..] } else { &keys::STANDARD_SSO };
            // Other tools have `sso_` keys of their own, so only what is nearly one of AWS's is taken for it.
            let is_slip = name.starts_with("sso")
                && grammar::is_identifier(name)
                && !OF_SESSION.contains(&name);
            if is_slip
                && let meant @ Some(known) = nearest(name, standard, 2)
                && known != name
            {
                self.note(number, Problem::UnknownOwnKey { key: name.to_owned(), meant });
            }
            return;
        }
        let (here, there, belongs_in) = match is_session {
            true => (&keys::OWN_OF_SESSION[..], &keys::OWN_OF_PROFILE[..], "profile"),
            false => (&keys::OWN_OF_PROFILE[..], &keys::OWN_OF_SESSION[..], "sso-session"),
        };
        if here.contains(&name) {
            return;
        }
        let key = name.to_owned();
        self.note(
            number,
            match there.contains(&name) {
                true => Problem::MisplacedOwnKey { key, belongs_in },
                false => Problem::UnknownOwnKey { meant: nearest(name, here, 3), key },
            },
        );
    }

    fn spelling(&mut self, number: usize, key: &str, text: &str) {
        if !grammar::is_identifier(key) {
            return self.note(number, Problem::OddKey { key: key.to_owned() });
        }
        if text[key.len()..].trim_ascii_start().starts_with(':') {
            self.note(number, Problem::Colon { key: key.to_owned() });
        }
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.note(number, Problem::CapitalKey { key: key.to_owned() });
        }
    }

    fn value(&mut self, number: usize, name: &str, value: &str) {
        let whole = value.trim_ascii();
        let key = || name.to_owned();
        if whole == "\"" {
            return self.note(number, Problem::LoneQuote { key: key() });
        }
        if !is_decisive(name) {
            return;
        }
        if let Some(start) = grammar::comment_start(value.as_bytes()) {
            let is_semicolon = value[start..].trim_ascii_start().starts_with(';');
            let mark = if is_semicolon { Mark::Semicolon } else { Mark::NumberSign };
            self.note(number, Problem::InlineComment { key: key(), mark });
        }
        let is_quoted =
            |quote| whole.len() > 1 && whole.starts_with(quote) && whole.ends_with(quote);
        // What quotes do to a command is reported where commands are looked at.
        if name != keys::CREDENTIAL_PROCESS && (is_quoted('"') || is_quoted('\'')) {
            self.note(number, Problem::QuotedValue { key: key() });
        }
    }
}

/// The standard keys of an sso-session.
const OF_SESSION: [&str; 3] =
    [keys::SSO_START_URL, keys::SSO_REGION, keys::SSO_REGISTRATION_SCOPES];

/// The key that was probably meant, at most so many slips of the finger away.
fn nearest(name: &str, known: &'static [&'static str], slips: usize) -> Option<&'static str> {
    let distances = known.iter().map(|known| (edit_distance(name, known), *known));
    distances.min().filter(|(distance, _)| *distance <= slips).map(|(_, known)| known)
}

/// Whether a key decides who gets which credentials from where, in AWS's own tools.
fn is_decisive(key: &str) -> bool {
    const KEYS: [&str; 5] = [
        keys::CREDENTIAL_PROCESS,
        keys::REGION,
        keys::ROLE_ARN,
        keys::SOURCE_PROFILE,
        keys::SERVICES,
    ];
    KEYS.contains(&key) || (key.starts_with("sso_") && !key.starts_with(keys::OWN_PREFIX))
}

/// Whether a key has its place in a profile.
fn is_profile_key(key: &str) -> bool {
    is_decisive(key) || key.starts_with(keys::OWN_PREFIX) || key.starts_with("aws_")
}
