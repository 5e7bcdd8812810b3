//! What the errors say, and what their sources add.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

use crate::error::Conflict;
use crate::{ChainProblem, EditError, EditStep, Error, MeantHeader, NearMiss, Place, SectionName};

fn path() -> PathBuf {
    "/c".into()
}

fn why() -> io::Error {
    io::Error::other("why")
}

fn dev() -> Place {
    Place { section: "profile dev".to_owned(), path: path() }
}

fn near(change: impl FnOnce(&mut NearMiss)) -> Box<NearMiss> {
    let mut near = NearMiss::default();
    change(&mut near);
    Box::new(near)
}

fn of_header() -> Box<NearMiss> {
    near(|near| {
        near.header = Some(MeantHeader {
            path: path(),
            line: 3,
            found: "[dev]".to_owned(),
            meant: "[profile dev]".to_owned(),
            name: "dev".to_owned(),
            is_profile: true,
        });
    })
}

fn no_profile(near: Box<NearMiss>) -> Error {
    let looked_in = vec![(path(), true), ("/d".into(), false)];
    Error::NoProfile { profile: "dev".to_owned(), looked_in, near }
}

fn no_session(profile: Option<&str>, near: Box<NearMiss>) -> Error {
    let (session, profile) = ("corp".to_owned(), profile.map(str::to_owned));
    Error::NoSession { session, profile, looked_in: (path(), true), near }
}

fn of_profile() -> Vec<(Error, &'static str)> {
    let missing = |has_credential_process| Error::NoSsoSettings {
        place: dev(),
        line: 4,
        has_credential_process,
        has_other_credentials: false,
    };
    vec![
        (no_profile(near(|_| {})), "there is no profile `dev` in /c or /d (which does not exist)"),
        (
            no_profile(of_header()),
            "there is no profile `dev` in /c or /d (which does not exist); line 3 of /c has `[dev]`",
        ),
        (
            no_profile(near(|near| near.is_of_other_kind = true)),
            "there is no profile `dev` in /c or /d (which does not exist); `dev` is an sso-session",
        ),
        (
            no_profile(near(|near| near.nothing_is_configured = true)),
            "there is no profile `dev` in /c or /d (which does not exist): nothing is configured yet",
        ),
        (no_session(None, near(|_| {})), "there is no [sso-session corp] in /c"),
        (
            no_session(Some("dev"), of_header()),
            "there is no [sso-session corp], which profile `dev` names, in /c; line 3 of /c has `[dev]`",
        ),
        (missing(false), "[profile dev] has no SSO settings (/c:4)"),
        (
            missing(true),
            "[profile dev] has no SSO settings, only a credential_process, which is never run from here (/c:4)",
        ),
        (
            Error::LoginProfile { place: dev() },
            "[profile dev] in /c is an `aws login` profile, which only AWS's own tools can use",
        ),
    ]
}

fn of_chains() -> Vec<(Error, &'static str)> {
    let no_source = |near| Error::NoSource { place: dev(), source: "base".to_owned(), near };
    let profiles = ["a", "b", "a"].map(str::to_owned).to_vec();
    vec![
        (
            Error::RoleChain { place: dev(), source_profile: None },
            "[profile dev] in /c assumes a role by `role_arn`, and the access portal has no such role",
        ),
        (
            Error::Chain { place: dev(), problem: ChainProblem::Mfa },
            "[profile dev] in /c has `mfa_serial`, and there is nobody here to type the code of a device",
        ),
        (
            Error::ChainTooLong { place: dev(), most: 5 },
            "the role chain of [profile dev] in /c has more than 5 roles",
        ),
        (Error::ChainCycle { profiles }, "the role chain goes in a circle: `a` -> `b` -> `a`"),
        (
            no_source(near(|near| near.nothing_is_configured = true)),
            "[profile dev] in /c names `source_profile = base`, and there is no such profile",
        ),
        (
            no_source(of_header()),
            "[profile dev] in /c names `source_profile = base`, and there is no such profile; line 3 of /c has `[dev]`",
        ),
        (
            Error::NoRegion { place: dev() },
            "STS is asked in a region, and none is known: [profile dev] has no `region`, and `AWS_REGION` is not set",
        ),
    ]
}

fn of_values() -> Vec<(Error, &'static str)> {
    let problem = || "is not a region".to_owned();
    let input = |name: &str| Error::BadInput { name: name.to_owned(), problem: problem() };
    let conflict = Conflict {
        place: dev(),
        session: "sso-session corp".to_owned(),
        key: "sso_region",
        in_profile: "a".to_owned(),
        in_session: "b".to_owned(),
    };
    vec![
        (
            Error::NoHome,
            "no home directory is known: HOME is not an absolute path, and the user database names none",
        ),
        (
            Error::NotAFile { path: path(), is_directory: true },
            "/c is a directory, and a config file is needed there",
        ),
        (
            Error::NotAFile { path: path(), is_directory: false },
            "/c is not a regular file, and a config file is needed there",
        ),
        (Error::TooLarge { path: path(), limit_bytes: 16 << 20 }, "/c is larger than 16 MiB"),
        (Error::BadLine { path: path(), line: 2, problem: "no `=`" }, "/c:2: no `=`"),
        (
            Error::MissingKey { place: dev(), key: "sso_region" },
            "[profile dev] in /c has no `sso_region`",
        ),
        (
            Error::Conflict(Box::new(conflict)),
            "[profile dev] in /c says `sso_region = a`, but [sso-session corp] says `b`",
        ),
        (
            Error::BadValue { place: dev(), key: "region".to_owned(), problem: problem() },
            "`region` of [profile dev] in /c is not a region",
        ),
        (input("--region"), "`--region` is not a region"),
        (input("AWS_REGION"), "`AWS_REGION` is not a region"),
        (input("region"), "`region` of the profile is not a region"),
        (
            Error::EndpointVariant {
                variant: "FIPS",
                endpoint_from: "AWS_ENDPOINT_URL".to_owned(),
            },
            "FIPS endpoints are asked for, but `AWS_ENDPOINT_URL` names an endpoint of its own",
        ),
        (
            Error::NoServices { place: dev(), services: "dev".to_owned() },
            "[profile dev] in /c names `services = dev`, but there is no [services dev]",
        ),
    ]
}

#[test]
fn each_error_is_a_sentence_without_advice() {
    for (error, sentence) in of_profile().into_iter().chain(of_chains()).chain(of_values()) {
        assert_eq!(error.to_string(), sentence);
        assert!(error.source().is_none() && !sentence.ends_with('.'), "{sentence}");
    }
    let unreadable = Error::Unreadable { path: path(), source: why() };
    assert_eq!(unreadable.to_string(), "cannot read /c");
    assert_eq!(unreadable.source().unwrap().to_string(), "why");
}

#[test]
fn a_file_that_was_not_changed_is_a_sentence_too() {
    let section = || SectionName::Profile("dev".to_owned());
    let of_step = |step| EditError::Io { step, path: path(), source: why() };
    for (error, sentence, has_source) in [
        (
            EditError::Read(Error::Unreadable { path: path(), source: why() }),
            "cannot read /c",
            true,
        ),
        (
            EditError::BadName { section: section() },
            "[profile dev] is a name that not every AWS tool reads",
            false,
        ),
        (
            EditError::BadValue {
                section: section(),
                key: "region".to_owned(),
                problem: "has `#`",
            },
            "`region` for [profile dev] has `#`",
            false,
        ),
        (
            EditError::BrokenBlock { path: path(), line: 9, marker: "# begin".to_owned() },
            "/c:9: the comment line `# begin` must stand once, before its end",
            false,
        ),
        (
            EditError::NotAsIntended { path: path(), section: "profile dev".to_owned() },
            "/c was not changed: [profile dev] would not be read as intended",
            false,
        ),
        (of_step(EditStep::MakeFolder), "cannot make the folder for /c", true),
        (of_step(EditStep::Write), "cannot write /c", true),
        (of_step(EditStep::Copy), "cannot keep a copy of /c", true),
        (of_step(EditStep::Replace), "cannot replace /c", true),
        (
            EditError::PlantedLink { part: path() },
            "/c is a link in another user's home, and root follows none there",
            false,
        ),
        (
            EditError::OtherOwner { path: path(), owner: 7 },
            "/c belongs to another user (id 7)",
            false,
        ),
    ] {
        assert_eq!(error.to_string(), sentence);
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), has_source.then_some("why"), "{sentence}");
    }
}
