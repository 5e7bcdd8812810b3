//! What the commands around the sealed store share: asking for a passphrase, unlocking on the way to
//! something else, and a new key.

use std::io::IsTerminal;
use std::time::Duration;

use sso_cp_cache::{Error as CacheError, WhyLocked};
use sso_cp_config::{Session, Store, command_words};
use sso_cp_provider::{
    Error, Kept, KeyCommand, NewKey, Passphrase, StoreError, StoreLocked, Unlocked, limits,
};
use sso_cp_types::Secret;

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::store as words;
use crate::messages::usage::usage;
use crate::process::output;
use crate::process::passphrase::{Typed, ask};

/// How often a passphrase may be wrong.
const MAX_TRIES: u32 = 3;

/// Where a new key is to be kept, as the flags say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Passphrase,
    SecretService,
    Command(KeyCommand),
}

impl Source {
    /// Reads `--key` and `--command`; `None` where neither is given.
    pub(crate) fn read(
        key: Option<&str>,
        command: Option<&str>,
    ) -> Result<Option<Source>, Failure> {
        let command = command.map(key_command).transpose()?;
        Ok(Some(match (key, command) {
            (None, None) => return Ok(None),
            (None | Some("command"), Some(command)) => Source::Command(command),
            (Some("command"), None) => {
                return Err(usage(
                    "`--key command` needs `--command`: the program that prints the key".to_owned(),
                    "write `--key command --command 'pass show sso-cp'`, or another program",
                ));
            }
            (Some("passphrase"), None) => Source::Passphrase,
            (Some("secret-service"), None) => Source::SecretService,
            (Some(other), None) => {
                return Err(usage(
                    format!("`{other}` keeps no key"),
                    "write `--key passphrase`, `--key secret-service` or `--key command`",
                ));
            }
            (Some(key), Some(_)) => {
                return Err(usage(
                    format!("`--key {key}` needs no `--command`"),
                    "write one of the two",
                ));
            }
        }))
    }

    /// Where the key is that a new one takes the place of.
    pub(crate) fn of(kept: &Kept) -> Source {
        match kept {
            Kept::Passphrase(_) => Source::Passphrase,
            Kept::SecretService(_) => Source::SecretService,
            Kept::Command(command) => Source::Command(command.clone()),
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Source::Passphrase => "passphrase",
            Source::SecretService => "secret-service",
            Source::Command(_) => "command",
        }
    }

    /// Gives `make` what it needs; a new passphrase is asked for here.
    pub(crate) fn with_new_key<T>(
        &self,
        context: &Context,
        make: impl FnOnce(&NewKey<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Failure> {
        let passphrase;
        let new = match self {
            Source::Passphrase => {
                passphrase = new_passphrase(context)?;
                NewKey::Passphrase(&passphrase)
            }
            Source::SecretService => NewKey::SecretService,
            Source::Command(command) => NewKey::Command(command.clone()),
        };
        Ok(make(&new)?)
    }
}

fn key_command(text: &str) -> Result<KeyCommand, Failure> {
    command_words(text).and_then(KeyCommand::new).ok_or_else(|| {
        usage(
            format!("`--command {text}` names no program"),
            "write the program and its arguments as in a shell, such as `--command 'pass show sso-cp'`",
        )
    })
}

/// Unlocks the store, for so long if a time is given. A passphrase may be wrong three times.
pub(crate) fn unlock(context: &Context, time: Option<Duration>) -> Result<Unlocked, Failure> {
    let provider = &context.provider;
    let mut outcome = provider.unlock(Passphrase::NotAsked, time);
    if !matches!(outcome, Err(StoreError::PassphraseNeeded)) {
        return Ok(outcome?);
    }
    for attempt in 1..=MAX_TRIES {
        let typed = asked(context, "passphrase of the sealed store: ")?;
        outcome = provider.unlock(Passphrase::Typed(&typed), time);
        match outcome {
            Err(StoreError::WrongPassphrase) if attempt < MAX_TRIES => output::say(words::AGAIN),
            done => return Ok(done?),
        }
    }
    Ok(outcome?)
}

/// Unlocks the store where a person is there, as a help on the way. Without it things go on as they are.
pub(crate) fn unlock_at_terminal(context: &Context) {
    if !std::io::stdin().is_terminal() {
        return;
    }
    if let Err(failure) = unlock(context, None) {
        output::report(&failure, &context.scene());
    }
}

/// Unlocks the store of a session where a sign-in needs it: a token that cannot be sealed must not be spent.
/// With `new_key`, a key takes the place of one that is lost. Says why it does not stay unlocked.
pub(crate) fn unlock_for(
    session: &Session,
    new_key: bool,
    context: &Context,
) -> Result<(), Failure> {
    if session.settings().store == Store::Plain {
        return match new_key {
            false => Ok(()),
            true => Err(usage(
                "`--new-key` is for a sealed session, and this one is not sealed".to_owned(),
                "leave it out, or run `sso-cp seal` first",
            )),
        };
    }
    if new_key {
        return replace_key(context);
    }
    if nobody_could_unlock(session, context) {
        let (session, why) = (session.name.clone(), WhyLocked::NotUnlocked);
        return Err(Error::StoreLocked(StoreLocked { session, why }).into());
    }
    let unlocked = unlock(context, None)?;
    if let Some(refusal) = &unlocked.refusal {
        output::say(&words::not_kept(refusal));
    }
    Ok(())
}

/// Whether the store is locked by a passphrase that nobody can type here.
fn nobody_could_unlock(session: &Session, context: &Context) -> bool {
    let provider = &context.provider;
    !std::io::stdin().is_terminal()
        && matches!(provider.key_source(), Ok(Some(Kept::Passphrase(_))))
        && provider.is_locked(session)
}

/// Makes a key in the place of one that is lost, in the same kind of keystore.
fn replace_key(context: &Context) -> Result<(), Failure> {
    let source = match context.provider.key_source() {
        Ok(Some(kept)) => Source::of(&kept),
        // A file that is not understood says nothing about a keystore.
        Ok(None) | Err(StoreError::Cache(CacheError::KeyFile { .. })) => Source::Passphrase,
        Err(error) => return Err(error.into()),
    };
    let refusal = source.with_new_key(context, |new| context.provider.replace_key(new))?;
    output::say(&words::first_key(source.word()));
    if let Some(refusal) = refusal {
        output::say(&words::not_kept(&refusal));
    }
    Ok(())
}

/// A new passphrase, typed twice.
fn new_passphrase(context: &Context) -> Result<Secret, Failure> {
    for attempt in 1..=MAX_TRIES {
        let first = asked(context, "new passphrase for the sealed store: ")?;
        if first.expose().is_empty() {
            output::say(words::EMPTY);
            continue;
        }
        let second = asked(context, "the same passphrase again: ")?;
        if first == second {
            return Ok(first);
        }
        if attempt < MAX_TRIES {
            output::say(words::DIFFERENT);
        }
    }
    Err(usage(
        "there is no passphrase: what was typed was empty, or not the same twice".to_owned(),
        "run the command again; nothing has changed",
    ))
}

fn asked(context: &Context, question: &str) -> Result<Secret, Failure> {
    // The person may have to look it up.
    match ask(question, limits::SIGN_IN, context.interrupt()) {
        Typed::Passphrase(passphrase) => Ok(passphrase),
        Typed::NoTerminal => Err(usage(
            "a passphrase can be typed at a terminal only".to_owned(),
            match context.provider.key_source() {
                Ok(Some(Kept::Passphrase(_))) => "run the command in a terminal",
                _ => {
                    "run the command in a terminal, or keep the key elsewhere: `--key secret-service` or `--key command`"
                }
            },
        )),
        Typed::NoAnswer => Err(usage(
            "nobody has typed a passphrase".to_owned(),
            "run the command again; nothing has changed",
        )),
    }
}
