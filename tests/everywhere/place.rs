//! A throw-away home with its own stand-in for AWS, and the program in it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use fake_identity_center::{Auto, Fake, Seed, Setup, write_home};

/// A profile of the home's config file.
pub(crate) const PROFILE: &str = "alpha-ReadOnly";

/// The file name that the AWS CLI gives the token of the session `corp`: the SHA-1 of the name.
const TOKEN_FILE: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// Variables without which programs of Windows find neither sockets nor a folder for temporary files.
const SYSTEM: [&str; 5] = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];

pub(crate) struct Place {
    pub(crate) home: PathBuf,
    pub(crate) fake: Fake,
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_sso-cp"))
}

impl Place {
    pub(crate) fn new(name: &str) -> Place {
        let home = std::env::temp_dir().join(format!("sso-cp-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        let setup = Setup { auto: Auto::Approve, ..Setup::default() };
        write_home(&home, &setup).unwrap();
        Place { home, fake: Fake::start(setup).unwrap() }
    }

    /// Signs in as if the AWS CLI had done it.
    pub(crate) fn put_token(&self, seed: &Seed) -> PathBuf {
        let folder = self.home.join(".aws").join("sso").join("cache");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(TOKEN_FILE);
        fs::write(&path, self.fake.seed_token(seed).token_file()).unwrap();
        path
    }

    /// A command that sees this home, this AWS, and nothing else of our environment.
    fn prepared(&self, mut command: Command) -> Command {
        command.env_clear().env("HOME", &self.home).env("USERPROFILE", &self.home);
        command.env("AWS_ENDPOINT_URL_SSO", self.fake.sso_url());
        command.env("AWS_ENDPOINT_URL_SSO_OIDC", self.fake.oidc_url());
        command.envs(SYSTEM.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments);
        self.prepared(command)
    }

    /// A line of the config file, as SDKs run it.
    pub(crate) fn by_shell(&self, line: &str) -> Command {
        let mut command = match cfg!(windows) {
            true => Command::new("cmd"),
            false => Command::new("sh"),
        };
        command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line);
        self.prepared(command)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a run that must end well prints.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn credentials(&self) -> serde_json::Value {
        serde_json::from_str(&self.text(&["--profile", PROFILE])).unwrap()
    }

    /// Unfinished files.
    pub(crate) fn leftovers(&self) -> usize {
        let aws = self.home.join(".aws");
        let folders =
            [aws.join("sso").join("cache"), aws.join("cli").join("cache"), aws.join("sso-cp")];
        let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().to_string_lossy().ends_with("tmp"))
            .count()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The first address that a run writes. What follows is read by nobody, but until the run ends.
pub(crate) fn first_link(stderr: impl Read + Send + 'static) -> String {
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let link = lines.find(|line| line.starts_with("http://")).expect("an address is shown");
    std::thread::spawn(move || lines.for_each(drop));
    link.trim().to_owned()
}

/// Opens a page as a browser does, and follows it to where it leads.
pub(crate) fn browse(link: &str) {
    const MAX_PAGES: usize = 5;
    let mut link = link.to_owned();
    for _ in 0..MAX_PAGES {
        let page = get(&link);
        let mut headers = page.lines().filter_map(|line| line.split_once(": "));
        match headers.find(|(name, _)| name.eq_ignore_ascii_case("location")) {
            Some((_, next)) => link = next.to_owned(),
            None => return assert!(page.starts_with("HTTP/1.1 200"), "{page}"),
        }
    }
    panic!("it leads from page to page without an end");
}

fn get(link: &str) -> String {
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = Vec::new();
    stream.read_to_end(&mut page).unwrap();
    String::from_utf8_lossy(&page).into_owned()
}
