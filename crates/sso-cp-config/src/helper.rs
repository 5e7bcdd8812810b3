//! Whose command a `credential_process` is. What is ours may be replaced, and is held to what we take; what is
//! another's stays.

use crate::command_words::{helper_words, posix_words};

/// The name of our program, wherever it is and whatever is behind it on Windows.
const OURS: &str = "sso-cp";
/// What Windows puts behind the name of a program, or of a script that stands for one.
const ENDINGS: [&str; 3] = [".exe", ".cmd", ".bat"];
/// Shells that run the text behind their `-c`.
const SHELLS: [&str; 4] = ["sh", "bash", "dash", "zsh"];
/// Programs and words of shells that run the command behind them, with their flags that take a value.
const WRAPPERS: [(&str, &[&str]); 4] = [
    ("env", &["-u", "--unset", "-C", "--chdir"]),
    ("wsl", &["-d", "--distribution", "-u", "--user", "--cd"]),
    ("command", &[]),
    ("exec", &[]),
];

/// A `credential_process`, taken apart as the AWS CLI and boto3 do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    words: Vec<String>,
    is_whole: bool,
    /// What is run in the end, where the words begin with a program that runs another one.
    wrapped: Option<Vec<String>>,
}

impl Helper {
    /// Takes a value of `credential_process` apart. Where a quote is not closed, which the tools refuse, blanks part
    /// its words.
    pub fn of(command: &str) -> Helper {
        let whole = helper_words(command);
        let is_whole = whole.is_some();
        let words = whole.unwrap_or_else(|| {
            let plain = |word: &str| word.trim_matches(['"', '\'']).to_owned();
            command.split_whitespace().map(plain).collect()
        });
        let mut wrapped = None;
        while let Some(inside) = inside(wrapped.as_deref().unwrap_or(&words)) {
            wrapped = Some(inside);
        }
        Helper { words, is_whole, wrapped }
    }

    /// Whether every quote in it is closed.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The program that a tool starts; `None` for a blank value.
    pub fn program(&self) -> Option<&str> {
        self.words.first().map(String::as_str)
    }

    /// Whether that program runs another one, such as `env NAME=VALUE sso-cp`: what it adds would be lost with it.
    pub fn is_wrapped(&self) -> bool {
        self.wrapped.is_some()
    }

    /// The name of what is run in the end, without folder and without `.exe`.
    pub fn name(&self) -> &str {
        self.run().first().map_or("", |program| name_of(program))
    }

    /// What that gets to read.
    pub fn arguments(&self) -> &[String] {
        self.run().get(1..).unwrap_or_default()
    }

    /// Whether we are run in the end. `running` is the name of the program that asks, for it may have been renamed.
    pub fn is_ours(&self, running: Option<&str>) -> bool {
        let program = self.run().first().map_or("", String::as_str);
        is_same(self.name(), OURS, program)
            || running.is_some_and(|running| is_same(self.name(), name_of(running), program))
    }

    /// The profile that we are to give credentials of, where the arguments name one.
    pub fn profile(&self) -> Option<&str> {
        let mut arguments = self.arguments().iter();
        arguments.find_map(|word| word.strip_prefix("--profile")).and_then(|rest| match rest {
            "" => arguments.next().map(String::as_str),
            value => value.strip_prefix('='),
        })
    }

    fn run(&self) -> &[String] {
        self.wrapped.as_ref().unwrap_or(&self.words)
    }
}

/// Whether a path is the same in every folder, on the system that it is written for.
pub fn is_absolute(path: &str) -> bool {
    let is_drive = |drive: &str| drive.len() == 1 && drive.as_bytes()[0].is_ascii_alphabetic();
    path.starts_with('/')
        || path.starts_with("\\\\")
        || path
            .split_once(':')
            .is_some_and(|(drive, rest)| is_drive(drive) && rest.starts_with(['/', '\\']))
}

/// The command that the first word of another one runs. It is shorter, so there is an end to it.
fn inside(words: &[String]) -> Option<Vec<String>> {
    let (program, rest) = words.split_first()?;
    let name = name_of(program);
    if SHELLS.contains(&name) {
        return posix_words(script(rest)?).filter(|words| !words.is_empty());
    }
    let (_, with_value) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name)?;
    let mut at = 0;
    loop {
        let word = rest.get(at)?.as_str();
        match word {
            _ if with_value.contains(&word) => at += 2,
            _ if name == "env" && split_text(word).is_some() => return split(&rest[at..]),
            _ if word.starts_with('-') || (name == "env" && word.contains('=')) => at += 1,
            _ => return Some(rest[at..].to_vec()),
        }
    }
}

/// The text that a shell runs: with `-c` among its flags, which may stand together (`-ec`), the first word behind them.
fn script(words: &[String]) -> Option<&str> {
    let (mut words, mut has_c) = (words.iter(), false);
    loop {
        let word = words.next()?.as_str();
        match word.strip_prefix(['-', '+']) {
            None => return has_c.then_some(word),
            Some("-rcfile" | "-init-file") => _ = words.next(),
            Some(long) if long.starts_with('-') => {}
            Some(letters) => {
                has_c |= letters.contains('c') && word.starts_with('-');
                // The name of an option is behind it.
                if letters.ends_with(['o', 'O']) {
                    words.next();
                }
            }
        }
    }
}

/// What stands behind the flag by which `env` takes a text apart, in the same word: `-STEXT`, `-iS`, `--split-string=TEXT`.
fn split_text(word: &str) -> Option<&str> {
    if let Some(text) = word.strip_prefix("--split-string") {
        return Some(text.trim_start_matches('='));
    }
    word.strip_prefix('-')?.trim_start_matches(['i', 'v', '0']).strip_prefix('S')
}

/// The command of an `env -S`, whose words stand where the text does.
fn split(words: &[String]) -> Option<Vec<String>> {
    let (flag, rest) = words.split_first()?;
    let (text, rest) = match split_text(flag)? {
        "" => rest.split_first().map(|(text, rest)| (text.as_str(), rest))?,
        text => (text, rest),
    };
    let words = posix_words(text)?;
    Some(["env".to_owned()].into_iter().chain(words).chain(rest.iter().cloned()).collect())
}

/// The last part of a path, without what Windows puts behind it.
fn name_of(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = name.len().checked_sub(4).and_then(|at| name.split_at_checked(at));
    match ending {
        Some((name, ending)) if ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) => {
            name
        }
        _ => name,
    }
}

/// Windows takes capitals for small letters.
fn is_same(name: &str, known: &str, program: &str) -> bool {
    match cfg!(windows) || !program.ends_with(name) {
        true => name.eq_ignore_ascii_case(known),
        false => name == known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whose it is, and the profile that it names.
    fn shown(command: &str) -> String {
        let helper = Helper::of(command);
        let whose = match (helper.is_ours(Some("renamed")), helper.is_wrapped()) {
            (true, true) => "ours, wrapped",
            (true, false) => "ours",
            (false, _) => helper.name(),
        };
        helper.profile().map_or(whose.to_owned(), |profile| format!("{whose}: {profile}"))
    }

    #[test]
    fn whose_command_it_is() {
        for (command, expected) in [
            ("sso-cp --profile dev", "ours: dev"),
            ("sso-cp --profile=dev --debug", "ours: dev"),
            ("/opt/sso-cp --auto-login --profile dev", "ours: dev"),
            ("/opt/sso-cp", "ours"),
            ("  sso-cp\t--sso-session corp", "ours"),
            ("'/opt/my tools/sso-cp' --profile 'a b'", "ours: a b"),
            ("/opt/my\\ tools/sso-cp --profile \"a \\\" b\"", "ours: a \" b"),
            ("sso-cp.exe --profile dev", "ours: dev"),
            ("SSO-CP.EXE --profile dev", "ours: dev"),
            ("C:\\tools\\sso-cp.exe --profile dev", "ours: dev"),
            ("C:/tools/sso-cp.exe --profile dev", "ours: dev"),
            ("\"C:\\my tools\\sso-cp.exe\" --profile dev", "ours: dev"),
            ("\\\\host\\share\\sso-cp.cmd --profile dev", "ours: dev"),
            ("/opt/renamed --profile dev", "ours: dev"),
            ("renamed.exe --profile dev", "ours: dev"),
            // What a quote that is not closed leaves of it.
            ("'/opt/sso-cp --profile dev", "ours: dev"),
            ("\"sso-cp --profile dev", "ours: dev"),
            // Programs that run us.
            ("env AWS_PROFILE=x sso-cp --profile dev", "ours, wrapped: dev"),
            ("/usr/bin/env -i -u HOME A=b /opt/sso-cp --profile dev", "ours, wrapped: dev"),
            ("sh -c 'exec sso-cp --profile dev'", "ours, wrapped: dev"),
            ("/bin/bash -e -c \"env A='b c' sso-cp --profile dev\"", "ours, wrapped: dev"),
            ("sh -ec 'sso-cp --profile dev'", "ours, wrapped: dev"),
            ("bash -lc 'sso-cp --profile dev'", "ours, wrapped: dev"),
            ("bash --norc -euo pipefail -c 'sso-cp --profile dev'", "ours, wrapped: dev"),
            ("sh -c -- 'sso-cp --profile dev'", "ours, wrapped: dev"),
            ("env -S 'A=b sso-cp --profile dev'", "ours, wrapped: dev"),
            ("env -i -S'A=b sso-cp' --profile dev", "ours, wrapped: dev"),
            ("env -vS 'A=b -u C sso-cp --profile dev'", "ours, wrapped: dev"),
            ("env --split-string='sso-cp --profile dev'", "ours, wrapped: dev"),
            ("env --split-string \"sh -ec 'sso-cp --profile dev'\"", "ours, wrapped: dev"),
            ("wsl.exe -d Debian -- sso-cp --profile dev", "ours, wrapped: dev"),
            ("C:\\Windows\\System32\\wsl.exe -e sso-cp --profile dev", "ours, wrapped: dev"),
            // Others, and what only looks like us.
            ("aws-sso-util credential-process --profile dev", "aws-sso-util: dev"),
            ("/usr/local/bin/granted credential-process --profile dev", "granted: dev"),
            ("aws-vault.exe export --format=json dev", "aws-vault"),
            ("aws-vault exec dev -- sso-cp --profile dev", "aws-vault: dev"),
            ("env AWS_PROFILE=x aws-sso process", "aws-sso"),
            ("sso-cp.sh --profile dev", "sso-cp.sh: dev"),
            ("/opt/sso-cp/run", "run"),
            ("my-sso-cp", "my-sso-cp"),
            ("sso-cp-old", "sso-cp-old"),
            ("cat '/opt/sso-cp'", "cat"),
            ("sh -c", "sh"),
            ("sh -c ''", "sh"),
            ("sh -e", "sh"),
            ("sh run.sh -c 'sso-cp --profile dev'", "sh"),
            ("bash +c 'sso-cp --profile dev'", "bash"),
            ("env -uS sso --profile dev", "sso: dev"),
            ("env -S", "env"),
            ("env -S ''", "env"),
            ("env", "env"),
            ("env A=b", "env"),
            ("sh", "sh"),
            ("", ""),
            ("  ", ""),
            ("''", ""),
        ] {
            assert_eq!(shown(command), expected, "{command}");
        }
        // Elsewhere a name in capitals is another name.
        assert_eq!(Helper::of("SSO-CP --profile dev").is_ours(None), cfg!(windows));
        assert!(!Helper::of("renamed --profile dev").is_ours(None));
    }

    #[test]
    fn what_a_tool_starts_stays_known() {
        let helper = Helper::of("/usr/bin/env A=b sso-cp --profile dev");
        assert_eq!((helper.program(), helper.name()), (Some("/usr/bin/env"), "sso-cp"));
        assert_eq!(helper.arguments(), ["--profile", "dev"]);
        assert!(helper.is_whole() && !Helper::of("'sso-cp").is_whole());
        assert_eq!(Helper::of(" ").program(), None);
    }

    #[test]
    fn paths_are_absolute_in_the_way_of_their_system() {
        for path in ["/opt/x", "C:\\x", "c:/x", "\\\\host\\x"] {
            assert!(is_absolute(path), "{path}");
        }
        for path in ["x", "./x", "opt/x", "C:x", ":/x", "\\x", "~/x", "é:/x", ""] {
            assert!(!is_absolute(path), "{path}");
        }
    }
}
