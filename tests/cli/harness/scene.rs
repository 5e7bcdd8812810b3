//! The scene of a text case: what its sections put into the world before a run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use fake_identity_center::{AssumableRole, RefreshTokens, Setup, Tls};

use super::words::shell_words;
use super::world::{World, give_all, set_mode};

/// `-- home/PATH [mode=0644] [bytes] --`
pub(super) fn file(world: &World, title: &str, body: &str) {
    let (path, options) = path_and_options(title);
    let is_bytes = options.contains(&"bytes");
    let path = match is_bytes {
        true => {
            world.put_bytes(path, &unescape(world.expand(body.trim_end_matches('\n')).as_bytes()))
        }
        false => world.put(path, body),
    };
    if let Some(mode) = options.iter().find_map(|option| option.strip_prefix("mode=")) {
        set_mode(&path, octal(mode));
    }
}

/// One line of `-- arrange --`.
pub(super) fn arrange(world: &World, line: &str) {
    let line = world.expand(line);
    let words = shell_words(&line).expect("the quotes are closed");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let at = |below: &str| path(world, below);
    match words[..] {
        ["no", "config", "file"] => {}
        ["folder", path] => {
            world.make_folder_of(&at(path).join("x"));
        }
        ["fifo", path] => {
            world.make_folder_of(&at(path));
            run_quietly(Command::new("mkfifo").arg(at(path)));
        }
        ["link", path, "to", target] => {
            world.make_folder_of(&at(path));
            let target = if target.starts_with("home/") { at(target) } else { target.into() };
            symlink(target, at(path)).expect("the home is ours");
        }
        ["mode", mode, path] => set_mode(&at(path), octal(mode)),
        ["owner", user, path] => give_all(&at(path), user.parse().expect("a user id")),
        ["large", megabytes, path] => {
            let file = fs::File::create(world.put_bytes(path.trim_start_matches("home/"), b""));
            let bytes = megabytes.parse::<u64>().expect("a number") << 20;
            file.and_then(|file| file.set_len(bytes)).expect("a hole takes no space");
        }
        ["remove", path] => fs::remove_file(at(path)).expect("it is there"),
        _ => panic!("cannot arrange `{line}`"),
    }
}

/// A path of a case, which begins with `home`.
pub(super) fn path(world: &World, path: &str) -> PathBuf {
    let below = path.strip_prefix("home").unwrap_or_else(|| panic!("{path} is not below home"));
    world.home(below.trim_start_matches('/'))
}

/// One line of `-- fake setup --`.
pub(super) fn set_up(setup: &mut Setup, line: &str) {
    let (key, value) = line.split_once(' ').unwrap_or((line, ""));
    match (key, value) {
        ("tls", "good") => setup.tls = Tls::Good,
        ("tls", "expired") => setup.tls = Tls::Expired,
        ("tls", "self-signed") => setup.tls = Tls::SelfSigned,
        ("tls", "unknown-ca") => setup.tls = Tls::UnknownCa,
        ("tls", "wrong-host") => setup.tls = Tls::WrongHost,
        ("refresh-tokens", "old-stays-valid") => {
            setup.refresh_tokens = RefreshTokens::OldStaysValid
        }
        ("refresh-tokens", "not-returned") => setup.refresh_tokens = RefreshTokens::NotReturned,
        ("many", numbers) => {
            let numbers: Vec<usize> =
                numbers.split(' ').map(|number| number.parse().expect("a number")).collect();
            setup.accounts = Setup::many_accounts(numbers[0], numbers[1]).accounts;
        }
        ("no", "accounts") => setup.accounts.clear(),
        ("page-size", size) => setup.page_size = size.parse().expect("a number"),
        ("name", name) => setup.accounts[0].name = Some(name.to_owned()),
        ("role", name) => setup.accounts[0].roles.push(name.to_owned()),
        ("account", id) => setup.accounts[0].id = id.to_owned(),
        ("assumable", role) => {
            let (arn, external_id) = match role.split_once(" with ") {
                Some((arn, id)) => (arn, Some(id.to_owned())),
                None => (role, None),
            };
            setup.assumable.push(AssumableRole { external_id, ..AssumableRole::new(arn) });
        }
        _ => panic!("cannot set up `{line}`"),
    }
}

fn path_and_options(title: &str) -> (&str, Vec<&str>) {
    let is_option = |word: &&str| *word == "bytes" || word.starts_with("mode=");
    let options: Vec<&str> = title.split(' ').filter(is_option).collect();
    let path = options
        .iter()
        .fold(title, |title, option| title.strip_suffix(option).unwrap_or(title).trim_end());
    let path = options
        .iter()
        .fold(path, |title, option| title.strip_suffix(option).unwrap_or(title).trim_end());
    (path, options)
}

pub(super) fn octal(text: &str) -> u32 {
    u32::from_str_radix(text, 8).expect("an octal mode")
}

/// `\x00`, `\n`, `\r`, `\t`, `\\` in sections of bytes.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match (first, tail) {
            (b'\\', [b'x', high, low, tail @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("two hexadecimal digits");
                (u8::from_str_radix(digits, 16).expect("two hexadecimal digits"), tail)
            }
            (b'\\', [b'n', tail @ ..]) => (b'\n', tail),
            (b'\\', [b'r', tail @ ..]) => (b'\r', tail),
            (b'\\', [b't', tail @ ..]) => (b'\t', tail),
            (b'\\', [b'\\', tail @ ..]) => (b'\\', tail),
            _ => (*first, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    bytes
}

fn run_quietly(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}");
}
