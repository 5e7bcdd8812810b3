//! What `doctor` has found: the exit codes of its failures.

/// The class of a finding that keeps something from working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The configuration, or what stands in its place.
    Config,
    /// A person has to sign in.
    SignIn,
    /// AWS cannot be reached.
    Network,
    /// A file or folder cannot be used.
    Files,
}

impl Class {
    /// The code of the contract.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Class::Config => 3,
            Class::SignIn => 4,
            Class::Network => 6,
            Class::Files => 7,
        }
    }
}
