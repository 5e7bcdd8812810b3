//! The few settings by which a profile is listed, read without copying or building anything: where a
//! file has thousands of profiles, this is what is done for each.

use crate::grammar::{self, is_identifier};
use crate::role_key::RoleKey;

/// The settings of one section.
pub(crate) struct Glance<'a>([Option<&'a str>; RoleKey::ALL.len()]);

impl<'a> Glance<'a> {
    /// Reads a body by the rules of [`grammar::clean`]. `None` where it takes more than a glance: bytes that
    /// are not UTF-8, a line that is wrong, a value of one of the keys that goes on in the next line.
    pub(crate) fn at(body: &'a [u8]) -> Option<Glance<'a>> {
        let mut values = [None; RoleKey::ALL.len()];
        let mut above: Option<Above<'_>> = None;
        for line in grammar::lines(str::from_utf8(body).ok()?) {
            let unindented = line.trim_ascii_start();
            let text = unindented.trim_ascii_end();
            if text.is_empty() || grammar::is_comment(text.as_bytes()) {
                continue;
            }
            let indent = line.len() - unindented.len();
            if let Some(above) = above.as_ref().filter(|above| indent > above.indent) {
                if !above.may_go_on_with(text) {
                    return None;
                }
                continue;
            }
            let (key, value) = grammar::split(text)?;
            if key.is_empty() {
                return None;
            }
            let known = RoleKey::called(key);
            if let Some(known) = known {
                let value = grammar::without_comment(value).trim_ascii();
                values[known as usize] = Some(value).filter(|value| !value.is_empty());
            }
            above = Some(Above { key, value, indent, is_looked_for: known.is_some() });
        }
        Some(Glance(values))
    }

    /// A setting's value; empty counts as missing.
    pub(crate) fn get(&self, key: RoleKey) -> Option<&'a str> {
        self.0[key as usize]
    }
}

/// The setting that an indented line goes on with.
struct Above<'a> {
    key: &'a str,
    value: &'a str,
    indent: usize,
    is_looked_for: bool,
}

impl Above<'_> {
    /// Whether the line below is nothing that matters here: of a key that nobody knows, of a value that is
    /// not looked for, or a setting of a nested block.
    fn may_go_on_with(&self, text: &str) -> bool {
        if !is_identifier(self.key) {
            return true;
        }
        let is_block = grammar::without_comment(self.value).trim_ascii().is_empty();
        let is_setting = || grammar::split(text).is_some_and(|(key, _)| !key.is_empty());
        !self.is_looked_for && (!is_block || is_setting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Settings;

    /// Whatever a glance reports, reading reports too; and what cannot be read is not reported.
    #[test]
    fn a_glance_sees_what_reading_sees() {
        const PIECES: &[&str] = &[
            "sso_session = corp\n",
            "SSO_ACCOUNT_ID=1 # c\n",
            "sso_role_name : R;x\n",
            "sso_cp_session=\n",
            "role_arn = arn\n",
            "region = eu-west-1\n",
            "s3 =\n",
            "  max = 1\n",
            "\tx\n",
            "  = y\n",
            "# c\n",
            "  # c\n",
            "odd key = 1\n",
            "= 1\n",
            "words\n",
            " sso_region = a\r",
            "login_session = x\r\n",
            "\n",
            "é = 1\n",
        ];
        let mut dice = mutations::Dice(0x5eed_0014_5eed_0014);
        let mut seen = 0;
        for _ in 0..20_000 {
            let mut body = String::new();
            for _ in 0..dice.roll(8) {
                body.push_str(dice.pick(PIECES));
            }
            let mut settings = Settings::with_room_for(body.len());
            let is_readable = grammar::clean(&body, &mut settings).is_ok();
            let Some(glance) = Glance::at(body.as_bytes()) else { continue };
            seen += 1;
            assert!(is_readable, "{body:?}");
            for key in RoleKey::ALL {
                let read = settings.last(key.name()).filter(|value| !value.is_empty());
                assert_eq!(glance.get(key), read, "{key:?} of {body:?}");
            }
        }
        assert!(seen > 5_000, "only {seen}");
        assert!(Glance::at(b"sso_session = \xff\n").is_none());
    }
}
