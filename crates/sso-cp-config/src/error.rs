//! What can be wrong with the configuration: facts with their places, no advice.

use std::fmt;
use std::path::PathBuf;

use crate::near_miss::NearMiss;

/// Where a setting stands: the section as messages name it, and its file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// `profile dev`, `sso-session corp`.
    pub section: String,
    /// The file of the section's first occurrence.
    pub path: PathBuf,
}

/// A profile that contradicts its sso-session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The profile's section.
    pub place: Place,
    /// The section that it disagrees with.
    pub session: String,
    /// The key that both have.
    pub key: &'static str,
    /// What the profile says.
    pub in_profile: String,
    /// What the sso-session says.
    pub in_session: String,
}

/// Why a profile cannot be a part of a role chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainProblem {
    /// It assumes a role, has SSO keys, and names no profile to assume it from: Go assumes the role
    /// with them, JS ignores the role, the others fail.
    SsoKeys,
    /// It assumes a role and has a `credential_process` too: Go fails, the others assume the role.
    CredentialProcess,
    /// It has both `source_profile` and `credential_source`, which every SDK refuses.
    TwoSources,
    /// Its `credential_source` is not a sign-in: the environment or the machine.
    CredentialSource,
    /// It wants a code from a device (`mfa_serial`).
    Mfa,
    /// It assumes the role with another provider's token.
    WebIdentity,
    /// It names itself as its source, which means its own static keys.
    OwnSource,
    /// Others start from it, and it has static keys, which AWS's tools would take.
    StaticKeys,
}

/// Why no role or session came out of the configuration.
#[derive(Debug)]
pub enum Error {
    /// Neither the environment nor the user database names a home directory.
    NoHome,
    /// A shared file is there but cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A directory, a FIFO, a device or a socket where a shared file should be.
    NotAFile {
        /// What was opened.
        path: PathBuf,
        /// A directory is the likely mistake, so it is distinguished.
        is_directory: bool,
    },
    /// No config file is that long.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// A line of a section that is needed breaks the grammar. Its text is not kept: it may be a
    /// secret in the wrong place.
    BadLine {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What was expected.
        problem: &'static str,
    },
    /// No file has the profile.
    NoProfile {
        /// The name that was looked for.
        profile: String,
        /// The files, and whether each is there at all.
        looked_in: Vec<(PathBuf, bool)>,
        /// What comes near it.
        near: Box<NearMiss>,
    },
    /// The config file has no such `[sso-session]` section.
    NoSession {
        /// The name that was looked for.
        session: String,
        /// The profile that names it, if one does.
        profile: Option<String>,
        /// The config file, and whether it is there at all.
        looked_in: (PathBuf, bool),
        /// What comes near it.
        near: Box<NearMiss>,
    },
    /// The profile names no role in any of the ways that there are.
    NoSsoSettings {
        /// The profile's section.
        place: Place,
        /// The line of its header, from 1.
        line: usize,
        /// Whether it has a `credential_process`, which is never run.
        has_credential_process: bool,
        /// Whether it has credentials of another kind: static keys, a web identity, the machine's.
        has_other_credentials: bool,
    },
    /// The profile has the sign-in of `aws login` and no other. That is the AWS CLI's alone: a second
    /// program that renewed it would end it.
    LoginProfile {
        /// The profile's section.
        place: Place,
    },
    /// The profile assumes a role on top of another profile, and a role of the access portal itself
    /// is needed.
    RoleChain {
        /// The profile's section.
        place: Place,
        /// The profile that it starts from.
        source_profile: Option<String>,
    },
    /// The profile cannot be a part of a role chain.
    Chain {
        /// The profile's section.
        place: Place,
        /// Why.
        problem: ChainProblem,
    },
    /// A role chain of more hops than anybody means.
    ChainTooLong {
        /// The profile that was selected.
        place: Place,
        /// So many there may be.
        most: usize,
    },
    /// A role chain that comes back to where it was.
    ChainCycle {
        /// The profiles on the way round; the first and the last are the same.
        profiles: Vec<String>,
    },
    /// No file has the profile that a role is to be assumed from.
    NoSource {
        /// The profile that names it.
        place: Place,
        /// The name that was looked for.
        source: String,
        /// What comes near it.
        near: Box<NearMiss>,
    },
    /// Roles are assumed in a region, and none is known.
    NoRegion {
        /// The profile that could name it.
        place: Place,
    },
    /// A key without which the section is of no use.
    MissingKey {
        /// The section that should have it.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// The profile and its sso-session say different things.
    Conflict(Box<Conflict>),
    /// A value that cannot be used.
    BadValue {
        /// The section that has it.
        place: Place,
        /// The key.
        key: String,
        /// What is wrong with it; the value itself only where it cannot be a secret.
        problem: String,
    },
    /// An environment variable, or a flag, that cannot be used.
    BadInput {
        /// The variable's or the flag's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// FIPS or dual stack is asked for together with an endpoint of one's own, which AWS refuses.
    EndpointVariant {
        /// `FIPS` or `dual stack`.
        variant: &'static str,
        /// The setting that names the endpoint.
        endpoint_from: String,
    },
    /// The profile's `services` names a section that is not there.
    NoServices {
        /// The profile's section.
        place: Place,
        /// The name that was looked for.
        services: String,
    },
}

impl fmt::Display for ChainProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChainProblem::SsoKeys => {
                "has `role_arn` and SSO keys but no `source_profile`, and AWS's tools disagree on what that means"
            }
            ChainProblem::CredentialProcess => {
                "has both `role_arn` and `credential_process`, and AWS's tools disagree on which of them wins"
            }
            ChainProblem::TwoSources => {
                "has both `source_profile` and `credential_source`, and only one can be meant"
            }
            ChainProblem::CredentialSource => {
                "assumes its role from `credential_source`, the environment or the machine, which is not a sign-in"
            }
            ChainProblem::Mfa => {
                "has `mfa_serial`, and there is nobody here to type the code of a device"
            }
            ChainProblem::WebIdentity => {
                "has `web_identity_token_file`: it assumes its role with the token of another provider"
            }
            ChainProblem::OwnSource => {
                "names itself by `source_profile`, which means static keys, and roles are only assumed from a sign-in here"
            }
            ChainProblem::StaticKeys => {
                "has static keys, and AWS's tools would assume the role with those"
            }
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] in {}", self.section, self.path.display())
    }
}

impl fmt::Display for Error {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoHome => f.write_str(
                "no home directory is known: HOME is not an absolute path, and the user database names none",
            ),
            Error::Unreadable { path, .. } => write!(f, "cannot read {}", path.display()),
            Error::NotAFile { path, is_directory } => {
                let what = if *is_directory { "a directory" } else { "not a regular file" };
                write!(f, "{} is {what}, and a config file is needed there", path.display())
            }
            Error::TooLarge { path, limit_bytes } => {
                write!(f, "{} is larger than {} MiB", path.display(), limit_bytes >> 20)
            }
            Error::BadLine { path, line, problem } => {
                write!(f, "{}:{line}: {problem}", path.display())
            }
            Error::NoProfile { profile, looked_in, near } => {
                write!(f, "there is no profile `{profile}`")?;
                for (at, file) in looked_in.iter().enumerate() {
                    f.write_str(if at == 0 { " in " } else { " or " })?;
                    write_file(file, f)?;
                }
                match &near.header {
                    None if near.is_of_other_kind => {
                        write!(f, "; `{profile}` is an sso-session")
                    }
                    _ => near.fmt(f),
                }
            }
            Error::NoSession { session, profile, looked_in, near } => {
                write!(f, "there is no [sso-session {session}]")?;
                if let Some(profile) = profile {
                    write!(f, ", which profile `{profile}` names,")?;
                }
                f.write_str(" in ")?;
                write_file(looked_in, f)?;
                near.fmt(f)
            }
            Error::NoSsoSettings { place, line, has_credential_process, .. } => {
                let process = match has_credential_process {
                    true => ", only a credential_process, which is never run from here",
                    false => "",
                };
                let Place { section, path } = place;
                write!(f, "[{section}] has no SSO settings{process} ({}:{line})", path.display())
            }
            Error::LoginProfile { place } => {
                write!(f, "{place} is an `aws login` profile, which only AWS's own tools can use")
            }
            Error::RoleChain { place, .. } => write!(
                f,
                "{place} assumes a role by `role_arn`, and the access portal has no such role"
            ),
            Error::Chain { place, problem } => write!(f, "{place} {problem}"),
            Error::ChainTooLong { place, most } => {
                write!(f, "the role chain of {place} has more than {most} roles")
            }
            Error::ChainCycle { profiles } => {
                f.write_str("the role chain goes in a circle: ")?;
                for (at, profile) in profiles.iter().enumerate() {
                    let arrow = if at == 0 { "" } else { " -> " };
                    write!(f, "{arrow}`{profile}`")?;
                }
                Ok(())
            }
            Error::NoSource { place, source, near } => {
                write!(f, "{place} names `source_profile = {source}`, and there is no such profile")?;
                near.header.as_ref().map_or(Ok(()), |header| header.fmt(f))
            }
            Error::NoRegion { place } => write!(
                f,
                "STS is asked in a region, and none is known: [{}] has no `region`, and `AWS_REGION` is not set",
                place.section
            ),
            Error::MissingKey { place, key } => write!(f, "{place} has no `{key}`"),
            Error::Conflict(conflict) => {
                let Conflict { place, session, key, in_profile, in_session } = &**conflict;
                write!(f, "{place} says `{key} = {in_profile}`, but [{session}] says `{in_session}`")
            }
            Error::BadValue { place, key, problem } => write!(f, "`{key}` of {place} {problem}"),
            Error::BadInput { name, problem } => {
                let of = if self.is_of_profile() { " of the profile" } else { "" };
                write!(f, "`{name}`{of} {problem}")
            }
            Error::EndpointVariant { variant, endpoint_from } => write!(
                f,
                "{variant} endpoints are asked for, but `{endpoint_from}` names an endpoint of its own"
            ),
            Error::NoServices { place, services } => write!(
                f,
                "{place} names `services = {services}`, but there is no [services {services}]"
            ),
        }
    }
}

fn write_file((path, exists): &(PathBuf, bool), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let missing = if *exists { "" } else { " (which does not exist)" };
    write!(f, "{}{missing}", path.display())
}

impl Error {
    /// Whether a [`Error::BadInput`] is a key of the profile, whose place was not needed so far, and neither a flag nor
    /// a variable.
    pub fn is_of_profile(&self) -> bool {
        let Error::BadInput { name, .. } = self else { return false };
        !name.starts_with(|first: char| first == '-' || first.is_uppercase())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}
