//! `sso-cp seal`: turns a session's store to sealed files, makes the key for it where there is none, and with
//! `--new-key` a new one for everything that is sealed.

use sso_cp_config::{
    Change, Document, Listing, ProfileKind, SectionEdit, SectionName, Session, SessionName, Store,
    keys,
};
use sso_cp_provider::{ProfilesBySession, StoreChange, StoreError};

use super::shared_file;
use super::store::{self, Source};
use crate::args::commands::Seal;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::store as words;
use crate::messages::usage::usage;
use crate::process::output;

/// Seals and says so.
pub(crate) fn run(context: &Context, flags: &Seal) -> Result<(), Failure> {
    context.interrupt();
    let source = Source::read(flags.key.as_deref(), flags.command.as_deref())?;
    // A new key is for all that is sealed, so no session need be named for it.
    let is_for_key_alone =
        flags.new_key && context.selection.is_none() && context.provider.key_source()?.is_some();
    let session = if is_for_key_alone { None } else { Some(session(context)?) };
    if let Some(session) = &session {
        check_writable(session, context)?;
    }
    key(context, source, flags.new_key)?;
    match session {
        Some(session) => seal(&session, wanted(&session, flags), context),
        None => Ok(()),
    }
}

/// The selected session, which has a section of its own.
pub(super) fn session(context: &Context) -> Result<Session, Failure> {
    let session = context.provider.session(&context.selected())?;
    match session.name {
        SessionName::Named(_) => Ok(session),
        SessionName::Legacy => Err(usage(
            "a legacy profile has no `[sso-session]` section that could say how its sign-in is kept"
                .to_owned(),
            "run `sso-cp migrate` first",
        )),
    }
}

/// Turns a session's files to another mode, and says so in its section.
pub(super) fn turn(
    session: &Session,
    wanted: Store,
    profiles: &ProfilesBySession<'_>,
    context: &Context,
) -> Result<StoreChange, Failure> {
    let (provider, cleanup) = (&context.provider, context.cleanup());
    let change = provider.begin_store_change(session, wanted, profiles, cleanup)?;
    if let Err(failure) = write(session, wanted, context) {
        change.undo();
        return Err(failure);
    }
    Ok(change.finish()?)
}

fn write(session: &Session, wanted: Store, context: &Context) -> Result<(), Failure> {
    shared_file::change(context, |document| edit(document, session, wanted)).map(drop)
}

fn edit(document: &mut Document, session: &Session, wanted: Store) -> Result<(), Failure> {
    let SessionName::Named(name) = &session.name else { return Ok(()) };
    let change = match wanted {
        Store::Plain => Change::remove(keys::SSO_CP_STORE),
        Store::Sealed => Change::set(keys::SSO_CP_STORE, "sealed"),
        Store::SealedAll => Change::set(keys::SSO_CP_STORE, "sealed-all"),
    };
    let section = SectionName::SsoSession(name.clone());
    document.edit(&[SectionEdit { section, changes: vec![change] }]).map_err(Failure::edit)
}

/// Finds out whether the config file can be changed, before anything else is.
fn check_writable(session: &Session, context: &Context) -> Result<(), Failure> {
    let mut document = shared_file::read(context)?;
    edit(&mut document, session, Store::Sealed)?;
    document.check().map_err(Failure::edit)
}

/// Never less than what there is: that would put credentials where others read them.
fn wanted(session: &Session, flags: &Seal) -> Store {
    match (flags.all_credentials, session.settings().store) {
        (true, _) | (_, Store::SealedAll) => Store::SealedAll,
        _ => Store::Sealed,
    }
}

/// Sees that there is a key and that it is at hand.
fn key(context: &Context, source: Option<Source>, is_new: bool) -> Result<(), Failure> {
    let provider = &context.provider;
    let Some(kept) = provider.key_source()? else {
        let source = source.unwrap_or(Source::Passphrase);
        let refusal = source.with_new_key(context, |new| provider.first_key(new))?;
        output::say(&words::first_key(source.word()));
        say_refusal(refusal.as_ref());
        return Ok(());
    };
    let current = Source::of(&kept);
    if !is_new && source.as_ref().is_some_and(|source| *source != current) {
        return Err(Failure::Store(StoreError::KeyExists { source: kept.source() }));
    }
    let unlocked = store::unlock(context, None)?;
    if !is_new {
        say_refusal(unlocked.refusal.as_ref());
        return Ok(());
    }
    let source = source.unwrap_or(current);
    let rotated = source.with_new_key(context, |new| provider.rotate_key(new))?;
    output::say(&words::rotated(&rotated));
    for line in words::left_behind(&rotated.left, context.home()) {
        output::say(&line);
    }
    say_refusal(rotated.refusal.as_ref());
    Ok(())
}

fn say_refusal(refusal: Option<&sso_cp_provider::Refusal>) {
    if let Some(refusal) = refusal {
        output::say(&words::not_kept(refusal));
    }
}

fn seal(session: &Session, wanted: Store, context: &Context) -> Result<(), Failure> {
    let listing = Listing::read(context.files(), context.env())?;
    let profiles = ProfilesBySession::new(&listing);
    let change = turn(session, wanted, &profiles, context)?;
    output::say(&words::sealed(session, wanted));
    if let Some(stays) = &change.stays {
        output::say(&words::stays(stays, session, context.home()));
    }
    let key = sso_cp_provider::session_key(session);
    let is_standard = |kind| kind == Some(ProfileKind::Session);
    let standard = profiles.of(&key).iter().filter(|profile| is_standard(profile.kind));
    let names: Vec<&str> = standard.map(|profile| profile.name).collect();
    output::say(&words::other_tools(&names));
    Ok(())
}
