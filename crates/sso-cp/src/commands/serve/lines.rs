//! What `serve` prints, for a shell.

use sso_cp_serve::{Endpoint, Place};
use zeroize::Zeroizing;

use crate::commands::region::{VARIABLES, plain_region};
use crate::messages::failure::Failure;
use crate::messages::text::clean;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The lines of all roles: of one alone, or below a line with each one's name.
pub(super) fn lines(
    endpoint: &Endpoint,
    names: &[&str],
    token_file: Option<&str>,
    regions: &[String],
) -> Zeroizing<String> {
    // It never grows: growing would leave copies of the tokens behind.
    const LONGEST: usize = 600;
    let urls: Vec<String> = endpoint.places().iter().map(|place| endpoint.url(place)).collect();
    let names: Vec<String> = names.iter().map(|name| clean(name)).collect();
    let long = names.iter().chain(&urls).map(String::len).sum::<usize>();
    let room = LONGEST * urls.len() + long + token_file.map_or(0, str::len);
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (number, (place, url)) in endpoint.places().iter().zip(&urls).enumerate() {
        let between = if number == 0 { "" } else { "\n" };
        if let Some(name) = names.get(number) {
            text.extend([between, "# profile ", name, "\n"]);
        }
        block(&mut text, place, url, token_file);
        text.push_str(&regions[number]);
    }
    text
}

/// What would win over the endpoint goes first: the path that containers get, and a token of before.
fn block(text: &mut String, place: &Place, url: &str, token_file: Option<&str>) {
    let (old, name, value) = match token_file {
        None => (TOKEN_FILE, TOKEN, place.token().expose()),
        Some(file) => (TOKEN, TOKEN_FILE, file),
    };
    text.extend(["unset ", RELATIVE, " ", old, "\n"]);
    text.extend(["export AWS_CONTAINER_CREDENTIALS_FULL_URI=", url, "\n"]);
    text.extend(["export ", name, "=", value, "\n"]);
}

/// The profile's region, where it has one.
///
/// # Errors
///
/// It is not a region: a shell runs these lines.
pub(super) fn region_line(region: Option<&str>) -> Result<String, Failure> {
    let Some(region) = plain_region(region)? else { return Ok(String::new()) };
    Ok(VARIABLES.map(|name| format!("export {name}={region}\n")).concat())
}
