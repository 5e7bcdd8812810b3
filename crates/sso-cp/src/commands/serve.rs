//! `sso-cp serve`: the container-credentials endpoint for one role, until it is told to stop.

use std::path::Path;

use sso_cp_cache::{PassingFile, Step, read_file};
use sso_cp_serve::Endpoint;
use sso_cp_types::Secret;

use crate::args::commands::Serve;
use crate::commands::endpoint;
use crate::context::Context;
use crate::messages::failure::{Direct, Failure};
use crate::messages::text::posix_word;
use crate::process::interrupt::{Interrupt, Passing};
use crate::process::output;

/// Serves. It returns only where it cannot.
pub(crate) fn run(context: &Context, flags: &Serve) -> Result<(), Failure> {
    let interrupt = context.interrupt();
    let first = context.provided()?;
    output::warn_beside_document(&first.warnings, || context.scene());
    let endpoint = endpoint::bind(flags.port.unwrap_or(0))?;
    let _passing = interrupt.passing_guard();
    let file = match &flags.token_file {
        Some(path) => {
            let token = endpoint.places()[0].token();
            Some(TokenFile::write(path, token, context, interrupt)?)
        }
        None => None,
    };
    let lines = lines(&endpoint, file.as_ref());
    let serving = endpoint::serve(endpoint, first)?;
    // Whoever reads the lines may ask at once.
    output::print(lines.as_bytes())?;
    endpoint::keep_supplied(&serving, context)
}

fn lines(endpoint: &Endpoint, file: Option<&TokenFile>) -> zeroize::Zeroizing<String> {
    let place = &endpoint.places()[0];
    let url = endpoint.url(place);
    let [name, value] = match file {
        None => ["AWS_CONTAINER_AUTHORIZATION_TOKEN", place.token().expose()],
        Some(file) => ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file.shown],
    };
    zeroize::Zeroizing::new(format!(
        "export AWS_CONTAINER_CREDENTIALS_FULL_URI={url}\nexport {name}={value}\n"
    ))
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
        let path = std::path::absolute(path).map_err(|source| {
            let (step, path) = (Step::Write, path.to_owned());
            Failure::from(sso_cp_cache::Error::Io { step, path, source })
        })?;
        // What a killed endpoint left behind may be replaced, anything else may be a slip.
        let before = read_file(&path)?;
        if before.is_some_and(|bytes| !is_token(&bytes)) {
            return Err(Failure::Direct(Direct::TokenFileTaken { path }));
        }
        let mut held = interrupt.hold();
        // Without a line break: SDKs send what stands there, to the last byte.
        let file = PassingFile::write(context.folders(), &path, token.expose().as_bytes())?;
        held.leave_behind(Passing::TokenFile(file));
        Ok(TokenFile { shown: posix_word(&path.to_string_lossy()) })
    }
}

fn is_token(bytes: &[u8]) -> bool {
    const DIGITS: usize = 64;
    bytes.len() == DIGITS && bytes.iter().all(u8::is_ascii_hexdigit)
}
