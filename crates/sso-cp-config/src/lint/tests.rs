//! Every row of the table, and text that nobody would write.

use super::*;
use crate::keys;

fn found(text: impl AsRef<[u8]>, kind: LintedFile) -> Vec<(usize, Problem)> {
    flaws(text.as_ref(), kind).into_iter().map(|flaw| (flaw.line, flaw.problem)).collect()
}

#[track_caller]
fn config(text: impl AsRef<[u8]>, expected: &[(usize, Problem)]) {
    let text = text.as_ref();
    assert_eq!(found(text, LintedFile::Config), expected, "{}", String::from_utf8_lossy(text));
}

fn key(key: &str) -> String {
    key.to_owned()
}

#[test]
fn what_everybody_reads_alike_has_no_flaw() {
    config(
        "# comment\n\n[default]\nregion = eu-west-1\n\n[profile a-b/c.d@e:f+g]\r\nsso_session = corp\r\n\
         s3 =\n  max_concurrent_requests = 20\n# comment\n[profile\tp]\n; c\nregion = x # is only\
         \n[sso-session corp] # c\nsso_start_url = https://x/#/\n[services s]\nsso =\n  endpoint_url = http://127.0.0.1\n\
         [plugins]\ncli_legacy_plugin_path = x\n",
        &[(13, Problem::InlineComment { key: key("region"), mark: Mark::NumberSign })],
    );
    assert_eq!(found("[a]\naws_access_key_id = x\n[b]\n", LintedFile::Credentials), []);
}

#[test]
fn the_file_as_a_whole() {
    config("\u{feff}[default]\n", &[(1, Problem::ByteOrderMark)]);
    config(b"[default]\nregion = \xff\n", &[(2, Problem::NotUtf8)]);
    config("[default]\rregion = a\r", &[(1, Problem::LoneCarriageReturn)]);
    config("region = a\n[default]\n", &[(1, Problem::BeforeSections)]);
}

#[test]
fn headers() {
    let below = |header: &str| format!("{header}\nregion = a\n");
    for (header, problem) in [
        ("[profile p", Problem::UnclosedHeader),
        ("[]", Problem::EmptyHeader),
        (" [profile p]", Problem::IndentedHeader),
        ("[profile p]# c", Problem::CommentAtHeader { mark: Mark::NumberSign }),
        ("[profile p];c", Problem::CommentAtHeader { mark: Mark::Semicolon }),
        ("[profile p] c", Problem::TextAtHeader),
        ("[profile p ]", Problem::PaddedEnd),
        ("[profile p]p]", Problem::BracketInName),
        ("[profile p#p]", Problem::MarkInName),
        ("[ profile p ]", Problem::PaddedHeader),
        ("[profile  p]", Problem::WideHeader { is_session: false }),
        ("[profile \"p\"]", Problem::QuotedName),
        ("[profile 'a b']", Problem::NameWithBlanks),
        ("[profile a b]", Problem::SeveralWords),
        ("[sso-session a b]", Problem::SeveralWords),
        ("[profile équipe]", Problem::OddName),
        ("[p]", Problem::NoPrefix { name: key("p") }),
        ("[Profile p]", Problem::Misspelled { word: key("Profile"), meant: "profile" }),
        ("[sso_session p]", Problem::Misspelled { word: key("sso_session"), meant: "sso-session" }),
        ("[sso-sesion p]", Problem::Misspelled { word: key("sso-sesion"), meant: "sso-session" }),
        ("[DEFAULT]", Problem::CapitalDefault),
    ] {
        config(below(header), &[(1, problem)]);
    }
    let two = |bare_is_last| [(2, Problem::TwoDefaults { bare_is_last })];
    config("[default]\n[profile default]\n", &two(false));
    config("[profile default]\n[default]\n", &two(true));
    let second = Problem::SecondSpelling { first_line: 1 };
    config("[profile a]\n[profile \"a\"]\n", &[(2, Problem::QuotedName), (2, second)]);
    config("[profile a]\nregion = a\n  [profile b]\n", &[(3, Problem::IndentedHeaderInValue)]);
    let twice = Problem::DuplicateSection { first_line: 1 };
    config("[profile a]\n[profile b]\n[profile a]\n", &[(3, twice)]);
    let prefixed = [(1, Problem::PrefixInCredentials)];
    assert_eq!(found("[profile a]\n", LintedFile::Credentials), prefixed);
}

#[test]
fn lines_below_a_header() {
    let below = |lines: &str| format!("[profile p]\n{lines}\n");
    let twice = Problem::DuplicateKey { key: key("region"), first_line: 2 };
    let capital = Problem::CapitalKey { key: key("REGION") };
    config(below("region = a\nregion = b"), &[(3, twice.clone())]);
    config(below("region = a\nREGION = b"), &[(3, capital), (3, twice)]);
    for (lines, line, problem) in [
        ("just words", 2, Problem::NoDelimiter),
        ("= a", 2, Problem::NoKey),
        ("region: a", 2, Problem::Colon { key: key("region") }),
        ("my key = a", 2, Problem::OddKey { key: key("my key") }),
        ("  region = a", 2, Problem::IndentedKey { key: key("region"), is_first: true }),
        ("  # c\nregion = a", 2, Problem::IndentedCommentFirst),
        ("s3 =\n  # c\n  a = b", 3, Problem::CommentInBlock { key: key("s3") }),
        ("region = a\n  # c", 3, Problem::IndentedComment { key: key("region") }),
        ("sso_region = a # c", 2, {
            Problem::InlineComment { key: key("sso_region"), mark: Mark::NumberSign }
        }),
        ("sso_region = a ; c", 2, {
            Problem::InlineComment { key: key("sso_region"), mark: Mark::Semicolon }
        }),
        ("sso_region = 'a'", 2, Problem::QuotedValue { key: key("sso_region") }),
        ("output = \"", 2, Problem::LoneQuote { key: key("output") }),
        ("region = a\n  b\n  c", 3, Problem::Continued { key: key("region") }),
        ("s3 =\n  words", 3, Problem::NestedWithoutDelimiter { key: key("s3") }),
    ] {
        config(below(lines), &[(line, problem)]);
    }
    let indented = |name: &str, is_first| Problem::IndentedKey { key: key(name), is_first };
    let all = [(2, indented("region", true)), (3, indented("output", false))];
    config(below("  region = a\n  output = b"), &all);
    let behind = Problem::BelowIndentedBlock { key: key("output"), block: key("s3") };
    let block = [(2, indented("s3", true)), (4, indented("output", false)), (4, behind)];
    config(below("  s3 =\n    a = b\n  output = c"), &block);
    // What only we read, and what nothing depends on, may have its comment.
    config(below("sso_cp_session = corp # c\noutput = json # c"), &[]);
}

#[test]
fn keys_of_ours_that_nothing_reads() {
    for name in keys::OWN_OF_PROFILE {
        config(format!("[profile p]\n{name} = x\n"), &[]);
        if keys::OWN_OF_SESSION.contains(&name) {
            continue;
        }
        let misplaced = Problem::MisplacedOwnKey { key: key(name), belongs_in: "profile" };
        config(format!("[sso-session s]\n{name} = x\n"), &[(2, misplaced)]);
    }
    for name in keys::OWN_OF_SESSION {
        config(format!("[sso-session s]\n{name} = x\n"), &[]);
        if keys::OWN_OF_PROFILE.contains(&name) {
            continue;
        }
        let misplaced = Problem::MisplacedOwnKey { key: key(name), belongs_in: "sso-session" };
        config(format!("[profile p]\n{name} = x\n"), &[(2, misplaced)]);
    }
    for (section, name, meant) in [
        ("profile p", "sso_cp_agent_polcy", Some(keys::SSO_CP_AGENT_POLICY)),
        ("sso-session s", "sso_cp_stroe", Some(keys::SSO_CP_STORE)),
        ("profile p", "sso_cp_colour_of_the_sky", None),
        ("sso-session s", "sso_registration_scope", Some(keys::SSO_REGISTRATION_SCOPES)),
        ("sso-session s", "sso_start_ulr", Some(keys::SSO_START_URL)),
        ("profile p", "sso_acount_id", Some(keys::SSO_ACCOUNT_ID)),
    ] {
        let unknown = Problem::UnknownOwnKey { key: key(name), meant };
        config(format!("[{section}]\n{name} = x\n"), &[(2, unknown)]);
    }
    for (section, name) in [
        ("sso-session s", "sso_registration_scopes"),
        ("profile p", "sso_registration_scopes"),
        ("profile p", "sso_account_id"),
        ("profile p", "sso_account_name"),
        ("profile p", "sso_auto_populated"),
        ("profile p", "region"),
    ] {
        config(format!("[{section}]\n{name} = x\n"), &[]);
    }
}

#[test]
fn every_flaw_hurts_some_tool() {
    let text = b"\xef\xbb\xbfx\n[]\n[ a ]# c\n[profile a b]\n[profile 'a b']\n[profile 'a']\nA: 'x' # c\n y\n";
    let all = flaws(text, LintedFile::Config);
    assert!(all.len() > 7, "{all:?}");
    assert!(all.iter().all(|flaw| !flaw.problem.effects().is_empty()));
}

#[test]
fn flaws_know_their_section_and_are_not_endless() {
    let text = "[profile dev]\nx\n[sso-session corp]\ny\n[unknown]\nz\n";
    let sections: Vec<_> = flaws(text.as_bytes(), LintedFile::Config)
        .into_iter()
        .map(|flaw| flaw.section.unwrap_or_default())
        .collect();
    assert_eq!(sections, ["profile dev", "sso-session corp", ""]);
    assert_eq!(flaws("[a]\n".repeat(100_000).as_bytes(), LintedFile::Config).len(), MAX_FLAWS);
}

/// Seeded, so that a failure can be repeated; made of the pieces that mean something.
#[test]
fn no_text_makes_it_panic() {
    const PIECES: &[&[u8]] = &[
        b"[",
        b"]",
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b"\t",
        b"=",
        b":",
        b"#",
        b";",
        b"\"",
        b"'",
        b"\\",
        b"profile",
        b"sso-session",
        b"default",
        b"DEFAULT",
        b"region",
        b"sso_region",
        b"a",
        b"\xc3\xa9",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xc2\xa0",
        b"\0",
        b"[profile a]\n",
        b"k = v\n",
        b"  n = 1\n",
    ];
    let mut dice = mutations::Dice(0x5eed_0005_5eed_0005);
    for _ in 0..20_000 {
        let text: Vec<u8> =
            (0..dice.roll(24)).flat_map(|_| dice.pick(PIECES).iter().copied()).collect();
        for kind in [LintedFile::Config, LintedFile::Credentials] {
            let lines = grammar::lines(&String::from_utf8_lossy(&text)).count().max(1);
            for flaw in flaws(&text, kind) {
                assert!((1..=lines).contains(&flaw.line), "{flaw:?} in {text:?}");
                let is_slip = matches!(flaw.problem, Problem::UnknownOwnKey { .. });
                assert!(is_slip || !flaw.problem.effects().is_empty(), "{flaw:?}");
            }
        }
    }
}
