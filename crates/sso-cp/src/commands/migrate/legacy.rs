//! What makes a profile one of older days, and what it becomes.

use sso_cp_config::{Change, Helper, Settings, is_region, keys, why_not_a_value};

use crate::commands::shared_file;

/// The keys of a legacy profile, and of granted's.
const STANDARD: [&str; 4] =
    [keys::SSO_START_URL, keys::SSO_REGION, keys::SSO_ACCOUNT_ID, keys::SSO_ROLE_NAME];
const GRANTED: [&str; 4] = [
    "granted_sso_start_url",
    "granted_sso_region",
    "granted_sso_account_id",
    "granted_sso_role_name",
];
/// Keys that would be read with the others, and mean nothing in a profile any more.
const LEFT_OVER: [&str; 3] =
    ["granted_sso_registration_scopes", "sso_auto_populated", keys::SSO_REGISTRATION_SCOPES];

const WRAPPED: &str = "its credential_process runs a tool through another program";

/// A profile that can be migrated.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) start_url: String,
    pub(super) region: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The standard keys: the session is named, the rest stays.
    Standard,
    /// A helper's profile: the private keys, and our process. The keys that held account and role.
    Helper { account_id: (String, String), role_name: (String, String), old: Vec<&'static str> },
}

impl Found {
    /// What a profile is; `None` where it is of today. An error says why it has to stay.
    pub(super) fn in_profile(settings: &Settings) -> Option<Result<Found, &'static str>> {
        let has = |key: &str| settings.contains_key(key);
        if has(keys::SSO_SESSION) || has(keys::SSO_CP_SESSION) {
            return None;
        }
        let process = settings.get(keys::CREDENTIAL_PROCESS).map(|command| Process::of(command));
        if GRANTED.iter().any(|key| has(key)) {
            return Some(granted(settings, process));
        }
        if has(STANDARD[0]) || has(STANDARD[1]) {
            return Some(standard(settings, process));
        }
        match process {
            Some(Process::AwsSsoUtil(helper)) => Some(aws_sso_util(helper.arguments())),
            Some(Process::AwsVault) => {
                Some(Err("its credential_process is aws-vault's, which names no start URL"))
            }
            Some(Process::AwsSsoCli) => {
                Some(Err("its credential_process is aws-sso-cli's, which names no start URL"))
            }
            _ => None,
        }
    }

    /// Whether our command is to stand in the profile.
    pub(super) fn is_run_by_us(&self) -> bool {
        matches!(self.kind, Kind::Helper { .. })
    }

    /// What is to be done in the profile.
    pub(super) fn changes(&self, session: &str, process: impl FnOnce() -> String) -> Vec<Change> {
        let rename = |old: &str, key: &str, value: &str| Change::Rename {
            old: old.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        match &self.kind {
            Kind::Standard => vec![
                rename(STANDARD[0], keys::SSO_SESSION, session),
                Change::remove(STANDARD[1]),
                Change::remove(keys::SSO_REGISTRATION_SCOPES),
            ],
            Kind::Helper { account_id, role_name, old } => {
                let mut changes = vec![
                    rename(old.first().unwrap_or(&""), keys::SSO_CP_SESSION, session),
                    rename(&account_id.0, keys::SSO_CP_ACCOUNT_ID, &account_id.1),
                    rename(&role_name.0, keys::SSO_CP_ROLE_NAME, &role_name.1),
                    Change::set(keys::CREDENTIAL_PROCESS, &process()),
                ];
                changes.extend(old.iter().skip(1).chain(&LEFT_OVER).map(|key| Change::remove(key)));
                changes
            }
        }
    }
}

/// What a `credential_process` runs.
enum Process {
    AwsSsoUtil(Helper),
    Granted,
    /// These keep what they need in files and keychains of their own.
    AwsVault,
    AwsSsoCli,
    Ours,
    /// One of them, or another, that a further program runs.
    Wrapped,
    Other,
}

impl Process {
    fn of(command: &str) -> Process {
        let helper = Helper::of(command);
        // What the program around it adds would be lost.
        if helper.is_wrapped() {
            return Process::Wrapped;
        }
        match helper.name() {
            "aws-sso-util" => Process::AwsSsoUtil(helper),
            "granted" | "dgranted" => Process::Granted,
            "aws-vault" => Process::AwsVault,
            "aws-sso" => Process::AwsSsoCli,
            _ if helper.is_ours(shared_file::running_name().as_deref()) => Process::Ours,
            _ => Process::Other,
        }
    }

    /// Whether ours takes its place beside the standard keys.
    fn is_replaced(&self) -> bool {
        matches!(self, Process::AwsSsoUtil(_) | Process::Ours)
    }
}

/// Whether our command takes the place of this one in a profile with the keys of a legacy profile.
pub(super) fn replaces(command: &str) -> bool {
    Process::of(command).is_replaced()
}

fn standard(settings: &Settings, process: Option<Process>) -> Result<Found, &'static str> {
    // It may read the very keys that would go, and the tools that run it would fail.
    match &process {
        Some(Process::Wrapped) => return Err(WRAPPED),
        Some(process) if !process.is_replaced() => {
            return Err("its credential_process is another tool's");
        }
        Some(_) | None => {}
    }
    let [start_url, region] =
        [STANDARD[0], STANDARD[1]].map(|key| settings.get(key).cloned().unwrap_or_default());
    let is_helpers = process.is_some_and(|process| process.is_replaced());
    let value = |key: &str| settings.get(key).filter(|value| !value.is_empty()).cloned();
    let kind = match (is_helpers, value(STANDARD[2]), value(STANDARD[3])) {
        (true, Some(account), Some(role)) => Kind::Helper {
            account_id: (STANDARD[2].to_owned(), account),
            role_name: (STANDARD[3].to_owned(), role),
            old: vec![STANDARD[0], STANDARD[1]],
        },
        _ => Kind::Standard,
    };
    checked(start_url, region, kind)
}

fn granted(settings: &Settings, process: Option<Process>) -> Result<Found, &'static str> {
    if matches!(process, Some(Process::Wrapped)) {
        return Err(WRAPPED);
    }
    if !matches!(process, None | Some(Process::Granted | Process::Ours)) {
        return Err("its credential_process is not granted's");
    }
    if STANDARD.iter().any(|key| settings.contains_key(*key)) {
        return Err("it has standard keys beside granted's");
    }
    let [start_url, region, account, role] =
        GRANTED.map(|key| settings.get(key).cloned().unwrap_or_default());
    let kind = Kind::Helper {
        account_id: (GRANTED[2].to_owned(), account),
        role_name: (GRANTED[3].to_owned(), role),
        old: vec![GRANTED[0], GRANTED[1]],
    };
    checked(start_url, region, kind)
}

/// A profile that names its role by the flags of its process.
fn aws_sso_util(words: &[String]) -> Result<Found, &'static str> {
    let flag = |names: &[&str]| {
        let value = words.iter().enumerate().find_map(|(at, word)| {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), words.get(at + 1).cloned()),
            };
            names.contains(&name).then_some(value)?
        });
        value.unwrap_or_default()
    };
    let start_url = flag(&["--start-url", "--sso-start-url", "-u"]);
    let region = flag(&["--sso-region", "--region"]);
    let account = flag(&["--account-id", "-a"]);
    let role = flag(&["--role-name", "-r"]);
    let kind = Kind::Helper {
        account_id: (keys::SSO_ACCOUNT_ID.to_owned(), account),
        role_name: (keys::SSO_ROLE_NAME.to_owned(), role),
        old: vec![keys::SSO_START_URL],
    };
    checked(start_url, region, kind)
}

fn checked(start_url: String, region: String, kind: Kind) -> Result<Found, &'static str> {
    if !start_url.starts_with("https://") || why_not_a_value(&start_url).is_some() {
        return Err("it has no start URL that begins with `https://`");
    }
    if !is_region(&region) {
        return Err("it has no region of its sign-in");
    }
    if let Kind::Helper { account_id, role_name, .. } = &kind
        && [account_id, role_name].iter().any(|(_, value)| why_not_a_value(value).is_some())
    {
        return Err("it names no account and role");
    }
    Ok(Found { start_url, region, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&str, &str)]) -> Option<Result<Found, &'static str>> {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Found::in_profile(&pairs.collect())
    }

    const URL: &str = "https://corp.awsapps.com/start";

    #[test]
    fn profiles_of_older_days_are_told_from_those_of_today() {
        let legacy = [("sso_start_url", URL), ("sso_region", "us-east-1")];
        let legacy = found(&legacy).unwrap().unwrap();
        assert!(matches!(legacy.kind, Kind::Standard));
        for process in ["aws-sso-util credential-process --profile x", "/opt/sso-cp --profile x"] {
            let all = [
                ("sso_start_url", URL),
                ("sso_region", "us-east-1"),
                ("sso_account_id", "1"),
                ("sso_role_name", "R"),
                ("credential_process", process),
            ];
            let helper = found(&all).unwrap().unwrap();
            assert!(matches!(helper.kind, Kind::Helper { .. }), "{process}");
        }
        let flags = format!(
            "aws-sso-util credential-process --start-url {URL} --region=eu-west-1 --account-id 1 -r R"
        );
        let helper = found(&[("credential_process", &flags)]).unwrap().unwrap();
        assert_eq!((&*helper.start_url, &*helper.region), (URL, "eu-west-1"));
        for of_today in [
            &[("sso_session", "corp"), ("sso_start_url", URL)][..],
            &[("sso_cp_session", "corp")],
            &[("region", "us-east-1")],
            &[("credential_process", "something else")],
            &[("sso_account_id", "1")],
            &[("sso_session", "corp"), ("credential_process", "aws-vault export x")],
        ] {
            assert!(found(of_today).is_none(), "{of_today:?}");
        }
    }

    #[test]
    fn what_is_not_clear_stays() {
        for unclear in [
            &[("sso_start_url", URL)][..],
            &[("sso_start_url", "http://x"), ("sso_region", "us-east-1")],
            &[("granted_sso_start_url", URL), ("granted_sso_region", "us-east-1")],
            &[("credential_process", "aws-sso-util credential-process --profile x")],
        ] {
            assert!(found(unclear).unwrap().is_err(), "{unclear:?}");
        }
    }
}
