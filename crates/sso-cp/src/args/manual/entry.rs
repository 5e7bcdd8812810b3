//! What an entry of the table of commands is made of.

/// A command, or what all commands share.
pub(crate) struct Command {
    /// Its word.
    pub(crate) word: &'static str,
    /// What it does, as its help says.
    pub(crate) about: &'static str,
    /// Its own flags.
    pub(crate) flags: &'static [Flag],
    /// What it takes beside flags.
    pub(crate) operand: Option<Operand>,
}

impl Command {
    /// Its kinds, each with flags of its own; none of most commands.
    pub(crate) fn kinds(&self) -> &'static [Command] {
        match &self.operand {
            Some(Operand { values: Values::Kinds(kinds), .. }) => kinds,
            _ => &[],
        }
    }

    /// Its own flags and those of its kinds, each once.
    pub(crate) fn all_flags(&self) -> Vec<&'static Flag> {
        let mut flags: Vec<&Flag> = self.flags.iter().collect();
        for flag in self.kinds().iter().flat_map(|kind| kind.flags) {
            if flags.iter().all(|known| known.name != flag.name) {
                flags.push(flag);
            }
        }
        flags
    }

    /// What it does, in one sentence without its full stop.
    pub(crate) fn summary(&self) -> &'static str {
        self.about.split_once(". ").map_or(self.about.trim_end_matches('.'), |(first, _)| first)
    }
}

/// What a command takes beside flags.
pub(crate) struct Operand {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) values: Values,
}

/// What a command is about, by its name.
pub(crate) const NAME: Operand =
    Operand { name: "name", about: "a profile, or an sso-session", values: Values::Names };

/// One flag.
pub(crate) struct Flag {
    /// `--profile`
    pub(crate) name: &'static str,
    /// What it means, as its help says.
    pub(crate) about: &'static str,
    /// The value that it takes, if it takes one.
    pub(crate) value: Option<Value>,
}

/// The value of a flag.
pub(crate) struct Value {
    /// What the help calls it: `<name>`.
    pub(crate) name: &'static str,
    pub(crate) values: Values,
}

/// What may stand there.
#[derive(Clone, Copy)]
pub(crate) enum Values {
    /// The names of profiles.
    Profiles,
    /// The names of profiles, and of services of the console, in any order.
    ProfilesAndServices,
    /// The names of sso-sessions.
    Sessions,
    /// The names of both.
    Names,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, each with flags of its own.
    Kinds(&'static [Command]),
    /// A file.
    File,
    /// Another program and its arguments, behind `--`; before it, the name of a profile.
    Program,
    /// Anything.
    Any,
}

impl Values {
    /// The words that may stand there, where there are only so many.
    pub(crate) fn words(self) -> Option<Vec<&'static str>> {
        match self {
            Values::OneOf(words) => Some(words.to_vec()),
            Values::Kinds(kinds) => Some(kinds.iter().map(|kind| kind.word).collect()),
            _ => None,
        }
    }
}

pub(super) const fn switch(name: &'static str, about: &'static str) -> Flag {
    Flag { name, about, value: None }
}

pub(super) const fn option(
    name: &'static str,
    value: &'static str,
    values: Values,
    about: &'static str,
) -> Flag {
    Flag { name, about, value: Some(Value { name: value, values }) }
}
