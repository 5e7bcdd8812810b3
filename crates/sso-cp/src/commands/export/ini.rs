//! A section of a credentials file, for tools that read only that: printed, or put into the file.

use sso_cp_cache::{Lock, Pending, read_file};
use sso_cp_config::{Selection, Tool, Winner, is_section_name, keys, survey, with_own_section};
use sso_cp_provider::limits;
use sso_cp_types::RoleCredentials;
use zeroize::Zeroizing;

use super::lines::joined;
use crate::commands::shared_file::MAX_ATTEMPTS;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure, Setup};
use crate::messages::text::shown_path;
use crate::messages::tools::tools;
use crate::messages::usage::usage;
use crate::process::output;

/// What the section is called: as the flag says, else as the profile.
pub(super) fn section_name(context: &Context, given: Option<&str>) -> Result<String, Failure> {
    let name = match (given, context.selected()) {
        (Some(name), _) => name.to_owned(),
        (None, Selection::Profile(profile)) => profile,
        (None, _) => {
            return Err(usage(
                "a section needs a name, and no profile is selected".to_owned(),
                &format!("write `{}`", context.typed_with("--format ini --section NAME")),
            ));
        }
    };
    match is_section_name(&name) {
        true => Ok(name),
        false => Err(usage(
            format!("`{name}` cannot be the name of a section"),
            "write `--section NAME` without blanks, quotes and brackets",
        )),
    }
}

/// The section, for stdout.
pub(super) fn text(name: &str, credentials: &RoleCredentials) -> Zeroizing<Vec<u8>> {
    let lines = lines(credentials);
    let mut pieces = vec!["[", name, "]\n"];
    pieces.extend(lines.iter().flat_map(|line| [line.as_str(), "\n"]));
    joined(&pieces)
}

/// Puts the section into the credentials file, or replaces the one that we wrote. Other tools write
/// there too, and take no lock of ours: what they wrote meanwhile is read again.
pub(super) fn write(
    context: &Context,
    name: &str,
    credentials: &RoleCredentials,
) -> Result<(), Failure> {
    let (folders, path) = (context.folders(), &context.files().credentials);
    let interrupt = context.interrupt();
    let _lock = Lock::SharedFile(path).take(folders, std::time::Instant::now() + limits::LOCKS);
    let lines = lines(credentials);
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
    for _ in 0..MAX_ATTEMPTS {
        let _held = interrupt.hold();
        let before = read_file(path)?;
        let before = before.as_ref().map(|bytes| bytes.as_slice());
        let after = with_own_section(before.unwrap_or_default(), name, &lines);
        let after = Zeroizing::new(after.map_err(|foreign| {
            let (section, path) = (name.to_owned(), path.clone());
            Failure::Direct(Direct::ForeignSection { section, path, line: foreign.line })
        })?);
        let pending = Pending::begin(folders, path)?;
        if pending.finish_over(before, &after)? {
            tell(context, name);
            return Ok(());
        }
    }
    Err(Failure::Setup(Setup::KeepsChanging { path: path.clone() }))
}

/// Says what was written, and who takes it in place of the profile of that name. The result is in the file: what the
/// profile says could be read a moment ago, and an error here would hide that.
fn tell(context: &Context, name: &str) {
    let file = shown_path(&context.files().credentials, context.home());
    output::say(&format!("sso-cp: wrote section [{name}] of {file}\n"));
    let profiles = survey(context.files()).unwrap_or_default();
    let Some(profile) = profiles.iter().find(|profile| profile.name == name) else { return };
    if profile.credential_process.is_none() && profile.sso_keys().is_empty() {
        return;
    }
    let wins = |tool: &Tool| profile.winner(*tool) == Winner::Static;
    let who: Vec<Tool> = Tool::ALL.into_iter().filter(wins).collect();
    if !who.is_empty() {
        output::say(&format!(
            "sso-cp: its keys win over profile `{name}` in {} until they are removed; `--section NAME` names another section\n",
            tools(&who)
        ));
    }
}

fn lines(credentials: &RoleCredentials) -> [Zeroizing<String>; 4] {
    let line = |key: &str, value: &str| Zeroizing::new(format!("{key} = {value}"));
    [
        Zeroizing::new(format!("# expires {}", credentials.expires_at)),
        line(keys::AWS_ACCESS_KEY_ID, &credentials.access_key_id),
        line(keys::AWS_SECRET_ACCESS_KEY, credentials.secret_access_key.expose()),
        line(keys::AWS_SESSION_TOKEN, credentials.session_token.expose()),
    ]
}
