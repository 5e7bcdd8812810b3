//! The clients, and where each comes from.

use crate::workspace::find_program;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// One client.
#[derive(Debug)]
pub(super) struct Client {
    /// Its name where it comes from, which is what the table calls it.
    pub(super) name: &'static str,
    pub(super) from: From,
    /// Whether it knows `credential_process` at all.
    pub(super) runs_helper: bool,
    /// Whether it is driven from several threads at once.
    pub(super) has_threads: bool,
}

/// Where a client comes from, which decides how it is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    PyPi,
    Npm,
    /// A program of the system that is given these words, and one of which says its version.
    Path(&'static str, &'static [&'static str], &'static [&'static str]),
    /// A program that a variable names.
    Variable(&'static str, &'static [&'static str]),
}

const fn python(name: &'static str) -> Client {
    Client { name, from: From::PyPi, runs_helper: true, has_threads: true }
}

const fn endpoint_only(name: &'static str) -> Client {
    Client { name, from: From::PyPi, runs_helper: false, has_threads: true }
}

const fn node(name: &'static str) -> Client {
    Client { name, from: From::Npm, runs_helper: true, has_threads: true }
}

const RUBY: &str = "require 'aws-sdk-core'
puts 'version ' + Aws::CORE_GEM_VERSION
begin
  chain = Aws::CredentialProviderChain.new(Aws::STS::Client.new(region: 'eu-west-1', credentials: Aws::Credentials.new('a', 'b')).config.tap { |c| c.credentials = nil; c.profile = ENV['AWS_PROFILE'] })
  found = chain.resolve
  ARGV[0].to_i.times { puts found ? 'key ' + found.credentials.access_key_id : 'error no credentials' }
rescue StandardError => e
  puts 'error ' + e.message.gsub(/\\s+/, ' ')
end";

/// All of them, in the order of the table. `{s3}` is the stand-in for S3, `{uses}` how often they are used.
pub(super) const CLIENTS: &[Client] = &[
    python("boto3"),
    python("awscrt"),
    python("pyarrow"),
    python("pyogrio"),
    python("deltalake"),
    python("polars"),
    endpoint_only("obstore"),
    endpoint_only("minio"),
    node("@aws-sdk/credential-providers"),
    node("aws-sdk"),
    Client {
        name: "aws-config (Rust)",
        from: From::Variable("SSO_CP_TEST_RUST_SDK", &[]),
        runs_helper: true,
        has_threads: false,
    },
    Client {
        name: "aws-sdk-core (Ruby)",
        from: From::Path("ruby", &["-e", RUBY, "{uses}"], &[]),
        runs_helper: true,
        has_threads: false,
    },
    Client {
        name: "AWS CLI 2",
        from: From::Variable(
            "SSO_CP_TEST_AWS_CLI",
            &["configure", "export-credentials", "--format", "env-no-export"],
        ),
        runs_helper: true,
        has_threads: false,
    },
    Client {
        name: "restic",
        from: From::Path("restic", &["-r", "s3:http://{s3}/bucket", "cat", "config"], &["version"]),
        runs_helper: true,
        has_threads: false,
    },
    Client {
        name: "rclone",
        from: From::Path(
            "rclone",
            &["lsf", ":s3,provider=Other,env_auth=true,endpoint='http://{s3}':bucket"],
            &["version"],
        ),
        runs_helper: true,
        has_threads: false,
    },
];

/// Installs a client where it is missing. What cannot be installed is told, and is a gap in the table.
pub(super) fn install(client: &Client, folder: &Path) {
    let done = match client.from {
        From::PyPi => {
            let pip = folder.join("python").join("bin").join("pip");
            let has_pip = pip.is_file()
                || quiet(Command::new("python3").args(["-m", "venv"]).arg(folder.join("python")));
            has_pip && quiet(Command::new(pip).args(["install", "--quiet", client.name]))
        }
        From::Npm => {
            let node = folder.join("node");
            let install = ["install", "--silent", "--no-audit", "--no-fund", client.name];
            fs::create_dir_all(&node).is_ok()
                && quiet(Command::new("npm").args(install).current_dir(node))
        }
        From::Path(..) | From::Variable(..) => true,
    };
    if !done {
        eprintln!("NOT INSTALLED: {}", client.name);
    }
}

fn quiet(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

impl Client {
    /// The program and its words; none where it is not there. Drivers are written into the folder of the trial.
    pub(super) fn words(
        &self,
        folder: &Path,
        place: &Path,
        uses: usize,
        threads: usize,
        s3: &str,
    ) -> Option<Vec<PathBuf>> {
        let counts = [uses.to_string(), threads.to_string()];
        let driven = |program: PathBuf, name: &str, driver: &str| {
            let path = place.join(name);
            fs::write(&path, driver).ok()?;
            let words = [program, path, self.name.into()].into_iter();
            Some(words.chain(counts.clone().map(PathBuf::from)).collect())
        };
        let filled = |program: PathBuf, words: &[&str]| {
            let fill = |word: &&str| word.replace("{s3}", s3).replace("{uses}", &counts[0]).into();
            Some([program].into_iter().chain(words.iter().map(fill)).collect())
        };
        match self.from {
            From::PyPi => {
                let python = folder.join("python").join("bin").join("python");
                let python = Some(python).filter(|python| python.is_file())?;
                driven(python, "drive.py", include_str!("drive.py"))
            }
            From::Npm => driven(find_program("node")?, "drive.js", include_str!("drive.js")),
            From::Path(program, words, _) => filled(find_program(program)?, words),
            From::Variable(name, words) => filled(env::var_os(name)?.into(), words),
        }
    }

    /// What a program of the system says of its version; drivers say it by themselves.
    pub(super) fn version(&self) -> Option<String> {
        let (program, words) = match self.from {
            From::Path(program, _, words) => (find_program(program)?, words),
            From::Variable(name, words) if !words.is_empty() => {
                (env::var_os(name)?.into(), &["--version"][..])
            }
            From::Variable(name, _) => {
                return env::var_os(name).map(|_| "of tests/real-clients".to_owned());
            }
            From::PyPi | From::Npm => return None,
        };
        if words.is_empty() {
            return None;
        }
        let output = Command::new(program).args(words).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_version =
            |word: &&str| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
        let word = text.split([' ', '/', '\n']).find(is_version)?;
        Some(word.to_owned())
    }
}
