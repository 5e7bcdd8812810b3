//! What the scripts of all shells are made of.

/// What would win over a profile, or mislead anyone who reads it. The keys win in every SDK, a web identity in most;
/// `AWS_DEFAULT_PROFILE` wins over `AWS_PROFILE` in boto3.
pub(super) const WINNING: [&str; 12] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_DEFAULT_PROFILE",
];

/// What each shell's script is made of.
pub(super) struct Names<'a> {
    /// The function.
    pub(super) function: &'a str,
    /// The program, as it is to be called.
    pub(super) program: &'a str,
}
