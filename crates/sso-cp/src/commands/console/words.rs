//! What the words of `console` mean: a profile, a service of the console, or both. What is a profile counts as a
//! profile first.

use sso_cp_config::near_names;

use super::services::{Service, names, service};
use crate::args::Arguments;
use crate::context::Context;
use crate::messages::failure::{Failure, NoSuchName};
use crate::messages::text::{clean, shell_word};
use crate::messages::usage::{Usage, usage};

/// The words, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words<'a> {
    pub(crate) profile: Option<&'a str>,
    pub(crate) service: Option<Service>,
}

/// Sorts what was typed. Without words, no file is read.
///
/// # Errors
///
/// As for [`sort`], or the config file cannot be read.
pub(crate) fn read<'a>(
    words: &'a [String],
    arguments: &Arguments,
    context: &Context,
) -> Result<Words<'a>, Failure> {
    if words.is_empty() {
        return Ok(Words::default());
    }
    let profiles = sso_cp_config::names(context.files())?.profiles;
    Ok(sort(words, &profiles, !arguments.flags_are_empty)?)
}

/// Sorts them. `is_chosen`: flags say which role it is already.
///
/// # Errors
///
/// A word is neither, or there is one too many.
fn sort<'a>(words: &'a [String], profiles: &[String], is_chosen: bool) -> Result<Words<'a>, Usage> {
    let is_profile = |word: &str| profiles.iter().any(|name| name == word);
    let none = |word: &str, what| no_such(word, words, what, profiles);
    match words {
        [] => Ok(Words::default()),
        [word] => match (service(word), is_profile(word)) {
            (_, true) if !is_chosen => Ok(Words { profile: Some(word), service: None }),
            (Some(service), _) => Ok(Words { profile: None, service: Some(service) }),
            (None, true) => Err(contradiction(words)),
            (None, false) if is_chosen => Err(none(word, SERVICE)),
            (None, false) => Err(none(word, EITHER)),
        },
        [first, second] => {
            for (profile, other) in [(first, second), (second, first)] {
                if let (true, Some(service)) = (is_profile(profile), service(other)) {
                    return match is_chosen {
                        true => Err(contradiction(words)),
                        false => Ok(Words { profile: Some(profile), service: Some(service) }),
                    };
                }
            }
            Err(match (is_profile(first), is_profile(second)) {
                (true, _) => none(second, SERVICE),
                (false, true) => none(first, SERVICE),
                (false, false) if service(first).is_some() => none(second, PROFILE),
                (false, false) => none(first, PROFILE),
            })
        }
        [_, _, more, ..] => Err(usage(
            format!("`{}` is one word too many: a profile and a service are all", clean(more)),
            "write `sso-cp console PROFILE SERVICE`",
        )),
    }
}

const PROFILE: &str = "profile";
const SERVICE: &str = "service";
const EITHER: &str = "profile or service";

fn contradiction(words: &[String]) -> Usage {
    let problem = "a profile is named by a word, so the selection flags contradict it".to_owned();
    usage(problem, &format!("write `{}`", typed(words)))
}

/// The command line of these words.
fn typed(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    ["sso-cp console ", &words.join(" ")].concat()
}

fn no_such(word: &str, words: &[String], what: &'static str, profiles: &[String]) -> Usage {
    let profiles = profiles.iter().filter(|_| what != SERVICE).cloned();
    let services = names().filter(|_| what != PROFILE).map(str::to_owned);
    let near = near_names(word, profiles.chain(services).collect());
    let missing = NoSuchName { word, what, near: &near, header: None };
    match (what, &near[..]) {
        (PROFILE | SERVICE, [one]) => {
            let Usage { problem, .. } = missing.usage(None, None);
            let meant = words.iter().map(|known| if known == word { one } else { known });
            let meant: Vec<String> = meant.cloned().collect();
            // Beside flags, the one word is not the whole line.
            let line = if meant.len() == 1 { clean(one) } else { typed(&meant) };
            usage(problem, &format!("write `{line}`"))
        }
        (SERVICE, []) => {
            let Usage { problem, .. } = missing.usage(None, None);
            usage(problem, "name its page by `--destination URL`, or see `sso-cp console --help`")
        }
        _ => missing.usage(None, Some("console")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(words: &[&str], is_chosen: bool) -> Result<(Option<String>, bool), String> {
        let profiles = ["dev", "s3", "prod"].map(str::to_owned);
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        sort(&words, &profiles, is_chosen)
            .map(|Words { profile, service }| (profile.map(str::to_owned), service.is_some()))
            .map_err(|usage| usage.problem)
    }

    #[test]
    fn a_profile_comes_first_and_the_order_does_not_matter() {
        let some = |name: &str| Some(name.to_owned());
        for (words, expected) in [
            (&[][..], (None, false)),
            (&["dev"], (some("dev"), false)),
            (&["ec2"], (None, true)),
            (&["s3"], (some("s3"), false)),
            (&["s3", "s3"], (some("s3"), true)),
            (&["s3", "ec2"], (some("s3"), true)),
            (&["dev", "s3"], (some("dev"), true)),
            (&["s3", "dev"], (some("dev"), true)),
            (&["lambda", "prod"], (some("prod"), true)),
        ] {
            assert_eq!(sorted(words, false), Ok(expected), "{words:?}");
        }
        assert_eq!(sorted(&["s3"], true), Ok((None, true)));
    }

    const CONTRADICTION: &str =
        "a profile is named by a word, so the selection flags contradict it";

    #[test]
    fn what_is_neither_is_told() {
        for (words, is_chosen, expected) in [
            (&["devv"][..], false, "there is no profile or service `devv`"),
            (&["dev", "frob"], false, "there is no service `frob`"),
            (&["frob", "dev"], false, "there is no service `frob`"),
            (&["frob", "ec2"], false, "there is no profile `frob`"),
            (&["ec2", "frob"], false, "there is no profile `frob`"),
            (&["dev", "prod"], false, "there is no service `prod`"),
            (&["dev"], true, CONTRADICTION),
            (&["dev", "s3"], true, CONTRADICTION),
            (&["frob"], true, "there is no service `frob`"),
        ] {
            assert_eq!(sorted(words, is_chosen), Err(expected.to_owned()), "{words:?}");
        }
        assert!(sorted(&["dev", "s3", "x"], false).unwrap_err().starts_with("`x` is one word"));
    }
}
