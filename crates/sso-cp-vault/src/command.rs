//! A key that a program prints: `pass`, `op`, `age`, `systemd-creds`, macOS `security`, or any other.

use std::path::Path;
use std::time::Duration;

use crate::child::{Group, run};
use crate::error::{ChildProblem, Error};
use crate::key::{Key, KeyId};

/// A program and its arguments. No shell runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCommand(Vec<String>);

/// How long a program is waited for, and whether it may ask a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// A person has typed a command and may be asked something: 60 seconds.
    OfAPerson,
    /// A credential call: 5 seconds, and no terminal.
    OfACall,
}

impl Patience {
    pub(crate) fn time(self) -> Duration {
        const OF_A_PERSON: Duration = Duration::from_secs(60);
        const OF_A_CALL: Duration = Duration::from_secs(5);
        match self {
            Patience::OfAPerson => OF_A_PERSON,
            Patience::OfACall => OF_A_CALL,
        }
    }

    pub(crate) fn group(self) -> Group {
        match self {
            Patience::OfAPerson => Group::OfTheTerminal,
            Patience::OfACall => Group::Own,
        }
    }
}

impl KeyCommand {
    /// A program and its arguments; `None` where there is no program, or a NUL in one of them.
    pub fn new(words: Vec<String>) -> Option<KeyCommand> {
        let is_good = words.first().is_some_and(|program| !program.is_empty())
            && words.iter().all(|word| !word.contains('\0'));
        is_good.then_some(KeyCommand(words))
    }

    /// The program and its arguments.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// The program's name, without its folder: what people know it by.
    pub fn program(&self) -> String {
        let program = self.0.first().map_or("", String::as_str);
        let name = Path::new(program).file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| program.to_owned())
    }

    /// The key that the program prints now, whichever it is.
    ///
    /// # Errors
    ///
    /// [`Error::Child`].
    pub fn key(&self, patience: Patience) -> Result<Key, Error> {
        let printed = run(&self.0, None, patience.group(), patience.time());
        let key =
            printed.and_then(|printed| Key::from_printed(&printed).map_err(ChildProblem::NoKey));
        key.map_err(|problem| Error::Child { program: self.program(), problem })
    }

    /// The key of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Child`], or [`Error::OtherKey`].
    pub fn key_of(&self, id: KeyId, patience: Patience) -> Result<Key, Error> {
        let key = self.key(patience)?;
        match key.id() == id {
            true => Ok(key),
            false => Err(Error::OtherKey { program: self.program() }),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::error::KeyTextProblem;

    fn shell(script: &str) -> KeyCommand {
        KeyCommand::new(["/bin/sh", "-c", script].map(str::to_owned).to_vec()).unwrap()
    }

    #[test]
    fn the_printed_key_counts() {
        let key = Key::generate().unwrap();
        let command = shell(&format!("echo '{}'", *key.to_text()));
        assert_eq!(command.key(Patience::OfACall).unwrap(), key);
        assert_eq!(command.key_of(key.id(), Patience::OfAPerson).unwrap(), key);
        let other = command.key_of(Key::generate().unwrap().id(), Patience::OfACall).unwrap_err();
        assert_eq!(other.to_string(), "`sh` gave another key than the store's");
    }

    #[test]
    fn whatever_else_it_prints_is_not_shown() {
        let error = shell("echo hunter2").key(Patience::OfACall).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        let Error::Child { program, problem: ChildProblem::NoKey(problem) } = error else {
            panic!("{error:?}");
        };
        assert_eq!((program.as_str(), problem), ("sh", KeyTextProblem::NoKey));
    }

    #[test]
    fn a_command_has_a_program() {
        assert_eq!(KeyCommand::new(vec![]), None);
        assert_eq!(KeyCommand::new(vec![String::new()]), None);
        assert_eq!(KeyCommand::new(vec!["a\0b".to_owned()]), None);
        assert_eq!(KeyCommand::new(vec!["/usr/bin/pass".to_owned()]).unwrap().program(), "pass");
    }
}
