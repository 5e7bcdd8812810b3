//! Changing the shared config file: one of us at a time, and never over what somebody else has just
//! written.

use std::path::Path;
use std::time::Instant;

use sso_cp_cache::{Lock, Locked};
use sso_cp_config::{Contents, Document, LostReaders, Saved};
use sso_cp_provider::limits;

use crate::context::Context;
use crate::messages::failure::{Failure, Setup};
use crate::messages::text::shown_path;
use crate::process::output;

/// How often a change is made anew because another program changed the file meanwhile. It takes
/// milliseconds, and nobody types that fast.
pub(crate) const MAX_ATTEMPTS: u32 = 5;

/// Makes a change, and makes it again where the file was changed by somebody else before it was
/// written. Gives what the change gave, and whether anything was written.
pub(crate) fn change<T>(
    context: &Context,
    mut change: impl FnMut(&mut Document) -> Result<T, Failure>,
) -> Result<(T, Saved), Failure> {
    let _locked = lock(context);
    for _ in 0..MAX_ATTEMPTS {
        let mut document = read(context)?;
        let made = change(&mut document)?;
        // No signal comes between the file and its place.
        let _held = context.interrupt().hold();
        match document.save().map_err(Failure::edit)? {
            Saved::ChangedMeanwhile => {}
            saved => return Ok((made, saved)),
        }
    }
    let path = context.files().config.clone();
    Err(Failure::Setup(Setup::KeepsChanging { path }))
}

/// Keeps others of us away from the config file, for as long as this lives.
fn lock(context: &Context) -> Locked {
    let path = &context.files().config;
    let locked = Lock::SharedFile(path).take(context.folders(), Instant::now() + limits::LOCKS);
    context.debug.tell(|| match locked.is_held() {
        true => "holding the config file's lock".to_owned(),
        false => "going on without the config file's lock".to_owned(),
    });
    locked
}

/// Writes the config and the credentials file as they were shown to a person, and gives how many there were to
/// write. Where one of them has changed since, neither is written: nobody has seen what it would become. Where only
/// the second one fails, which has been looked at just before, it is said that the first one is written.
pub(crate) fn write_as_shown(
    documents: [&Document; 2],
    context: &Context,
) -> Result<usize, Failure> {
    let changed = |document: &Document| {
        let path = document.path().to_owned();
        Failure::Setup(Setup::ChangedSinceShown { path })
    };
    let _locked = lock(context);
    for document in documents {
        if !document.is_current().map_err(Failure::edit)? {
            return Err(changed(document));
        }
    }
    let mut written = Vec::new();
    for document in documents {
        let _held = context.interrupt().hold();
        let saved = match document.save().map_err(Failure::edit) {
            Ok(Saved::ChangedMeanwhile) => Err(changed(document)),
            saved => saved,
        };
        match saved {
            Ok(Saved::Written) => written.push(document.path()),
            Ok(_) => {}
            Err(failure) => {
                for path in written {
                    output::say(&format!(
                        "sso-cp: {} was written\n",
                        shown_path(path, context.home())
                    ));
                }
                return Err(failure);
            }
        }
    }
    Ok(written.len())
}

/// The config file as it is now.
pub(crate) fn read(context: &Context) -> Result<Document, Failure> {
    Document::config(context.files()).map_err(Failure::edit)
}

/// The credentials file as it is now.
pub(crate) fn read_credentials(context: &Context) -> Result<Document, Failure> {
    Document::credentials(context.files()).map_err(Failure::edit)
}

/// Refuses a change by which some tool would get no credentials any more, where it does today.
pub(crate) fn check_readers(
    document: &Document,
    credentials: &Contents,
    context: &Context,
) -> Result<(), Failure> {
    let lost = document.lost_readers(credentials).map_err(Failure::edit)?;
    match lost.into_iter().next() {
        None => Ok(()),
        Some(LostReaders { profile, tools }) => {
            let path = context.files().config.clone();
            Err(Failure::Setup(Setup::Unread { profile, tools, path }))
        }
    }
}

/// Refuses a profile that tools would get no credentials by, although they read the file.
pub(crate) fn check_profile_is_read(
    document: &Document,
    profile: &str,
    credentials: &Contents,
    context: &Context,
) -> Result<(), Failure> {
    let tools = document.blind_tools(profile, credentials).map_err(Failure::edit)?;
    if tools.is_empty() {
        return Ok(());
    }
    let (profile, path) = (profile.to_owned(), context.files().config.clone());
    Err(Failure::Setup(Setup::Unread { profile, tools, path }))
}

/// How a config file gets to us: `credential_process = PROGRAM --profile NAME`, PROGRAM being our
/// absolute path, which a program started from a desktop finds too. A path that a shell or an SDK
/// would take apart is left to PATH instead.
pub(crate) fn credential_process(profile: &str, context: &Context) -> String {
    let path = program(context);
    let program = path.as_deref().filter(|path| is_plain(path));
    program.map_or_else(|| portable_process(profile), |path| format!("{path} --profile {profile}"))
}

/// The same for every machine that has us on its PATH.
pub(crate) fn portable_process(profile: &str) -> String {
    format!("sso-cp --profile {profile}")
}

/// A path as the first word of a command, in quotes where it has blanks; `None` for what would be taken apart anyway.
pub(crate) fn program_word(path: &str) -> Option<String> {
    match is_plain(path) {
        true => Some(path.to_owned()),
        false => is_plain(&path.replace(' ', "")).then(|| format!("\"{path}\"")),
    }
}

/// The path by which PATH leads to us, if it does: it stays the same where a package manager puts
/// each version in a folder of its own.
pub(crate) fn program(context: &Context) -> Option<String> {
    let running = std::env::current_exe().ok()?;
    let name = running.file_name()?;
    let search = context.env().raw("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&search)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|candidate| is_same(candidate, &running));
    Some(in_path.unwrap_or(running).to_str()?.to_owned())
}

/// What we are called: we may have been renamed.
pub(crate) fn running_name() -> Option<String> {
    Some(std::env::current_exe().ok()?.file_name()?.to_str()?.to_owned())
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| Some(one) == real(other))
}

/// Windows tools mostly pass the line to `cmd.exe`, to which `%` and `,` mean something; the AWS CLI splits it as programs there
/// do, and neither takes a backslash for more than it is.
fn is_plain(path: &str) -> bool {
    let plain = if cfg!(windows) { "_-.+@~\\:/" } else { "_-.+@%,/" };
    path.chars().all(|letter| letter.is_ascii_alphanumeric() || plain.contains(letter))
}
