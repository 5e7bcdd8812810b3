//! What an entry of the list of commands is made of.

pub(super) const COMMANDS: &str = include_str!("commands.txt");

/// Commands and their kinds.
pub(super) fn entries() -> impl Iterator<Item = Command> {
    COMMANDS.split("\n\n").filter_map(Command::of_lines)
}

/// A command, or a kind of one.
#[derive(Clone, Copy)]
pub(crate) struct Command {
    /// The command that it is a kind of.
    pub(super) of: Option<&'static str>,
    /// Its word.
    pub(crate) word: &'static str,
    /// What it does, as its help says.
    pub(crate) about: &'static str,
    /// What it takes beside flags.
    pub(crate) operand: Option<Operand>,
    /// Its own flags, one per line.
    pub(super) flags: &'static str,
}

impl Command {
    /// From its lines in `commands.txt`.
    fn of_lines(lines: &'static str) -> Option<Command> {
        let (head, rest) = lines.split_once('\n')?;
        let (about, flags) = rest.split_once('\n').unwrap_or((rest, ""));
        let (words, operand) = match head.split_once(" <") {
            Some((words, operand)) => (words, Some(Operand::of_text(operand)?)),
            None => (head, None),
        };
        let (of, word) = match words.split_once(' ') {
            Some((command, kind)) => (Some(command), kind),
            None => (None, words),
        };
        Some(Command { of, word, about: about.trim_start(), operand, flags })
    }

    /// Its own flags.
    pub(crate) fn flags(&self) -> impl Iterator<Item = Flag> + use<> {
        flags(self.flags)
    }

    /// Its kinds, each with flags of its own; none of most commands.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Command> + use<> {
        let word = self.word;
        let is_command = self.of.is_none();
        entries().filter(move |entry| is_command && entry.of == Some(word))
    }

    pub(crate) fn has_kinds(&self) -> bool {
        self.kinds().next().is_some()
    }

    /// Its own flags and those of its kinds, each once.
    pub(crate) fn all_flags(&self) -> Vec<Flag> {
        let mut flags: Vec<Flag> = self.flags().collect();
        for flag in self.kinds().flat_map(|kind| kind.flags()) {
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
#[derive(Clone, Copy)]
pub(crate) struct Operand {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) values: Values,
}

impl Operand {
    /// `name:profiles> a profile`
    fn of_text(text: &'static str) -> Option<Operand> {
        let (value, about) = text.split_once('>')?;
        let Value { name, values } = Value::of_text(value);
        Some(Operand { name, about: about.trim_start(), values })
    }
}

/// One flag.
#[derive(Clone, Copy)]
pub(crate) struct Flag {
    /// `--profile`
    pub(crate) name: &'static str,
    /// What it means, as its help says.
    pub(crate) about: &'static str,
    /// The value that it takes, if it takes one.
    pub(crate) value: Option<Value>,
}

impl Flag {
    /// `--profile <name:profiles> a profile of the shared config file`
    fn of_line(line: &'static str) -> Flag {
        let (name, rest) = line.trim_start().split_once(' ').unwrap_or((line, ""));
        match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((value, about)) => {
                Flag { name, about: about.trim_start(), value: Some(Value::of_text(value)) }
            }
            None => Flag { name, about: rest, value: None },
        }
    }
}

/// The flags of these lines.
pub(super) fn flags(lines: &'static str) -> impl Iterator<Item = Flag> {
    lines.lines().map(Flag::of_line)
}

/// The value of a flag.
#[derive(Clone, Copy)]
pub(crate) struct Value {
    /// What the help calls it: `<name>`.
    pub(crate) name: &'static str,
    pub(crate) values: Values,
}

impl Value {
    /// Its name, and behind a colon what may stand there.
    fn of_text(text: &'static str) -> Value {
        let (name, values) = text.split_once(':').unwrap_or((text, ""));
        let values = match values {
            "" => Values::Any,
            "profiles" => Values::Profiles,
            "services" => Values::ProfilesAndServices,
            "sessions" => Values::Sessions,
            "names" => Values::Names,
            "file" => Values::File,
            "program" => Values::Program,
            words => Values::OneOf(words),
        };
        Value { name, values }
    }
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
    /// One of these words, which have `|` between them.
    OneOf(&'static str),
    /// A file.
    File,
    /// Another program and its arguments, behind `--`; before it, the name of a profile.
    Program,
    /// Anything.
    Any,
}
