//! The files: each construct in a file of its own, and pairs of them by dice that fall alike each time.

use mutations::Dice;

/// One small config file.
pub(super) struct Sample {
    /// What is odd about it.
    pub(super) what: String,
    pub(super) text: String,
}

const PLAIN_HEADER: &str = "[profile dev]";
const PLAIN_BODY: &str =
    "sso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-west-1\n";
const SESSION: &str =
    "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n";

/// The header of a profile.
const HEADERS: [&str; 32] = [
    " [profile dev]",
    "\t[profile dev]",
    "[profile dev] ",
    "[profile dev] # text",
    "[profile dev] ; text",
    "[profile dev]# text",
    "[profile dev];text",
    "[profile dev] text",
    "[profile dev]text",
    "[profile dev] /* text */",
    "[ profile dev ]",
    "[ profile dev]",
    "[profile dev ]",
    "[profile  dev]",
    "[profile\tdev]",
    "[profile \"dev\"]",
    "[profile 'dev']",
    "[profile \"my dev\"]",
    "[profile my dev]",
    "[profile d\u{e9}v]",
    "[profile de:v]",
    "[profile de#v]",
    "[profile de;v]",
    "[profile de[v]",
    "[profile de]v]",
    "[Profile dev]",
    "[profiles dev]",
    "[dev]",
    "[profile]",
    "[default]",
    "[profile default]",
    "[DEFAULT]",
];

/// What stands below it.
const BODIES: [(&str, &str); 35] = [
    ("no blanks around the sign", "sso_account_id=111122223333\nsso_role_name=Admin\n"),
    ("tabs around the sign", "sso_account_id\t=\t111122223333\nsso_role_name = Admin\n"),
    ("a colon", "sso_account_id: 111122223333\nsso_role_name = Admin\n"),
    ("a key in capitals", "SSO_ACCOUNT_ID = 111122223333\nsso_role_name = Admin\n"),
    ("a key with one capital", "sso_Account_id = 111122223333\nsso_role_name = Admin\n"),
    ("the first key indented", "  sso_account_id = 111122223333\nsso_role_name = Admin\n"),
    ("all keys indented", "  sso_account_id = 111122223333\n  sso_role_name = Admin\n"),
    ("all keys indented by tabs", "\tsso_account_id = 111122223333\n\tsso_role_name = Admin\n"),
    ("the second key indented", "sso_account_id = 111122223333\n  sso_role_name = Admin\n"),
    (
        "the second key indented by a tab",
        "sso_account_id = 111122223333\n\tsso_role_name = Admin\n",
    ),
    (
        "a value that goes on",
        "credential_process = sso-cp\n  --profile dev\nsso_role_name = Admin\n",
    ),
    ("a value that goes on by a tab", "credential_process = sso-cp\n\t--profile dev\nregion = x\n"),
    ("a nested block", "s3 =\n  max_concurrent_requests = 20\nsso_role_name = Admin\n"),
    ("a nested block with a deeper line", "s3 =\n  a = 1\n    b = 2\nsso_role_name = Admin\n"),
    ("an indented nested block", "  s3 =\n    a = 1\n  sso_role_name = Admin\n"),
    (
        "a nested block below indented keys",
        "  sso_account_id = 111122223333\n  s3 =\n    a = 1\n  sso_role_name = Admin\n",
    ),
    ("a nested line without a sign", "s3 =\n  text\nsso_role_name = Admin\n"),
    ("a nested block with a comment", "s3 =\n  # text\n  a = 1\nsso_role_name = Admin\n"),
    ("a key without a value", "sso_account_id =\nsso_role_name = Admin\n"),
    ("a comment", "# text\nsso_account_id = 111122223333\n; text\nsso_role_name = Admin\n"),
    ("an indented comment", "sso_account_id = 111122223333\n  # text\nsso_role_name = Admin\n"),
    (
        "an indented comment first",
        "  # text\nsso_account_id = 111122223333\nsso_role_name = Admin\n",
    ),
    (
        "a number sign behind a value",
        "sso_account_id = 111122223333 # text\nsso_role_name = Admin\n",
    ),
    ("a semicolon behind a value", "sso_account_id = 111122223333 ; text\nsso_role_name = Admin\n"),
    ("a number sign in a value", "sso_account_id = 111122223333\nsso_role_name = Ad#min\n"),
    ("a value in quotes", "sso_account_id = \"111122223333\"\nsso_role_name = Admin\n"),
    ("a value in single quotes", "sso_account_id = '111122223333'\nsso_role_name = Admin\n"),
    ("a line without a sign", "sso_account_id = 111122223333\ntext\nsso_role_name = Admin\n"),
    ("a line of slashes", "// text\nsso_account_id = 111122223333\nsso_role_name = Admin\n"),
    (
        "a line of slash and star",
        "/* text */\nsso_account_id = 111122223333\nsso_role_name = Admin\n",
    ),
    ("a value without a key", "= text\nsso_account_id = 111122223333\nsso_role_name = Admin\n"),
    ("a blank in a key", "my key = text\nsso_account_id = 111122223333\nsso_role_name = Admin\n"),
    (
        "a key twice",
        "sso_role_name = First\nsso_account_id = 111122223333\nsso_role_name = Admin\n",
    ),
    ("blank lines", "\nsso_account_id = 111122223333\n\n\nsso_role_name = Admin\n"),
    ("two signs", "sso_account_id = 111122223333\nsso_role_name = Ad=min\n"),
];

/// The header of a session.
const SESSIONS: [&str; 12] = [
    "[sso-session \"corp\"]",
    "[sso-session 'corp']",
    "[sso-session \"my corp\"]",
    "[sso-session my corp]",
    "[sso-session  corp]",
    "[ sso-session corp ]",
    "[sso-session corp]# text",
    "[sso-session corp] text",
    "[sso_session corp]",
    "[sso-session corp#1]",
    "[Sso-session corp]",
    " [sso-session corp]",
];

/// All of them, in the same order each time.
pub(super) fn all() -> Vec<Sample> {
    let mut samples = vec![of("nothing", PLAIN_HEADER, PLAIN_BODY)];
    samples.extend(HEADERS.map(|header| of(header, header, PLAIN_BODY)));
    samples.extend(BODIES.map(|(what, body)| of(what, PLAIN_HEADER, body)));
    samples.extend(SESSIONS.map(|header| Sample {
        what: header.to_owned(),
        text: format!(
            "{PLAIN_HEADER}\n{PLAIN_BODY}\n{}",
            SESSION.replace("[sso-session corp]", header)
        ),
    }));
    samples.extend(whole_files());
    let mut dice = Dice(13);
    for _ in 0..60 {
        let header = HEADERS[dice.roll(HEADERS.len())];
        let (what, body) = BODIES[dice.roll(BODIES.len())];
        samples.push(of(&format!("{header} with {what}"), header, body));
    }
    samples
}

/// A profile, and others around it that nothing is odd about.
fn of(what: &str, header: &str, body: &str) -> Sample {
    let text = format!(
        "[profile first]\nregion = us-east-1\n\n{header}\n{body}\n[profile last]\nregion = us-east-2\n\n{SESSION}"
    );
    Sample { what: what.to_owned(), text }
}

/// What is odd about more than one section.
fn whole_files() -> Vec<Sample> {
    let bare = "[default]\nregion = us-east-1\n";
    let prefixed = "[profile default]\nregion = us-east-2\n";
    let plain = of("", PLAIN_HEADER, PLAIN_BODY).text;
    let twice = format!("{PLAIN_HEADER}\n{PLAIN_BODY}\n{PLAIN_HEADER}\nregion = us-east-1\n");
    let two_spellings =
        format!("{PLAIN_HEADER}\n{PLAIN_BODY}\n[profile \"dev\"]\nregion = us-east-1\n");
    [
        (
            "a header that is indented at the start",
            format!(" {PLAIN_HEADER}\n{PLAIN_BODY}\n{SESSION}"),
        ),
        (
            "a header that is indented below another",
            format!("[profile first]\n {PLAIN_HEADER}\n{PLAIN_BODY}\n{SESSION}"),
        ),
        (
            "an indented header with keys of its own",
            plain
                .replace("[profile dev]", " [profile dev]")
                .replace("region = eu-west-1", "credential_process = x"),
        ),
        (
            "the two defaults with keys of their own",
            format!("{bare}\n[profile default]\nsso_role_name = Admin\n"),
        ),
        ("the two defaults", format!("{bare}\n{prefixed}")),
        ("the two defaults, the other way round", format!("{prefixed}\n{bare}")),
        ("a section twice", twice),
        ("a section in two spellings", two_spellings),
        ("a session twice", format!("{SESSION}\n{SESSION}")),
        ("text before the sections", format!("text = x\n{plain}")),
        ("a comment before the sections", format!("# text\n{plain}")),
        ("CR and LF", plain.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{plain}")),
        ("no line end at the end", plain.trim_end().to_owned()),
        ("an unclosed header", plain.replace("[profile dev]", "[profile dev")),
        ("an empty header", plain.replace("[profile dev]", "[]")),
        ("a header below a value", plain.replace("[profile last]", "  [profile last]")),
    ]
    .map(|(what, text)| Sample { what: what.to_owned(), text })
    .into()
}
