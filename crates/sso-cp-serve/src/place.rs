//! Where on the endpoint each role is, and the token that opens it.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use sso_cp_loopback::Request;
use sso_cp_types::{Secret, push_hex, push_percent_encoded};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::Error;
use crate::answer::No;

/// The path of the one role, where there is one.
const ONLY: &str = "/credentials";

/// Before the names, where there are several roles.
const NAMED: &str = "/profile/";

/// Says that the endpoint answers, to anyone who asks, and nothing else: for health checks of containers.
const HEALTH: &str = "/healthz";

/// One role's path and token.
#[derive(Debug)]
pub struct Place {
    path: String,
    token: Secret,
}

impl Place {
    /// For an endpoint of one role. `octets` must come from the operating system's random numbers and
    /// never be used again: they become the token.
    pub fn only(octets: &[u8; 32]) -> Place {
        Place { path: ONLY.to_owned(), token: token(octets) }
    }

    /// For one of several roles: its path ends in the profile's name, percent-encoded.
    ///
    /// # Errors
    ///
    /// [`Error::Name`]: `.` and `..` vanish from a URL, however they are encoded (the URL Standard,
    /// section 3.1), so no client could ask for them.
    pub fn named(name: &str, octets: &[u8; 32]) -> Result<Place, Error> {
        if matches!(name, "." | "..") {
            return Err(Error::Name { name: name.to_owned() });
        }
        let mut path = NAMED.to_owned();
        push_percent_encoded(&mut path, name);
        Ok(Place { path, token: token(octets) })
    }

    /// The path, as it stands in the URL.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// For `AWS_CONTAINER_AUTHORIZATION_TOKEN`: 64 hexadecimal digits.
    pub fn token(&self) -> &Secret {
        &self.token
    }
}

/// Hexadecimal digits mean nothing to any shell, URL or header.
fn token(octets: &[u8; 32]) -> Secret {
    let mut token = Zeroizing::new(String::with_capacity(2 * octets.len()));
    push_hex(&mut token, *octets);
    Secret::new(token)
}

/// All places of an endpoint, to be found by what a client asks for.
pub(crate) struct Places {
    places: Vec<Place>,
    /// By path, decoded: clients may encode another way than we do, in small letters above all.
    by_path: HashMap<Vec<u8>, usize>,
}

/// What a request is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The credentials of a role, by its number.
    Role(usize),
    /// A sign of life.
    Health,
}

impl Places {
    pub(crate) fn new(places: Vec<Place>) -> Places {
        let numbered = places.iter().enumerate();
        let by_path = numbered.map(|(number, place)| (decoded(place.path()), number)).collect();
        Places { places, by_path }
    }

    pub(crate) fn all(&self) -> &[Place] {
        &self.places
    }

    /// What a request may have. The listener has checked method and `Host`. An unknown path costs the
    /// same comparison as a known one.
    pub(crate) fn check(&self, request: &Request) -> Result<Wanted, No> {
        if request.origin().is_some() {
            return Err(No::origin());
        }
        if request.query().is_some() {
            return Err(No::path());
        }
        if request.path() == HEALTH {
            return Ok(Wanted::Health);
        }
        let number = self.find(request.path());
        let given = request.authorization().unwrap_or_default();
        let compared = self.places.get(number.unwrap_or_default());
        let token = compared.map_or("", |place| place.token.expose());
        let is_right = bool::from(given.ct_eq(token.as_bytes()));
        match (number, is_right) {
            (None, _) => Err(No::path()),
            (Some(_), false) => Err(No::token()),
            (Some(number), true) => Ok(Wanted::Role(number)),
        }
    }

    /// A name is one segment: a slash that is not encoded ends it, and there is nothing below it.
    fn find(&self, path: &str) -> Option<usize> {
        let is_named = path.strip_prefix(NAMED).is_some_and(|name| !name.contains('/'));
        let is_known = is_named || path == ONLY;
        self.by_path.get(&decoded(path)).filter(|_| is_known).copied()
    }
}

fn decoded(path: &str) -> Vec<u8> {
    percent_decode_str(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OCTETS: [u8; 32] = [0xa5; 32];

    fn places(names: &[&str]) -> Places {
        Places::new(names.iter().map(|name| Place::named(name, &OCTETS).unwrap()).collect())
    }

    #[test]
    fn each_name_has_one_path_that_finds_it() {
        let names = ["dev", "a b", "a/b", "100%", "%2F", "é", "..x", "a+b", "x?y", "\u{202e}"];
        let places = places(&names);
        for (number, (name, place)) in names.iter().zip(places.all()).enumerate() {
            assert_eq!(places.find(place.path()), Some(number), "{name}");
            let small = place.path().replace("%2F", "%2f").replace("%C3%A9", "%c3%a9");
            assert_eq!(places.find(&small), Some(number), "{name}");
        }
        assert_eq!(places.all()[2].path(), "/profile/a%2Fb");
        for other in [
            "/profile/",
            "/profile/prod",
            "/profile/a/b",
            "/profile/dev/",
            "/profile//dev",
            "/profile/../dev",
            "/profile/%2e%2e",
            "/profile/%252F",
            "/profile%2Fdev",
            "/%70rofile/dev",
            "/dev",
            "/credentials",
        ] {
            // The name `%2F` itself is at `/profile/%252F`.
            let expected = (other == "/profile/%252F").then_some(4);
            assert_eq!(places.find(other), expected, "{other}");
        }
    }

    #[test]
    fn the_only_role_has_no_name() {
        let places = Places::new(vec![Place::only(&OCTETS)]);
        assert_eq!(places.find("/credentials"), Some(0));
        for other in ["/", "/credentials/", "//credentials", "/%63redentials", "/profile/dev"] {
            assert_eq!(places.find(other), None, "{other}");
        }
    }

    #[test]
    fn names_that_vanish_from_a_url_have_no_place() {
        for name in [".", ".."] {
            assert!(matches!(Place::named(name, &OCTETS), Err(Error::Name { .. })));
        }
    }
}
