//! The one place of the whole program that reads environment variables.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The environment: the process's own, or a list of values for tests.
#[derive(Debug, Clone)]
pub struct Env(Source);

#[derive(Debug, Clone)]
enum Source {
    Process,
    Listed(Vec<(OsString, OsString)>),
}

impl Env {
    /// The environment of this process, read variable by variable as they are asked for.
    pub fn process() -> Env {
        Env(Source::Process)
    }

    /// An environment of exactly these variables, without a user database behind it.
    pub fn listed<K: Into<OsString>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Env {
        let pairs = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Env(Source::Listed(pairs.collect()))
    }

    /// A variable's bytes; empty counts as unset, as it does for the Go and JS SDKs.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn raw(&self, name: &str) -> Option<OsString> {
        let value = match &self.0 {
            Source::Process => std::env::var_os(name),
            Source::Listed(pairs) => pairs
                .iter()
                .find(|(key, _)| key == OsStr::new(name))
                .map(|(_, value)| value.clone()),
        };
        value.filter(|value| !value.is_empty())
    }

    /// A variable as text; bytes that are not UTF-8 become replacement characters.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(|value| match value.into_string() {
            Ok(text) => text,
            Err(bytes) => bytes.to_string_lossy().into_owned(),
        })
    }

    /// Whether a switch is on: `true` in any case. `None` where it is not set.
    pub fn switch(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// The profile that a person chose for the shell: `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE` (the
    /// order of the AWS CLI v2), then `default`.
    pub fn chosen_profile(&self) -> String {
        self.text("AWS_PROFILE")
            .or_else(|| self.text("AWS_DEFAULT_PROFILE"))
            .unwrap_or_else(|| "default".to_owned())
    }

    /// The variable that names the profile of [`Env::chosen_profile`]; none where it is `default` because
    /// nothing is set.
    pub fn profile_variable(&self) -> Option<&'static str> {
        ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find(|name| self.text(name).is_some())
    }

    /// The home directory, always absolute. An unset, empty or relative `HOME` falls back to the
    /// user database: nothing is ever looked for, or created, relative to the working directory.
    ///
    /// On Windows the AWS CLI's order holds, `USERPROFILE` first: a `HOME` set by a Unix-like shell
    /// would point away from the files that the AWS CLI uses.
    pub fn home(&self) -> Option<PathBuf> {
        let absolute = |path: PathBuf| path.is_absolute().then_some(path);
        if cfg!(windows) {
            let drive_and_path = || {
                let mut joined = self.raw("HOMEDRIVE")?;
                joined.push(self.raw("HOMEPATH")?);
                absolute(PathBuf::from(joined))
            };
            return self
                .raw("USERPROFILE")
                .and_then(|home| absolute(PathBuf::from(home)))
                .or_else(drive_and_path)
                .or_else(|| self.home_of_user());
        }
        self.raw("HOME")
            .and_then(|home| absolute(PathBuf::from(home)))
            .or_else(|| self.home_of_user())
    }

    /// What the system calls the user: `USER`, `LOGNAME` or, on Windows, `USERNAME`.
    pub fn user_name(&self) -> Option<String> {
        ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| self.text(name))
    }

    /// Where files go that only live as long as a process: `TMPDIR`, else `/tmp`; on Windows the
    /// system's answer.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn temporary_folder(&self) -> PathBuf {
        if cfg!(windows) {
            return std::env::temp_dir();
        }
        let named = self.raw("TMPDIR").map(PathBuf::from).filter(|path| path.is_absolute());
        named.unwrap_or_else(|| PathBuf::from("/tmp"))
    }

    fn home_of_user(&self) -> Option<PathBuf> {
        match self.0 {
            Source::Process => home_in_user_database(),
            Source::Listed(_) => None,
        }
    }

    /// Replaces a leading `~/`, `$NAME` and `${NAME}` in a path that stands in a variable, as the
    /// AWS CLI does. A name that is not set stays as it is written.
    pub(crate) fn expand(&self, path: &Path, home: &Path) -> PathBuf {
        let Some(text) = path.to_str() else { return path.to_owned() };
        let after_tilde = match text.strip_prefix('~') {
            Some("") => return home.to_owned(),
            Some(rest) if rest.starts_with('/') || (cfg!(windows) && rest.starts_with('\\')) => {
                return home.join(self.expand_names(rest[1..].as_ref()));
            }
            _ => text,
        };
        PathBuf::from(self.expand_names(after_tilde))
    }

    fn expand_names(&self, text: &str) -> String {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            expanded.push_str(before);
            let (name, tail) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}'))
            {
                Some((name, tail)) => (name, tail),
                None => after.split_at(name_length(after)),
            };
            match self.text(name) {
                Some(value) => expanded.push_str(&value),
                None => {
                    expanded.push('$');
                    expanded.push_str(&after[..after.len() - tail.len()]);
                }
            }
            rest = tail;
        }
        expanded + rest
    }
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

/// The user database's answer. The standard library asks it only where `HOME` is unset; an empty or
/// relative `HOME` hides it, so there the local file is read.
#[expect(clippy::disallowed_methods, reason = "asked only where our own rule finds nothing")]
fn home_in_user_database() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute()).or_else(home_in_passwd_file)
}

#[cfg(unix)]
fn home_in_passwd_file() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    // The owner of our own process directory is our user id; asking for it directly needs unsafe
    // code or another package.
    let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    let home = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.nth(2)? == uid).then(|| fields.nth(2))?
    })?;
    Some(PathBuf::from(home)).filter(|home| home.is_absolute())
}

#[cfg(not(unix))]
fn home_in_passwd_file() -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_unset() {
        let env = Env::listed([("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "other")]);
        assert_eq!(env.text("AWS_PROFILE"), None);
        assert_eq!(env.chosen_profile(), "other");
        assert_eq!(Env::listed([("X", "y")]).chosen_profile(), "default");
    }

    #[test]
    fn paths_are_expanded_as_the_aws_cli_does() {
        let env = Env::listed([("HOME", "/home/u"), ("DIR", "/d")]);
        let expand = |text: &str| env.expand(Path::new(text), Path::new("/home/u"));
        for (written, meant) in [
            ("~/x", "/home/u/x"),
            ("~", "/home/u"),
            ("~other/x", "~other/x"),
            ("$HOME/x", "/home/u/x"),
            ("${DIR}x/$DIR", "/dx//d"),
            ("$NOPE/${NOPE}/$", "$NOPE/${NOPE}/$"),
            ("plain", "plain"),
        ] {
            assert_eq!(expand(written), Path::new(meant), "{written}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_home_that_is_not_absolute_is_no_home() {
        for home in ["", "relative/home", "."] {
            assert_eq!(Env::listed([("HOME", home)]).home(), None, "{home:?}");
        }
        assert_eq!(Env::listed([("HOME", "/h")]).home(), Some(PathBuf::from("/h")));
    }
}
