//! The names of the keys that the shared files may have, each with the section that it belongs in.

// The five by which AWS's tools know a profile of theirs, and the scopes of a session.

/// Profile: the `[sso-session]` section that it signs in by.
pub const SSO_SESSION: &str = "sso_session";
/// Sso-session, or a legacy profile: where the access portal is.
pub const SSO_START_URL: &str = "sso_start_url";
/// Sso-session, or a legacy profile: where the Identity Center instance lives.
pub const SSO_REGION: &str = "sso_region";
/// Profile: the account.
pub const SSO_ACCOUNT_ID: &str = "sso_account_id";
/// Profile: the permission set.
pub const SSO_ROLE_NAME: &str = "sso_role_name";
/// Sso-session: what a sign-in may do, separated by commas.
pub const SSO_REGISTRATION_SCOPES: &str = "sso_registration_scopes";

// The same in a profile that always comes to us: SDKs ignore these.

/// Profile: as [`SSO_SESSION`].
pub const SSO_CP_SESSION: &str = "sso_cp_session";
/// Profile: as [`SSO_ACCOUNT_ID`].
pub const SSO_CP_ACCOUNT_ID: &str = "sso_cp_account_id";
/// Profile: as [`SSO_ROLE_NAME`].
pub const SSO_CP_ROLE_NAME: &str = "sso_cp_role_name";

// A role that account access manager gives.

/// Profile, or its sso-session: the tenant.
pub const SSO_CP_TENANT_ID: &str = "sso_cp_tenant_id";
/// Profile: the role.
pub const SSO_CP_ROLE_ARN: &str = "sso_cp_role_arn";
/// Profile, or its sso-session: where the tenant is; without it, where the session is.
pub const SSO_CP_TENANT_REGION: &str = "sso_cp_tenant_region";
/// Profile: the name of the session that the role is assumed for.
pub const SSO_CP_ROLE_SESSION_NAME: &str = "sso_cp_role_session_name";
/// Profile: how long that session lives.
pub const SSO_CP_DURATION_SECONDS: &str = "sso_cp_duration_seconds";

// What a profile's credentials may do, and where they are asked for.

/// Profile: a file with the policy that all credentials are scoped down to.
pub const SSO_CP_SCOPE_POLICY: &str = "sso_cp_scope_policy";
/// Profile: how long scoped credentials live.
pub const SSO_CP_SCOPE_DURATION_SECONDS: &str = "sso_cp_scope_duration_seconds";
/// Profile: such a file for coding agents alone, or `deny`.
pub const SSO_CP_AGENT_POLICY: &str = "sso_cp_agent_policy";
/// Profile: `true` where it is the one for its account's registry.
pub const SSO_CP_REGISTRY: &str = "sso_cp_registry";
/// Profile: the colour of its name in a shell prompt.
pub const SSO_CP_PROMPT: &str = "sso_cp_prompt";
/// Profile: `true` where its `credential_process` has no path, because other machines read the file too.
pub const SSO_CP_PORTABLE: &str = "sso_cp_portable";

// How a session is kept and signed in to.

/// Sso-session: `plain`, `sealed` or `sealed-all`.
pub const SSO_CP_STORE: &str = "sso_cp_store";
/// Sso-session: the time after which the store locks itself, such as `8h`.
pub const SSO_CP_UNLOCK_FOR: &str = "sso_cp_unlock_for";
/// Sso-session: `always` where a call may ask the keystore.
pub const SSO_CP_UNLOCK: &str = "sso_cp_unlock";
/// Sso-session: the session that is used while the Region of this one fails.
pub const SSO_CP_FALLBACK_SESSION: &str = "sso_cp_fallback_session";
/// Sso-session: whether role credentials are fetched ahead of need.
pub const SSO_CP_PREFETCH: &str = "sso_cp_prefetch";
/// Sso-session: `deny` where nobody may sign in by device code.
pub const SSO_CP_DEVICE_CODE: &str = "sso_cp_device_code";
/// Sso-session: the program that opens pages, with its arguments.
pub const SSO_CP_BROWSER: &str = "sso_cp_browser";

// Whose credentials a profile stands for, in AWS's own tools.

/// The command that prints credentials.
pub const CREDENTIAL_PROCESS: &str = "credential_process";
/// The role that is assumed.
pub const ROLE_ARN: &str = "role_arn";
/// The profile that it is assumed from.
pub const SOURCE_PROFILE: &str = "source_profile";
/// The environment or machine that it is assumed from.
pub const CREDENTIAL_SOURCE: &str = "credential_source";
/// The name of the session that it is assumed for.
pub const ROLE_SESSION_NAME: &str = "role_session_name";
/// What the trust policy of the role asks for.
pub const EXTERNAL_ID: &str = "external_id";
/// How long that session lives.
pub const DURATION_SECONDS: &str = "duration_seconds";
/// The device whose code is asked for.
pub const MFA_SERIAL: &str = "mfa_serial";
/// The token that the role is assumed with.
pub const WEB_IDENTITY_TOKEN_FILE: &str = "web_identity_token_file";
/// The sign-in of `aws login`.
pub const LOGIN_SESSION: &str = "login_session";
/// A static key.
pub const AWS_ACCESS_KEY_ID: &str = "aws_access_key_id";
/// Its secret.
pub const AWS_SECRET_ACCESS_KEY: &str = "aws_secret_access_key";
/// Its session.
pub const AWS_SESSION_TOKEN: &str = "aws_session_token";
/// Its session, as the first tools called it.
pub const AWS_SECURITY_TOKEN: &str = "aws_security_token";
/// When that session ends; written by yawsso alone.
pub const AWS_SESSION_EXPIRATION: &str = "aws_session_expiration";

// How AWS is reached.

/// Where the services of AWS are asked.
pub const REGION: &str = "region";
/// The `[services]` section with endpoints.
pub const SERVICES: &str = "services";
/// An endpoint of the user's own.
pub const ENDPOINT_URL: &str = "endpoint_url";
/// Hosts with validated cryptography.
pub const USE_FIPS_ENDPOINT: &str = "use_fips_endpoint";
/// Hosts with IPv6 addresses too.
pub const USE_DUALSTACK_ENDPOINT: &str = "use_dualstack_endpoint";
/// Whether endpoints of the user's own count for nothing.
pub const IGNORE_CONFIGURED_ENDPOINT_URLS: &str = "ignore_configured_endpoint_urls";
/// The file with the certificate authorities that count.
pub const CA_BUNDLE: &str = "ca_bundle";

/// What every key begins with that only `sso-cp` reads.
pub const OWN_PREFIX: &str = "sso_cp_";

/// The keys by which AWS's tools know a profile of Identity Center.
pub const STANDARD_SSO: [&str; 5] =
    [SSO_SESSION, SSO_START_URL, SSO_REGION, SSO_ACCOUNT_ID, SSO_ROLE_NAME];

/// The keys of a profile that only `sso-cp` reads.
pub const OWN_OF_PROFILE: [&str; 14] = [
    SSO_CP_SESSION,
    SSO_CP_ACCOUNT_ID,
    SSO_CP_ROLE_NAME,
    SSO_CP_TENANT_ID,
    SSO_CP_ROLE_ARN,
    SSO_CP_TENANT_REGION,
    SSO_CP_ROLE_SESSION_NAME,
    SSO_CP_DURATION_SECONDS,
    SSO_CP_SCOPE_POLICY,
    SSO_CP_SCOPE_DURATION_SECONDS,
    SSO_CP_AGENT_POLICY,
    SSO_CP_REGISTRY,
    SSO_CP_PROMPT,
    SSO_CP_PORTABLE,
];

/// The keys of an `[sso-session]` section that only `sso-cp` reads.
pub const OWN_OF_SESSION: [&str; 9] = [
    SSO_CP_TENANT_ID,
    SSO_CP_TENANT_REGION,
    SSO_CP_STORE,
    SSO_CP_UNLOCK_FOR,
    SSO_CP_UNLOCK,
    SSO_CP_FALLBACK_SESSION,
    SSO_CP_PREFETCH,
    SSO_CP_DEVICE_CODE,
    SSO_CP_BROWSER,
];

/// The other keys that have a name here: those of AWS's own tools.
const OF_AWS: [&str; 28] = [
    SSO_SESSION,
    SSO_START_URL,
    SSO_REGION,
    SSO_ACCOUNT_ID,
    SSO_ROLE_NAME,
    SSO_REGISTRATION_SCOPES,
    CREDENTIAL_PROCESS,
    ROLE_ARN,
    SOURCE_PROFILE,
    CREDENTIAL_SOURCE,
    ROLE_SESSION_NAME,
    EXTERNAL_ID,
    DURATION_SECONDS,
    MFA_SERIAL,
    WEB_IDENTITY_TOKEN_FILE,
    LOGIN_SESSION,
    AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY,
    AWS_SESSION_TOKEN,
    AWS_SECURITY_TOKEN,
    AWS_SESSION_EXPIRATION,
    REGION,
    SERVICES,
    ENDPOINT_URL,
    USE_FIPS_ENDPOINT,
    USE_DUALSTACK_ENDPOINT,
    IGNORE_CONFIGURED_ENDPOINT_URLS,
    CA_BUNDLE,
];

/// The number of a key among all that have a name here, fewer than 64 of them.
pub(crate) fn number(key: &str) -> Option<usize> {
    let all = [&OF_AWS[..], &OWN_OF_PROFILE, &OWN_OF_SESSION];
    all.into_iter().flatten().position(|known| *known == key)
}
