//! `sso-cp serve`: the container-credentials endpoint for one role or several, until it is told to stop.

mod lines;
#[cfg(unix)]
mod socket;

use std::path::Path;

use sso_cp_cache::{PassingFile, Step, read_file};
use sso_cp_config::Selection;
use sso_cp_types::Secret;

use crate::args::commands::Serve;
use crate::commands::endpoint;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure};
use crate::messages::text::posix_word;
use crate::messages::usage::usage;
use crate::process::interrupt::{Interrupt, Passing};
use crate::process::output;

/// What a shell still has when the endpoint is gone. Without the file SDKs end with an error there.
const FAREWELL: &str = "hint: run `unset AWS_CONTAINER_CREDENTIALS_FULL_URI \
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` where these were exported\n";

/// Serves. It returns only where it cannot.
pub(crate) fn run(context: &Context, flags: &Serve) -> Result<(), Failure> {
    let interrupt = context.interrupt();
    let contexts = contexts(context, flags)?;
    let (known, warnings) = endpoint::at_hand(&contexts)?;
    output::warn_beside_document(&warnings, || context.scene());
    let names: Vec<&str> = match &contexts[..] {
        [_] => Vec::new(),
        several => several.iter().filter_map(Context::profile_name).collect(),
    };
    let regions = known.iter().map(|known| lines::region_line(known.region.as_deref()));
    let regions = regions.collect::<Result<Vec<_>, _>>()?;
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no socket to add"))]
    let mut endpoint = endpoint::bind(flags.port.unwrap_or(0), &names)?;
    let _passing = interrupt.passing_guard();
    if let Some(path) = &flags.unix_socket {
        #[cfg(unix)]
        socket::open(path, &mut endpoint, interrupt)?;
        #[cfg(not(unix))]
        return Err(no_sockets(path));
    }
    let file = match &flags.token_file {
        Some(path) => {
            let token = endpoint.places()[0].token();
            Some(TokenFile::write(path, token, context, interrupt)?)
        }
        None => None,
    };
    let file = file.as_ref().map(|file| &*file.shown);
    let lines = lines::lines(&endpoint, &names, file, &regions);
    let serving = endpoint::serve(endpoint, known)?;
    // Anyone who reads the lines may ask at once.
    output::print(lines.as_bytes())?;
    endpoint::keep_all_supplied(&serving, &contexts)
}

/// One for each role, in the order in which they are served.
fn contexts(context: &Context, flags: &Serve) -> Result<Vec<Context>, Failure> {
    let also = flags.also_profile.iter();
    let also: Vec<Context> =
        also.map(|name| context.about(Selection::Profile(name.clone()))).collect();
    if !also.is_empty() && flags.token_file.is_some() {
        return Err(usage(
            "`--token-file` holds one token, and each of several profiles has its own".to_owned(),
            "run `sso-cp serve --profile NAME --token-file FILE` for each",
        ));
    }
    Ok([context.clone()].into_iter().chain(also).collect())
}

#[cfg(not(unix))]
fn no_sockets(path: &Path) -> Failure {
    usage(
        format!("there are no Unix sockets for us here: `{}`", path.display()),
        "run `sso-cp serve` without `--unix-socket`",
    )
}

/// The token in a file, for tools that read one. It goes with the endpoint.
struct TokenFile {
    /// For the shell.
    shown: String,
}

impl TokenFile {
    fn write(
        path: &Path,
        token: &Secret,
        context: &Context,
        interrupt: &Interrupt,
    ) -> Result<TokenFile, Failure> {
        let path = endpoint::absolute(path, Step::Write)?;
        // What a killed endpoint left behind may be replaced, anything else may be a slip.
        let before = read_file(&path)?;
        if before.is_some_and(|bytes| !is_token(&bytes)) {
            return Err(Failure::Direct(Direct::TokenFileTaken { path }));
        }
        let mut held = interrupt.hold();
        // Without a line break: SDKs send what stands there, to the last byte.
        let file = PassingFile::write(context.folders(), &path, token.expose().as_bytes())?;
        held.leave_behind(Passing::TokenFile(file));
        held.say_at_end(FAREWELL);
        Ok(TokenFile { shown: posix_word(&path.to_string_lossy()) })
    }
}

fn is_token(bytes: &[u8]) -> bool {
    const DIGITS: usize = 64;
    bytes.len() == DIGITS && bytes.iter().all(u8::is_ascii_hexdigit)
}
