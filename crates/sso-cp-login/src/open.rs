//! Opening a page in the person's browser: a program and its arguments, one of which is the URL or holds it, and
//! never a shell.

use std::fmt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sso_cp_types::Secret;
use url::{Host, Url};

/// How long a program may run before it counts as the browser itself, which runs for as long as the
/// person likes. Openers that only pass the URL on are done far sooner.
const OPENER_TIME: Duration = Duration::from_secs(3);

/// Where the URL goes in an argument, as in `BROWSER` for Python's `webbrowser`.
pub const URL_MARK: &str = "%s";

/// Programs that would run what is in an argument, and so what is in a URL. Anyone who wants one writes a script, which gets
/// the URL as a plain argument.
const SHELLS: [&str; 12] =
    ["sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "csh", "tcsh", "cmd", "powershell", "pwsh"];

/// A program that opens pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opener {
    /// Its path, or a name to be looked up in `PATH`.
    pub program: PathBuf,
    /// What it is given: the URL in place of every [`URL_MARK`], else behind all.
    pub arguments: Vec<String>,
}

/// An attempt to open a page, which tries one program after the other. It never blocks: look at it
/// with [`Opening::check`] while serving the sign-in, since the page that opens is ours.
#[derive(Debug)]
pub struct Opening {
    url: Secret,
    untried: std::vec::IntoIter<Opener>,
    running: Option<Running>,
    failed: Vec<FailedOpener>,
}

#[derive(Debug)]
struct Running {
    program: PathBuf,
    child: Child,
    since: Instant,
}

/// How an attempt stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    /// Wait a little more.
    Trying,
    /// A program took the URL.
    Started,
    /// None did: what became of each. The link must be printed, if it is not already.
    Failed(Vec<FailedOpener>),
}

/// A program that did not open the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedOpener {
    /// Which.
    pub program: PathBuf,
    /// Why: what the operating system says, or how it ended.
    pub reason: String,
}

/// Why a URL is given to no program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    /// It holds a control character, a blank, a quote, or something that is not ASCII.
    Characters,
    /// It is neither https nor http to this machine.
    Scheme,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UrlProblem::Characters => "the URL holds characters that no plain URL has",
            UrlProblem::Scheme => "the URL is neither https nor http to this machine",
        })
    }
}

impl std::error::Error for UrlProblem {}

impl Opener {
    /// A program that wants nothing but the URL.
    pub fn program(path: impl Into<PathBuf>) -> Opener {
        Opener { program: path.into(), arguments: Vec::new() }
    }

    /// A program with its arguments; none of no words.
    pub fn command(words: &[String]) -> Option<Opener> {
        let (program, arguments) = words.split_first()?;
        Some(Opener { program: program.into(), arguments: arguments.to_vec() })
    }

    fn is_shell(&self) -> bool {
        let name = self.program.file_stem().unwrap_or_default();
        SHELLS.iter().any(|shell| name.eq_ignore_ascii_case(shell)) && !self.arguments.is_empty()
    }

    fn arguments_with(&self, url: &str) -> Vec<String> {
        let mut arguments: Vec<String> =
            self.arguments.iter().map(|argument| argument.replace(URL_MARK, url)).collect();
        if !self.arguments.iter().any(|argument| argument.contains(URL_MARK)) {
            arguments.push(url.to_owned());
        }
        arguments
    }
}

/// Begins to open a page with the first of `openers` that works. The URL is seen by every user of
/// the machine: it must hold no secret but a link that works once.
///
/// # Errors
///
/// [`UrlProblem`] for a URL that no program is given.
pub fn open_browser(url: &str, openers: Vec<Opener>) -> Result<Opening, UrlProblem> {
    check_openable(url)?;
    let mut opening = Opening {
        url: Secret::new(url.to_owned()),
        untried: openers.into_iter(),
        running: None,
        failed: Vec::new(),
    };
    opening.try_next();
    Ok(opening)
}

/// Lets through what any program may be given: it begins with `https://`, or with `http://` and is
/// of this machine, so it can be neither a flag nor a file; and nothing in it means anything to a
/// shell that some opener may hand it to (CVE-2026-4519 is what happens otherwise).
///
/// # Errors
///
/// What is wrong with the URL.
pub fn check_openable(url: &str) -> Result<(), UrlProblem> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'`\\<>^{}|".contains(&byte);
    if !url.bytes().all(is_plain) {
        return Err(UrlProblem::Characters);
    }
    match Url::parse(url) {
        Ok(_) if url.starts_with("https://") => Ok(()),
        Ok(parsed) if url.starts_with("http://") && is_loopback(&parsed) => Ok(()),
        _ => Err(UrlProblem::Scheme),
    }
}

/// Whether a URL leads to this very machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Opening {
    /// How it stands at `now`; where a program has failed, the next one is started.
    pub fn check(&mut self, now: Instant) -> Opened {
        let Some(running) = &mut self.running else {
            return Opened::Failed(self.failed.clone());
        };
        let reason = match running.child.try_wait() {
            Ok(None) if now.saturating_duration_since(running.since) < OPENER_TIME => {
                return Opened::Trying;
            }
            Ok(None) => return Opened::Started,
            Ok(Some(status)) if status.success() => return Opened::Started,
            Ok(Some(status)) => status.to_string(),
            Err(error) => error.to_string(),
        };
        self.failed.push(FailedOpener { program: running.program.clone(), reason });
        self.try_next();
        match self.running {
            Some(_) => Opened::Trying,
            None => Opened::Failed(self.failed.clone()),
        }
    }

    fn try_next(&mut self) {
        self.running = None;
        for opener in self.untried.by_ref() {
            let program = opener.program.clone();
            if opener.is_shell() {
                let reason = "a shell would run what is in the address".to_owned();
                self.failed.push(FailedOpener { program, reason });
                continue;
            }
            match command(&opener, self.url.expose()).spawn() {
                Ok(child) => {
                    self.running = Some(Running { program, child, since: Instant::now() });
                    return;
                }
                Err(error) => {
                    self.failed.push(FailedOpener { program, reason: error.to_string() });
                }
            }
        }
    }
}

/// Browsers print to stdout, which is for our result alone; a text browser would take over the
/// terminal; and Ctrl-C at our prompt must not end the browser.
fn command(opener: &Opener, url: &str) -> Command {
    let mut command = Command::new(&opener.program);
    command
        .args(opener.arguments_with(url))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    own_process_group(&mut command);
    command
}

#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(windows)]
fn own_process_group(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    /// `CREATE_NEW_PROCESS_GROUP` of the Windows API: Ctrl-C stays with us.
    const NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(NEW_PROCESS_GROUP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_opened() {
        for good in [
            "https://d-1.awsapps.com/start/#/device?user_code=ABCD-EFGH",
            "https://h.example/$(true)&x%NAME%;~*!",
            "http://127.0.0.1:4711/abc_-",
            "http://localhost:1/",
            "http://[::1]:1/",
        ] {
            assert_eq!(check_openable(good), Ok(()), "{good}");
        }
        for bad in [
            "https://a\nb",
            "https://a b",
            "https://a/\"x",
            "https://a/'x",
            "https://a/`x`",
            "https://a/\u{7f}",
            "https://a/\u{202e}",
            "https://a/é",
        ] {
            assert_eq!(check_openable(bad), Err(UrlProblem::Characters), "{bad:?}");
        }
        for bad in [
            "",
            "--some-flag=/x",
            "-https://a/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "HTTPS://a/",
            "http://h.example/",
            "http://127.0.0.1.evil.net/",
            "http://127.0.0.1@evil.net/",
            "https://",
            "//a/",
        ] {
            assert_eq!(check_openable(bad), Err(UrlProblem::Scheme), "{bad}");
        }
    }
}

#[cfg(all(test, unix))]
mod unix_tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    /// A folder with a program in it that does what a fake browser should.
    fn fake_browser(name: &str, script: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("sso-cp-open-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("my browser");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    fn remove(program: &Path) {
        let _ = std::fs::remove_dir_all(program.parent().unwrap());
    }

    fn wait(opening: &mut Opening) -> Opened {
        loop {
            match opening.check(Instant::now()) {
                Opened::Trying => std::thread::sleep(Duration::from_millis(10)),
                done => return done,
            }
        }
    }

    /// Linux refuses to run a file that another thread's child still has open for writing.
    fn open(url: &str, programs: &[&Path]) -> Opened {
        loop {
            let openers = programs.iter().map(|&program| Opener::program(program)).collect();
            match wait(&mut open_browser(url, openers).unwrap()) {
                Opened::Failed(failed) if failed.iter().any(|f| f.reason.contains("busy")) => {}
                done => return done,
            }
        }
    }

    #[test]
    fn the_url_arrives_byte_for_byte_as_one_argument() {
        let program = fake_browser("bytes", "printf '%s|' $# \"$@\" > \"$0.got\"; echo noise");
        let url = "https://h.example/$(true)&x;%NAME%?a=$HOME&b=*#!~";
        assert_eq!(open(url, &[&program]), Opened::Started);
        let got = std::fs::read_to_string(program.with_file_name("my browser.got")).unwrap();
        assert_eq!(got, format!("1|{url}|"));
        remove(&program);
    }

    #[test]
    fn the_url_takes_the_place_of_its_mark_and_no_shell_gets_it() {
        let program = fake_browser("marks", "printf '<%s>' \"$@\" > \"$0.got\"");
        let url = "https://h.example/$(touch%20x)&%s;*";
        for (arguments, expected) in [
            (&["-P", "my work"][..], format!("<-P><my work><{url}>")),
            (&["--app=%s", "%s", "-x"], format!("<--app={url}><{url}><-x>")),
            (&["$HOME", "`id`", ""], format!("<$HOME><`id`><><{url}>")),
        ] {
            let opener = || Opener {
                program: program.clone(),
                arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            };
            while let Opened::Failed(failed) = wait(&mut open_browser(url, vec![opener()]).unwrap())
            {
                assert!(failed[0].reason.contains("busy"), "{failed:?}");
            }
            let got = std::fs::read_to_string(program.with_file_name("my browser.got")).unwrap();
            assert_eq!(got, expected);
        }
        remove(&program);
        for shell in ["sh", "/bin/bash", "CMD.exe"] {
            let opener =
                Opener { program: shell.into(), arguments: vec!["-c".into(), URL_MARK.into()] };
            let opened = wait(&mut open_browser("https://h.example/", vec![opener]).unwrap());
            let Opened::Failed(failed) = opened else { panic!("{shell} got it") };
            assert!(failed[0].reason.starts_with("a shell would run"), "{failed:?}");
        }
    }

    #[test]
    fn what_fails_is_told_and_the_next_is_tried() {
        let failing = fake_browser("fails", "exit 3");
        let missing = Path::new("/nonexistent/sh -c evil");
        let Opened::Failed(failed) = open("https://h.example/", &[missing, &failing]) else {
            panic!("nothing can have opened it")
        };
        assert_eq!(failed[0].program, missing);
        assert_eq!((failed.len(), failed[1].reason.as_str()), (2, "exit status: 3"));
        let working = fake_browser("works", "exit 0");
        assert_eq!(open("https://h.example/", &[missing, &failing, &working]), Opened::Started);
        assert_eq!(open("https://h.example/", &[]), Opened::Failed(Vec::new()));
        remove(&failing);
        remove(&working);
    }

    #[test]
    fn a_browser_that_stays_counts_as_started_after_three_seconds() {
        let program = fake_browser("stays", "cat; exec sleep 5");
        let begun = Instant::now();
        let mut opening = loop {
            let openers = vec![Opener::program(&program)];
            let mut opening = open_browser("https://h.example/", openers).unwrap();
            if opening.check(begun) == Opened::Trying {
                break opening;
            }
        };
        assert!(begun.elapsed() < Duration::from_secs(1), "starting does not wait");
        assert_eq!(opening.check(begun + Duration::from_secs(4)), Opened::Started);
        let mut child = opening.running.take().unwrap().child;
        child.kill().unwrap();
        child.wait().unwrap();
        remove(&program);
    }
}
