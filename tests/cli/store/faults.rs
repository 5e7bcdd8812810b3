//! What goes wrong around the sealed store.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_identity_center::Seed;

use super::scene::{Home, SESSION, script};
use crate::harness::{Ended, NOBODY, Ran, needs_root, program, set_mode, sha1_hex, skip, tests};

tests! {
    quick "k05" => damaged_files_count_as_missing_and_stay,
    slow "k04" => a_command_that_gives_no_key,
    slow "k02 k04" => a_keyring_that_is_closed,
    quick "k07" => a_plain_token_beside_the_sealed_one,
    quick "k08" => a_home_that_cannot_be_written,
    quick "k08" => a_disk_that_is_full,
    quick "k04" => a_command_that_others_may_write_is_not_run,
    quick "k04" => root_runs_no_command_of_another_user,
    quick "k01" => a_key_of_another_store,
    quick "k02" => a_quota_that_is_used_up,
    quick "store" => a_renewal_with_the_store_sealed,
}

fn damaged_files_count_as_missing_and_stay() {
    let Some(home) = Home::unlocked() else { return };
    let whole = fs::read(home.sealed_token()).unwrap();
    let set = |at: usize, byte: u8| {
        let mut file = whole.clone();
        file[at] = byte;
        file
    };
    let changed = |at: usize| set(at, whole[at] ^ 1);
    let damaged = [
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
        set(14, b'2'), // version 2
        changed(31),   // a time
        changed(47),   // the nonce
        changed(70),   // what is encrypted
        changed(whole.len() - 1),
        [&whole[..], b"\n"].concat(),
    ];
    for file in damaged {
        fs::write(home.sealed_token(), &file).unwrap();
        home.dev().failed(4, "nobody is signed in to sso-session `corp`");
        assert_eq!(fs::read(home.sealed_token()).unwrap(), file);
        assert_eq!(home.status()["state"], "signed-out");
    }
    // Under another session's name it is not a token of that one.
    fs::write(home.sealed_token(), &whole).unwrap();
    let config = home.config();
    let other = config.replace("corp", "other").replace("[profile dev]", "[profile of-other]");
    home.put(".aws/config", &format!("{config}\n{other}"));
    let name = format!(".aws/sso-cp/sealed/token-{}", sha1_hex("other"));
    fs::copy(home.sealed_token(), home.home(&name)).unwrap();
    home.run(&["--profile", "of-other"]).failed(4, "nobody is signed in to sso-session `other`");
    home.dev().document();
    // A folder where the file should be.
    fs::remove_file(home.sealed_token()).unwrap();
    fs::create_dir(home.sealed_token()).unwrap();
    home.forget_roles();
    home.dev().failed(7, "is not a regular file");
}

/// Whatever it prints is not shown.
fn a_command_that_gives_no_key() {
    let home = Home::plain();
    let seal = |body: &str| {
        script(&home.command, body);
        let command = home.command.to_string_lossy().into_owned();
        home.run(&[&["seal", "--key", "command", "--command", &command], &SESSION[..]].concat())
    };
    let long = format!("head -c 1048576 /dev/zero | tr '\\0' CANARY; echo {}", home.key);
    for (body, words) in [
        ("exit 3", "it ended with status 3"),
        ("echo CANARY >&2; exit 1", "it ended with status 1"),
        ("true", "it printed nothing"),
        ("echo", "it printed nothing"),
        ("echo CANARY", "neither base64 nor hexadecimal"),
        ("echo Q0FOQVJZQ0FOQVJZQ0FOQVJZ", "a key of 18 bytes, not of 32"),
        (long.as_str(), "it printed more than 1024 bytes"),
        ("kill -TERM $$", "a signal ended it"),
    ] {
        let ran = seal(body);
        ran.failed(7, words);
        assert!(ran.stderr().contains("`key-command` gave no key"), "{ran}");
        assert!(!ran.stderr().contains("CANARY"), "{ran}");
        assert!(home.plain_token().exists() && !home.key_file().exists());
        assert!(!home.config().contains("sso_cp_store"));
    }
    fs::remove_file(&home.command).unwrap();
    let command = home.command.to_string_lossy().into_owned();
    let ran = home.run(&[&["seal", "--command", &command], &SESSION[..]].concat());
    ran.failed(7, "`key-command`, which has the key of the store, cannot be started: no such file");
    // One line end behind the key is what nearly every program prints; two are too many.
    script(&home.command, &format!("printf '{}\\r\\n'", home.key));
    home.seal(&[]);
    script(&home.command, &format!("printf '{}\\n\\n'", home.key));
    home.run(&["lock"]);
    home.run(&["unlock"]).failed(7, "neither base64 nor hexadecimal");
}

/// A filter as containers have it: keyctl(2) and its like are refused with EPERM.
const CLOSED: &str = "
import ctypes, os, platform, struct, sys
numbers = {'x86_64': (248, 249, 250), 'aarch64': (217, 218, 219)}[platform.machine()]
def step(code, jt, jf, k): return struct.pack('HBBI', code, jt, jf, k)
program = step(0x20, 0, 0, 0)
for at, number in enumerate(numbers): program += step(0x15, len(numbers) - at, 0, number)
program += step(0x06, 0, 0, 0x7fff0000) + step(0x06, 0, 0, 0x00050001)
buffer = ctypes.create_string_buffer(program)
class Program(ctypes.Structure): _fields_ = [('len', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
filter = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
if libc.prctl(22, 2, ctypes.byref(filter), 0, 0): sys.exit(99)
os.execv(sys.argv[1], sys.argv[1:])
";

/// A run in a process that the kernel's keyring is closed to; none where that cannot be arranged.
fn closed(home: &Home, arguments: &[&str]) -> Option<Ran> {
    let mut command = Command::new("python3");
    command.args(["-c", CLOSED]).arg(program()).args(arguments);
    command.env_clear().envs(&home.world.env).current_dir(home.work());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = match command.spawn() {
        Ok(child) => child,
        Err(_) => {
            skip("python3 is not installed");
            return None;
        }
    };
    let ran = Ran::of(child, Instant::now(), Duration::from_secs(30));
    if ran.ended == Ended::Code(99) {
        skip("no filter of system calls can be set here");
        return None;
    }
    Some(ran)
}

fn a_keyring_that_is_closed() {
    let home = Home::plain();
    let command = home.command.to_string_lossy().into_owned();
    let seal = ["seal", "--key", "command", "--command", &command, "--sso-session", "corp"];
    let Some(ran) = closed(&home, &seal) else { return };
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(
        ran.stderr().contains("warning: the kernel's keyring is closed to this process"),
        "{ran}"
    );
    let Some(ran) = closed(&home, &["unlock"]) else { return };
    ran.failed(7, "the store cannot stay unlocked: the kernel's keyring is closed");
    assert!(ran.stderr().contains("sso_cp_unlock = always"), "{ran}");
    let call = |home: &Home| closed(home, &["--profile", "dev"]).unwrap();
    let ran = call(&home);
    ran.failed(4, "the store of sso-session `corp` is locked: the kernel's keyring is closed");
    assert!(ran.stderr().contains("hint: run `sso-cp unlock`"), "{ran}");
    assert!(home.fake.requests().is_empty());
    let config = home.config();
    home.put(
        ".aws/config",
        &config.replace("sso_cp_store", "sso_cp_unlock = always\nsso_cp_store"),
    );
    call(&home).document();
    // A cached call asks nobody; the next one that needs a token waits 5 seconds, and says who did not answer.
    script(&home.command, "sleep 60");
    call(&home).document();
    home.forget_roles();
    let ran = call(&home);
    ran.failed(7, "`key-command` gave no key of the store: it did not end within 5 s");
    assert!(ran.took < Duration::from_secs(15), "{ran}");
    script(&home.command, "echo CANARY");
    let ran = call(&home);
    ran.failed(7, "neither base64 nor hexadecimal");
    assert!(!ran.stderr().contains("CANARY"), "{ran}");
    // Its time may not be used to ask at the terminal.
    script(&home.command, "read line </dev/tty; echo $line");
    call(&home).failed(7, "`key-command` gave no key");
}

fn a_plain_token_beside_the_sealed_one() {
    let Some(home) = Home::unlocked() else { return };
    let sealed = fs::read(home.sealed_token()).unwrap();
    let theirs = home.fake.seed_token(&Seed::default()).token_file().into_bytes();
    fs::create_dir_all(home.home(".aws/sso/cache")).unwrap();
    fs::write(home.plain_token(), &theirs).unwrap();
    home.dev().document();
    home.run(&["doctor"]);
    let ran = home.ends_well(&[&["seal"], &SESSION[..]].concat());
    assert!(ran.stderr().contains("holds another sign-in"), "{ran}");
    let ran = home.run(&[&["unseal"], &SESSION[..]].concat());
    ran.failed(7, "holds another sign-in than the sealed one");
    assert_eq!(fs::read(home.plain_token()).unwrap(), theirs);
    assert_eq!(fs::read(home.sealed_token()).unwrap(), sealed);
    assert!(home.config().contains("sso_cp_store = sealed"));
}

fn a_home_that_cannot_be_written() {
    if !needs_root() {
        return;
    }
    let mut home = Home::plain();
    home.world.as_ordinary_user();
    set_mode(&home.home(".aws"), 0o500);
    set_mode(&home.home(".aws/config"), 0o400);
    let before = fs::read(home.plain_token()).unwrap();
    let command = home.command.to_string_lossy().into_owned();
    let seal = [&["seal", "--command", &command], &SESSION[..]].concat();
    let ran = home.run(&seal);
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    set_mode(&home.home(".aws"), 0o700);
    assert_eq!(fs::read(home.plain_token()).unwrap(), before);
    assert!(!home.home(".aws/sso-cp/sealed").exists());
    // The sealed folder alone is closed: the plain form stays, and the config as it is.
    set_mode(&home.home(".aws/config"), 0o600);
    let sealed = home.home(".aws/sso-cp/sealed");
    home.world.make_folder_of(&sealed.join("x"));
    set_mode(&sealed, 0o500);
    home.run(&seal).failed(7, "cannot");
    set_mode(&sealed, 0o700);
    assert_eq!(fs::read(home.plain_token()).unwrap(), before);
    assert!(!home.config().contains("sso_cp_store"));
}

/// A limit on the size of files fails every write, as a full disk does.
fn a_disk_that_is_full() {
    let home = Home::plain();
    let before = fs::read(home.plain_token()).unwrap();
    let command = home.command.to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        crate::harness::Run::new(arguments.iter().map(Into::into))
            .in_shell("ulimit -f 0; exec \"$@\"")
            .checked(&home)
    };
    let ran = run(&[&["seal", "--command", &command], &SESSION[..]].concat());
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    assert_eq!(fs::read(home.plain_token()).unwrap(), before);
    assert!(!home.config().contains("sso_cp_store") && !home.sealed_token().exists());
    home.seal(&[]);
    let sealed = fs::read(home.sealed_token()).unwrap();
    let ran = run(&[&["unseal"], &SESSION[..]].concat());
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    assert_eq!(fs::read(home.sealed_token()).unwrap(), sealed);
    assert!(home.config().contains("sso_cp_store"));
}

fn a_command_that_others_may_write_is_not_run() {
    let home = Home::sealed();
    home.run(&["lock"]);
    fs::set_permissions(home.key_file(), fs::Permissions::from_mode(0o622)).unwrap();
    let ran = home.run(&["unlock"]);
    ran.failed(7, "can be written by others, so its command is not run");
    assert!(ran.stderr().contains("chmod go-w"), "{ran}");
}

/// `sudo sso-cp unlock` in a user's home would run whatever that user has written there.
fn root_runs_no_command_of_another_user() {
    if !needs_root() {
        return;
    }
    let home = Home::sealed();
    home.run(&["lock"]);
    let asked = home.root().join("asked");
    script(&home.command, &format!("touch '{}'; echo {}", asked.display(), home.key));
    let all: Vec<PathBuf> =
        [".aws/sso-cp/sealed/key", ".aws/sso-cp/sealed", ".aws/sso-cp", ".aws", ""]
            .map(|below| home.home(below))
            .into();
    all.iter().for_each(|path| chown(path, Some(NOBODY), Some(NOBODY)).unwrap());
    home.run(&["unlock"]).failed(7, &format!("belongs to another user (id {NOBODY})"));
    assert!(!asked.exists());
}

fn a_key_of_another_store() {
    let Some(home) = Home::unlocked() else { return };
    let mut file = fs::read(home.sealed_token()).unwrap();
    file[16..24].copy_from_slice(b"\0\0\0\0\0\0\0\0");
    fs::write(home.sealed_token(), file).unwrap();
    let ran = home.dev();
    ran.failed(4, "the store of sso-session `corp` is locked");
    assert!(ran.stderr().contains("sso-cp unlock") && home.fake.requests().is_empty(), "{ran}");
    let ran = home.ends_well(&["unlock"]);
    assert!(ran.stderr().contains("1 file is sealed with a key that nothing here knows"), "{ran}");
}

/// The kernel counts the keys of a user; the tests' own user may have only so many.
fn a_quota_that_is_used_up() {
    if !needs_root() {
        return;
    }
    let mut home = Home::plain();
    home.world.as_ordinary_user();
    let command = home.command.to_string_lossy().into_owned();
    let fill = "i=0; while keyctl add user sso-cp-test:filler:$i x @u; do i=$((i+1)); done >/dev/null 2>&1; exec \"$@\"";
    if !super::scene::is_installed("keyctl") {
        return;
    }
    let arguments = [&["seal", "--command", &command], &SESSION[..]].concat();
    let ran =
        crate::harness::Run::new(arguments.iter().map(Into::into)).in_shell(fill).checked(&home);
    let clear = crate::harness::Run::new(["status"].map(Into::into))
        .in_shell("for key in $(keyctl list @u | sed -n 's/^ *\\([0-9]*\\):.*sso-cp-test:filler.*/\\1/p'); do keyctl unlink $key @u; done >/dev/null 2>&1; exec \"$@\"");
    clear.checked(&home);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let says_so = ran.stderr().contains("the quota of the kernel's keyring is used up")
        || ran.stderr().contains("the kernel's keyring is closed");
    assert!(says_so, "{ran}");
    assert!(home.sealed_token().exists());
}

fn a_renewal_with_the_store_sealed() {
    let home = Home::plain();
    home.put_token("-1h");
    home.seal(&[]);
    if !home.is_unlocked() {
        return skip("the kernel's keyring is closed here");
    }
    assert_eq!(home.status()["state"], "renewable");
    let before = fs::read(home.sealed_token()).unwrap();
    home.dev().document();
    let operations = home.fake.operations();
    assert_eq!(operations, ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials"]);
    assert_ne!(fs::read(home.sealed_token()).unwrap(), before);
    assert!(!home.plain_token().exists());
    assert_eq!(home.status()["state"], "active");
}
