//! The forms in which `export` prints credentials.

use std::str::FromStr;

/// The forms, the AWS CLI's and one of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The `credential_process` document.
    Process,
    /// What STS answers, in JSON.
    Sts,
    /// Variables, one per line.
    Lines(Shell),
    /// A section of a credentials file.
    Ini,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        match name {
            "process" | "json" => Ok(Format::Process),
            "sts" => Ok(Format::Sts),
            "ini" => Ok(Format::Ini),
            _ => Shell::named(name).map(Format::Lines).ok_or_else(|| {
                "it is one of process, sts, env, env-no-export, fish, powershell, windows-cmd, ini"
                    .to_owned()
            }),
        }
    }
}

/// Who reads the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shell {
    /// sh, bash, zsh.
    Posix,
    /// `docker --env-file`, systemd's `EnvironmentFile`.
    EnvFile,
    Fish,
    Powershell,
    WindowsCmd,
}

impl Shell {
    pub(crate) fn named(name: &str) -> Option<Shell> {
        Some(match name {
            "env" | "bash" | "zsh" => Shell::Posix,
            "env-no-export" | "dotenv" => Shell::EnvFile,
            "fish" => Shell::Fish,
            "powershell" | "pwsh" => Shell::Powershell,
            "windows-cmd" => Shell::WindowsCmd,
            _ => return None,
        })
    }
}
