//! What a stand-in starts with: the portal's accounts, lifetimes and the ways in which it can be stricter or looser.

use std::time::Duration;

/// The start URL of the default setup.
pub const START_URL: &str = "https://example.awsapps.com/start";

/// Everything that a stand-in is told before it starts. Every field has a default that suits most tests.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The one start URL that this portal has.
    pub start_url: String,
    /// The region written into seeded token files and configs.
    pub region: String,
    /// The loopback port, 0 for one that the system chooses.
    pub port: u16,
    /// Whether clients speak TLS, and to what certificate.
    pub tls: Tls,
    /// The hosts that it goes by besides those of loopback, in its certificate and in requests.
    pub hosts: Vec<String>,
    /// Accounts with the roles that the signed-in person may use.
    pub accounts: Vec<Account>,
    /// Roles that STS lets one assume.
    pub assumable: Vec<AssumableRole>,
    /// The tenant of account access manager.
    pub tenant: String,
    /// Roles that account access manager lets the signed-in person use.
    pub entitled: Vec<EntitledRole>,
    /// The Kubernetes cluster, in `eu-west-1`.
    pub cluster: String,
    /// The domains of package repositories: the owner's account, and the name.
    pub domains: Vec<(String, String)>,
    /// How long role credentials live.
    pub credential_lifetime: Duration,
    /// How long access tokens live.
    pub access_token_lifetime: Duration,
    /// How long a portal session lives: access and refresh tokens die with it.
    pub session_lifetime: Duration,
    /// How long a client secret lives.
    pub client_lifetime: Duration,
    /// What happens to a refresh token that is used.
    pub refresh_tokens: RefreshTokens,
    /// Who presses the buttons of the approval pages.
    pub auto: Auto,
    /// How many polls of a device code answer "pending" before [`Auto`] decides it; 0 means approved before the first.
    pub pending_polls: u32,
    /// The device flow's poll interval in seconds, as sent to the client.
    pub device_interval_seconds: u64,
    /// How long a device code and its user code live.
    pub device_code_lifetime: Duration,
    /// The page size of the portal's lists when the client names none.
    pub page_size: usize,
    /// How many portal requests per second are answered before the others get 429; none means no limit.
    pub portal_requests_per_second: Option<usize>,
}

impl Default for Setup {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_secs(3600);
        Self {
            start_url: START_URL.to_owned(),
            region: "us-east-1".to_owned(),
            port: 0,
            tls: Tls::Off,
            hosts: Vec::new(),
            accounts: vec![
                Account::new("111122223333", "alpha", &["ReadOnly", "AdministratorAccess"]),
                Account::new("444455556666", "beta", &["ReadOnly"]),
            ],
            assumable: vec![AssumableRole::new("arn:aws:iam::444455556666:role/Deploy")],
            tenant: "aa-example".to_owned(),
            entitled: vec![
                EntitledRole::new("arn:aws:iam::111122223333:role/team/Developer", Some("alpha")),
                EntitledRole::new("arn:aws:iam::777788889999:role/Auditor", None),
            ],
            cluster: "demo".to_owned(),
            domains: vec![("111122223333".to_owned(), "packages".to_owned())],
            credential_lifetime: HOUR,
            access_token_lifetime: HOUR,
            session_lifetime: 8 * HOUR,
            client_lifetime: 90 * 24 * HOUR,
            refresh_tokens: RefreshTokens::SingleUse,
            auto: Auto::Manual,
            pending_polls: 1,
            device_interval_seconds: 1,
            device_code_lifetime: Duration::from_secs(600),
            page_size: 20,
            portal_requests_per_second: None,
        }
    }
}

impl Setup {
    /// A large organisation: `accounts` numbered accounts that share `roles` roles evenly.
    pub fn many_accounts(accounts: usize, roles: usize) -> Self {
        const NAMES: [&str; 6] =
            ["ReadOnly", "AdministratorAccess", "PowerUser", "Billing", "Deploy", "SecurityAudit"];
        let mut list = Vec::with_capacity(accounts);
        for index in 0..accounts {
            let count = roles / accounts + usize::from(index < roles % accounts);
            let names = (0..count).map(|role| match NAMES.get(role) {
                Some(name) => (*name).to_owned(),
                None => format!("Role{role:03}"),
            });
            list.push(Account {
                id: format!("{:012}", 100_000_000_000 + index as u64 * 1_000_003),
                name: Some(format!("team-{index:03}")),
                email: Some(format!("team-{index:03}@example.com")),
                roles: names.collect(),
            });
        }
        Self { accounts: list, ..Self::default() }
    }
}

/// An account as the portal lists it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// The account's name, which the real service sometimes leaves out.
    pub name: Option<String>,
    /// The account's address, which the real service sometimes leaves out.
    pub email: Option<String>,
    /// The permission sets that the person may use there.
    pub roles: Vec<String>,
}

impl Account {
    /// An account with a name and an address made from it.
    pub fn new(id: &str, name: &str, roles: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            name: Some(name.to_owned()),
            email: Some(format!("{name}@example.com")),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        }
    }
}

/// A role that STS lets any of the credentials made here assume.
#[derive(Debug, Clone)]
pub struct AssumableRole {
    /// `arn:aws:iam::ACCOUNT:role/NAME`
    pub arn: String,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
    /// Whether the trust policy asks for a second factor.
    pub mfa: Mfa,
}

impl AssumableRole {
    /// A role without any condition.
    pub fn new(arn: &str) -> Self {
        Self { arn: arn.to_owned(), external_id: None, mfa: Mfa::NotNeeded }
    }
}

/// A role that account access manager gives.
#[derive(Debug, Clone)]
pub struct EntitledRole {
    /// The account that it is in: the ARN's fifth part.
    pub account_id: String,
    /// The account's name, which the real service may leave out.
    pub account_name: Option<String>,
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`
    pub role_arn: String,
}

impl EntitledRole {
    /// A role, by its ARN.
    pub fn new(role_arn: &str, account_name: Option<&str>) -> Self {
        Self {
            account_id: role_arn.split(':').nth(4).unwrap_or_default().to_owned(),
            account_name: account_name.map(str::to_owned),
            role_arn: role_arn.to_owned(),
        }
    }
}

/// Whether a role's trust policy asks for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mfa {
    /// No condition.
    NotNeeded,
    /// `SerialNumber` and a six-digit `TokenCode` must come with the request; any six digits do.
    Needed,
}

/// Whether clients speak TLS, and to what certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP.
    Off,
    /// A certificate for `127.0.0.1` and `localhost`, from the CA whose PEM the stand-in gives out.
    Good,
    /// As good, but it ended in 2020.
    Expired,
    /// Signed by itself; the CA whose PEM is given out has nothing to do with it.
    SelfSigned,
    /// Signed by another CA than the one whose PEM is given out.
    UnknownCa,
    /// As good, but for `wrong.example` alone.
    WrongHost,
}

/// What happens to a refresh token that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// The reply brings a new one and the old one is dead: what AWS says may happen at any time.
    SingleUse,
    /// The reply brings a new one and the old one lives on.
    OldStaysValid,
    /// The reply brings none and the old one lives on.
    NotReturned,
}

/// Who presses the buttons of the approval pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auto {
    /// A person, or a test, on the page.
    Manual,
    /// Everything is approved at once.
    Approve,
    /// Everything is denied at once.
    Deny,
}

impl Auto {
    /// `approve`, `deny` or `manual`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "approve" => Some(Self::Approve),
            "deny" => Some(Self::Deny),
            "manual" => Some(Self::Manual),
            _ => None,
        }
    }
}
