//! `sso-cp prompt`: one short line for a shell's prompt: the profile, and how long its credentials or its sign-in
//! still live. It looks at files alone and never fails for what they say: a prompt is not a place for messages.

use sso_cp_config::{Target, prompt_profile};
use sso_cp_provider::State;
use sso_cp_types::Timestamp;

use crate::args::commands::Prompt;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output;
use sso_cp_config::Selection;

/// The fields of `--format`.
const FIELDS: [&str; 9] =
    ["profile", "account", "role", "session", "region", "left", "color", "on", "off"];
const DEFAULT_FORMAT: &str = "{on}{profile} {left}{off}";
/// In which variable `exec` and the function of `shell-init` name the profile.
pub(crate) const PROFILE_VARIABLE: &str = "SSO_CP_PROFILE";

/// The colours of ECMA-48's SGR, by their names.
const COLOURS: [(&str, &str); 8] = [
    ("black", "30"),
    ("red", "31"),
    ("green", "32"),
    ("yellow", "33"),
    ("blue", "34"),
    ("magenta", "35"),
    ("cyan", "36"),
    ("white", "37"),
];

/// Prints the line; nothing where no profile is chosen.
pub(crate) fn run(context: &Context, flags: &Prompt) -> Result<(), Failure> {
    let format = flags.format.as_deref().unwrap_or(DEFAULT_FORMAT);
    let parts = parse(format)?;
    let around = Around::of(flags.shell.as_deref())?;
    let Some(profile) = chosen(context) else { return Ok(()) };
    let values = values(&profile, context);
    let line = parts.iter().map(|part| match part {
        Part::Text(text) => (*text).to_owned(),
        Part::Field(name) => values.field(name, around),
    });
    let line: String = line.collect();
    Ok(output::print(format!("{}\n", line.trim_end()).as_bytes())?)
}

/// The profile that a person has chosen for this shell; never a default that nobody has chosen.
fn chosen(context: &Context) -> Option<String> {
    if let Some(Selection::Profile(name)) = &context.selection {
        return Some(name.clone());
    }
    let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", PROFILE_VARIABLE];
    variables.iter().find_map(|name| context.env().text(name))
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Field(&'a str),
}

/// `{profile} {left}`: texts and fields.
fn parse(format: &str) -> Result<Vec<Part<'_>>, Failure> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        if !FIELDS.contains(&name) {
            return Err(usage(
                format!("`{{{}}}` is not a field of a prompt", clean(name)),
                "use any of {profile} {account} {role} {session} {region} {left} {color} {on} {off}",
            ));
        }
        parts.extend([Part::Text(before), Part::Field(name)]);
        rest = behind;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

/// Who reads the line, and so how a colour is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A program that has colours of its own.
    Plain,
    /// A terminal, or fish.
    Ansi,
    /// bash's readline must know what takes no room.
    Bash,
    Zsh,
    Tmux,
}

impl Around {
    fn of(shell: Option<&str>) -> Result<Around, Failure> {
        Ok(match shell {
            None => Around::Plain,
            Some("fish" | "ansi") => Around::Ansi,
            Some("bash") => Around::Bash,
            Some("zsh") => Around::Zsh,
            Some("tmux") => Around::Tmux,
            Some(other) => {
                return Err(usage(
                    format!("a prompt cannot be made for `{}`", clean(other)),
                    "write `--for bash|zsh|fish|tmux|ansi`, or nothing for plain text",
                ));
            }
        })
    }

    /// What begins a colour, or ends it.
    fn paint(self, (name, number): (&str, &str)) -> String {
        match self {
            Around::Plain => String::new(),
            Around::Ansi => format!("\u{1b}[{number}m"),
            Around::Bash => format!("\u{1}\u{1b}[{number}m\u{2}"),
            Around::Zsh => format!("%{{\u{1b}[{number}m%}}"),
            Around::Tmux => format!("#[fg={name}]"),
        }
    }
}

/// What is known of the profile. What is not is empty.
#[derive(Default)]
struct Values {
    profile: String,
    account: String,
    role: String,
    session: String,
    region: String,
    left: String,
    colour: Option<(&'static str, &'static str)>,
}

impl Values {
    fn field(&self, name: &str, around: Around) -> String {
        let text = match name {
            "profile" => &self.profile,
            "account" => &self.account,
            "role" => &self.role,
            "session" => &self.session,
            "region" => &self.region,
            "left" => &self.left,
            "color" => return self.colour.map_or(String::new(), |(name, _)| name.to_owned()),
            "on" => return self.colour.map_or(String::new(), |colour| around.paint(colour)),
            "off" => return self.colour.map_or(String::new(), |_| around.paint(("default", "0"))),
            _ => return String::new(),
        };
        harmless(text)
    }
}

/// Names come from a file, and a shell may expand what its prompt holds. What could mean more than itself to a shell,
/// to zsh's prompt or to tmux is shown as a question mark.
fn harmless(text: &str) -> String {
    let is_code = |letter: char| "$`\\%!#{}\"'".contains(letter);
    clean(text).chars().map(|letter| if is_code(letter) { '?' } else { letter }).collect()
}

fn values(profile: &str, context: &Context) -> Values {
    let now = Timestamp::now();
    let mut values = Values { profile: profile.to_owned(), ..Values::default() };
    let Ok(found) = prompt_profile(profile, context.files(), context.env()) else {
        values.left = "?".to_owned();
        return values;
    };
    values.colour =
        found.colour.and_then(|wanted| COLOURS.iter().copied().find(|(name, _)| *name == wanted));
    let Ok(target) = found.target else { return values };
    let role = match &target {
        Target::Role(role) => role,
        Target::Chain(chain) => &chain.source,
    };
    values.account = role.account_id.clone();
    values.role = role.role_name.clone();
    values.region = role.region.clone().unwrap_or_default();
    if let sso_cp_config::SessionName::Named(name) = &role.session.name {
        values.session = name.clone();
    }
    values.left = match handed_out(context) {
        Some(ends) => left(ends, now),
        None => match context.provider.cached(&target) {
            Some(provided) => left(provided.credentials.expires_at, now),
            // A scope that cannot be honoured gives nothing, anyone who is signed in.
            None if context.provider.scope_name(&target).is_err() => "?".to_owned(),
            None => {
                let token = context.provider.token_state(&role.session, now);
                match (token.state, token.expires_at) {
                    (State::Active, Some(ends)) => left(ends, now),
                    (State::Active | State::Renewable, _) => String::new(),
                    (State::Expired | State::SignedOut, _) => "sign in".to_owned(),
                }
            }
        },
    };
    values
}

/// When the credentials end that `exec` has put into this environment.
fn handed_out(context: &Context) -> Option<Timestamp> {
    let env = context.env();
    let is_within_exec = env.text(PROFILE_VARIABLE).is_some() && env.text("AWS_PROFILE").is_none();
    let ends = env.text("AWS_CREDENTIAL_EXPIRATION").filter(|_| is_within_exec)?;
    Timestamp::parse(&ends)
}

/// `42m`, `7h`, `3d`.
fn left(ends: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match ends.seconds_after(now) {
        ..=0 => "expired".to_owned(),
        seconds @ ..MINUTE => format!("{seconds}s"),
        seconds @ ..HOUR => format!("{}m", seconds / MINUTE),
        seconds if seconds < 2 * DAY => format!("{}h", seconds / HOUR),
        seconds => format!("{}d", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_texts_and_known_fields() {
        let parts = parse("[{profile}] {left}").unwrap();
        let expected = [
            Part::Text("["),
            Part::Field("profile"),
            Part::Text("] "),
            Part::Field("left"),
            Part::Text(""),
        ];
        assert_eq!(parts, expected);
        assert!(parse("{nope}").is_err() && parse("{").is_err());
    }

    #[test]
    fn nothing_in_a_name_means_anything_to_a_shell() {
        assert_eq!(harmless("$(touch x)`y`%F{red}\\u!#[fg]"), "?(touch x)?y??F?red??u??[fg]");
        assert_eq!(harmless("team.dev-1/Admin @eu"), "team.dev-1/Admin @eu");
    }

    #[test]
    fn what_is_left_is_short() {
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        for (seconds, words) in
            [(-1, "expired"), (59, "59s"), (2520, "42m"), (7 * 3600, "7h"), (90 * 86400, "90d")]
        {
            assert_eq!(left(now.plus_seconds(seconds), now), words);
        }
    }
}
