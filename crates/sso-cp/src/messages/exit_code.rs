//! The exit codes of the contract, each with its class of failures.

/// What keeps a run from its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The flags.
    Usage,
    /// The configuration, or what stands in its place.
    Config,
    /// A person has to sign in.
    SignIn,
    /// AWS refuses the account or the role.
    Refused,
    /// AWS cannot be reached, or does not give a usable answer.
    Network,
    /// A file or folder, or another means of this machine, cannot be used.
    Files,
    /// A command of the person's is there and cannot be run: as a shell ends then.
    NotRun,
    /// A command of the person's is not there.
    NotFound,
    /// The person does not want it: as if SIGINT had come.
    Interrupted,
}

impl Class {
    /// The code of the contract.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Class::Usage => 2,
            Class::Config => 3,
            Class::SignIn => 4,
            Class::Refused => 5,
            Class::Network => 6,
            Class::Files => 7,
            Class::NotRun => 126,
            Class::NotFound => 127,
            Class::Interrupted => 130,
        }
    }
}
