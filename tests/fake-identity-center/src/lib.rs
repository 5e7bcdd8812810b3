//! A loopback stand-in for IAM Identity Center: sso-oidc, the access portal, the pages a browser sees, enough of
//! STS for role chains and scoped credentials, of ECR, CodeArtifact and EKS for their tokens, and of account access manager. It checks what AWS checks, records what clients sent, and can be told to fail in any way.
//!
//! It shares no code with the program that it tests. All secrets that it makes up contain `SECRET`.
//!
//! ```no_run
//! use fake_identity_center::{Fake, Seed, Setup};
//!
//! let fake = Fake::start(Setup::default())?;
//! fake.script("portal.GetRoleCredentials: status=503 repeat=2").expect("the script can be read");
//! let token_file = fake.seed_token(&Seed::default()).token_file();
//! // ... run a client with AWS_ENDPOINT_URL_SSO set to fake.sso_url() ...
//! assert_eq!(fake.operations(), ["portal.GetRoleCredentials"; 3]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Operations
//!
//! `oidc.RegisterClient`, `oidc.StartDeviceAuthorization`, `oidc.CreateToken/authorization_code` (`/device_code`,
//! `/refresh_token`), `browser.Authorize`, `browser.AuthorizeDecision`, `browser.Device`, `browser.DeviceDecision`,
//! `portal.GetRoleCredentials`, `portal.ListAccounts`, `portal.ListAccountRoles`, `portal.Logout`, `sts.AssumeRole`,
//! `sts.GetScopedCredentials`, `sts.GetCallerIdentity`, `ecr.GetAuthorizationToken`, `ecr-public.GetAuthorizationToken`,
//! `codeartifact.GetAuthorizationToken`, `eks.DescribeCluster`, `account-access.ListRoles`,
//! `account-access.GetRoleCredentials`, `kubernetes` (a cluster's API server), `unknown`.
//!
//! # Scripts
//!
//! One rule a line: `operation: words`. The operation is a name as above, with or without its `/detail`, or a start
//! with a star (`portal.*`, `*`). The first rule that matches a request is used for it and used up; after that the
//! next one, and without rules the operation answers as usual. `#` starts a comment line.
//!
//! ```text
//! portal.GetRoleCredentials: status=503 repeat=2
//! oidc.CreateToken/refresh_token: error=InvalidGrantException description="Invalid refresh token provided"
//! portal.*: truncate=40 reset
//! ```
//!
//! | word | meaning |
//! | --- | --- |
//! | `repeat=3`, `repeat=forever` | the rule serves so many requests |
//! | `normal` | answers as usual (for the request before the one that fails) |
//! | `status=503` | answers with this status and the service's own error body |
//! | `error=NAME`, `description="..."`, `reason=...` | the error's code, text and reason; the status follows from the code unless it is given |
//! | `body=TEXT`, `body=@FILE`, `content-type=text/html` | answers with this body; the type alone changes the usual answer |
//! | `redirect=URL` | 302, or the given status, with a Location |
//! | `set=/pointer=RAW`, `unset=/pointer` | changes the usual JSON reply; RAW goes in as it stands: `"text"`, `1e999`, `null` |
//! | `element=Name=text`, `no-element=Name` | changes the usual XML reply: each element of that name |
//! | `expires-in=RAW`, `expiration=RAW` | the same for a token's `expiresIn` and for role credentials |
//! | `date=+1h` | a Date header that is wrong by so much |
//! | `gzip` | a compressed body |
//! | `perform=yes`, `perform=no` | whether the operation itself is carried out. Usually it is where its own reply is sent (even if the reply is then lost on the wire), and it is not where the script replaces the reply |
//! | `delay=2s` | waits before the first byte |
//! | `hold=PATH` | waits before the first byte for as long as this file is there |
//! | `drop`, `reset`, `stall` | no answer: the connection is closed, reset, or left open in silence |
//! | `truncate=40`, `truncate-head=10` | sends so many bytes of the body, or of the head alone, and closes (or `reset`, or `stall`) |
//! | `drip=1/100ms`, `drip-body=1/1s` | sends so many bytes at a time |
//! | `close` | closes the connection after the reply |
//! | `content-length=N`, `chunked`, `endless` | announces a false length, sends chunks, sends blanks after the body for ever |
//! | `header=Name:value`, `no-header=Name`, `version=HTTP/1.0` | changes the reply's head |
//!
//! Values with blanks stand in quotes, with the escapes of JSON (`"\u001b[1m"`).
//!
//! # Control by HTTP
//!
//! `POST /_fake/script` (rules), `POST /_fake/seed` (nothing, or `{"flow": "code|device|legacy",
//! "accessTokenSeconds": 60}`; answers with the sign-in and the files that the AWS CLI would have written),
//! `POST /_fake/auto` (`approve`, `deny`, `manual`), `POST /_fake/clock` (seconds ahead), `POST /_fake/expire` and
//! `POST /_fake/revoke` (an access token), `POST /_fake/clear` (script and record), `GET /_fake/requests`,
//! `GET /_fake/operations`.
//!
//! # How it is built
//!
//! Clients connect to a relay (`wire`), which ends TLS, passes whole requests to a tiny_http server (`server`) and
//! takes whole replies from it. What the script wants done to the bytes of a reply comes in a private header.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod account_access;
mod answer;
mod clock;
mod control;
mod eks;
mod fake;
mod gzip;
mod home;
mod message;
mod names;
mod oidc;
mod pages;
mod percent;
mod plan;
mod portal;
mod presigned;
mod record;
mod registry;
mod request;
mod scoping;
mod script;
mod seed;
mod server;
mod setup;
mod sigv4;
mod state;
mod stream;
mod sts;
mod tls;
mod token;
mod wire;
mod words;

pub use fake::{Fake, TokenOf};
pub use home::{SESSION, config_text, write_home};
pub use presigned::url_of_token;
pub use record::Recorded;
pub use script::ScriptError;
pub use seed::{Flow, Seed, SignIn};
pub use setup::{
    Account, AssumableRole, Auto, EntitledRole, Mfa, RefreshTokens, START_URL, Setup, Tls,
};
pub use state::Decision;
