//! A person at a terminal: pasted addresses, progress, Ctrl-C. The terminal is a pseudo-terminal that the program has as its
//! controlling one, as in a window.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use super::running::{SOON, approving, files, token};
use super::web;
use crate::harness::{World, program, tests};

tests! {
    quick "p01 login" => a_pasted_address_of_eight_thousand_bytes,
    quick "p02" => what_is_wrong_with_a_paste_is_said_and_the_prompt_stays,
    quick "login" => the_redirect_works_while_a_paste_is_awaited,
    quick "p01 g14" => an_interrupt_puts_the_terminal_right,
    quick "p01" => a_hangup_or_termination_puts_the_terminal_right,
    quick "p01" => failures_put_the_terminal_right,
    quick "contract" => the_bare_name_shows_the_way_in,
    quick "contract" => beginnings_are_coloured_at_a_terminal,
    quick "contract" => of_several_sessions_one_is_asked_for,
    quick "h06" => an_odd_link_needs_a_yes,
    quick "login" => a_terminal_of_another_job_is_left_alone,
}

/// A terminal, and the program in it.
pub(crate) struct Terminal {
    master: File,
    slave: File,
    child: Child,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// Runs `sso-cp` in a terminal of its own.
    pub(crate) fn start(world: &World, arguments: &[&str]) -> Terminal {
        Terminal::start_as(world, arguments, "xterm")
    }

    /// The same in a terminal of another kind.
    pub(crate) fn start_as(world: &World, arguments: &[&str], kind: &str) -> Terminal {
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "env"]).arg(format!("TERM={kind}"));
        command.arg(program()).args(arguments);
        Terminal::of(world, command)
    }

    pub(crate) fn of(world: &World, mut command: Command) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let slave = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let stream = || Stdio::from(OwnedFd::from(slave.try_clone().unwrap()));
        command.env_clear().envs(&world.env).env("TERM", "xterm").current_dir(world.work());
        command.stdin(stream()).stdout(stream()).stderr(stream());
        let child = command.spawn().unwrap();
        let master = File::from(master);
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, into) = (master.try_clone().unwrap(), Arc::clone(&shown));
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                into.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        });
        Terminal { master, slave, child, shown }
    }

    /// Without the colours.
    pub(crate) fn shown(&self) -> String {
        let shown = self.shown_with_colours();
        let mut parts = shown.split("\u{1b}[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            match part
                .split_once('m')
                .filter(|(code, _)| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
            {
                Some((_, rest)) => text + rest,
                None => text + "\u{1b}[" + part,
            }
        })
    }

    pub(crate) fn shown_with_colours(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).replace("\r\n", "\n")
    }

    #[track_caller]
    pub(crate) fn wait_for(&self, words: &str) {
        let end = Instant::now() + SOON;
        while !self.shown().contains(words) {
            assert!(Instant::now() < end, "`{words}` is not shown:\n{}", self.shown());
            sleep(Duration::from_millis(5));
        }
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&Terminal) -> bool) {
        let end = Instant::now() + SOON;
        while !is_so(self) {
            assert!(Instant::now() < end, "not so: {what}:\n{}", self.shown());
            sleep(Duration::from_millis(5));
        }
    }

    /// Makes the terminal another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.slave, size).unwrap();
    }

    /// Sends a signal to the program, whose process `setsid` was before.
    pub(crate) fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args(["-s", name]).arg(self.child.id().to_string()).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).unwrap();
    }

    /// The authorize URL.
    #[track_caller]
    pub(crate) fn url(&self) -> String {
        self.wait_for("code_challenge=");
        self.wait_for("waiting for");
        let shown = self.shown();
        shown
            .lines()
            .find(|line| line.starts_with("http"))
            .unwrap_or_else(|| panic!("{shown}"))
            .to_owned()
    }

    /// Whether the terminal collects lines and echoes them, as shells leave it.
    pub(crate) fn is_sane(&self) -> bool {
        let modes = tcgetattr(&self.slave).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Waits for the reader to have everything that was written to the terminal until now: a mark of ours is read
    /// after it.
    pub(crate) fn settle(&self) {
        const MARK: u8 = 0;
        (&self.slave).write_all(&[MARK]).unwrap();
        let end = Instant::now() + SOON;
        loop {
            let mut shown = self.shown.lock().unwrap();
            if let Some(at) = shown.iter().position(|byte| *byte == MARK) {
                shown.remove(at);
                return;
            }
            drop(shown);
            assert!(Instant::now() < end, "the terminal is not read");
            sleep(Duration::from_millis(5));
        }
    }

    #[track_caller]
    pub(crate) fn end(&mut self) -> i32 {
        let end = Instant::now() + SOON;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.settle();
                assert!(!self.shown().contains("SECRET"), "{}", self.shown());
                return status.code().unwrap_or(-1);
            }
            if Instant::now() > end {
                let _ = self.child.kill();
                panic!("it does not end:\n{}", self.shown());
            }
            sleep(Duration::from_millis(5));
        }
    }
}

pub(super) const LOGIN: [&str; 4] = ["login", "--sso-session", "corp", "--no-browser"];

fn the_bare_name_shows_the_way_in() {
    let world = approving();
    let mut terminal = Terminal::start(&world, &[]);
    assert_eq!(terminal.end(), 2, "{}", terminal.shown());
    let shown = terminal.shown();
    assert!(shown.contains("First steps:") && shown.contains("sso-cp --help"), "{shown}");
    assert!(shown.lines().count() < 24 && shown.lines().all(|line| line.len() <= 80), "{shown}");
}

fn beginnings_are_coloured_at_a_terminal() {
    let mut world = approving();
    let run = |world: &World| {
        let mut terminal = Terminal::start(world, &["whoami", "nothing-like-it"]);
        assert_eq!(terminal.end(), 2, "{}", terminal.shown());
        terminal.shown_with_colours()
    };
    let shown = run(&world);
    assert!(shown.starts_with("\u{1b}[1;31msso-cp:\u{1b}[0m there is no"), "{shown:?}");
    assert!(shown.contains("\n\u{1b}[36mhint:\u{1b}[0m see"), "{shown:?}");
    world.set("NO_COLOR", "1");
    let plain = run(&world);
    assert!(plain.starts_with("sso-cp: there is no") && !plain.contains('\u{1b}'), "{plain:?}");
}

fn of_several_sessions_one_is_asked_for() {
    let world = approving();
    let config = std::fs::read_to_string(world.home(".aws/config")).unwrap();
    let (_, corp) = config.split_once("[sso-session corp]").unwrap();
    world.put(".aws/config", &format!("[sso-session corp]{corp}\n[sso-session second]{corp}"));
    let mut terminal = Terminal::start(&world, &["login", "--no-browser"]);
    terminal.wait_for("> corp");
    terminal.type_in("seco\r");
    terminal.wait_for("sign in to sso-session `second`");
    web::browse(&terminal.url());
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    // Esc chooses none.
    let mut terminal = Terminal::start(&world, &["logout"]);
    terminal.wait_for("> corp");
    terminal.type_in("\u{1b}");
    assert_eq!(terminal.end(), 130, "{}", terminal.shown());
    assert!(terminal.is_sane());
}

fn a_pasted_address_of_eight_thousand_bytes() {
    let world = approving();
    let mut terminal = Terminal::start(&world, &LOGIN);
    let callback = web::redirect_of(&terminal.url());
    terminal.wait_for("paste it here and press Enter");
    assert!(!terminal.is_sane(), "the terminal must not cut the line");
    let padding = "x".repeat(8000 - callback.len());
    terminal.type_in(&format!("{callback}&session_state={padding}\n"));
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let shown = terminal.shown();
    assert!(shown.contains("signed in to sso-session `corp` until"), "{shown}");
    assert!(!shown.contains("session_state"), "nothing is echoed:\n{shown}");
    assert!(terminal.is_sane());
    assert!(token(&world)["refreshToken"].is_string());
}

fn what_is_wrong_with_a_paste_is_said_and_the_prompt_stays() {
    let world = approving();
    let mut terminal = Terminal::start(&world, &LOGIN);
    let url = terminal.url();
    let callback = web::redirect_of(&url);
    let without_state = callback.split("&state=").next().unwrap().to_owned();
    for (pasted, words) in [
        ("yes", "this is not the address of a page"),
        (without_state.as_str(), "the address has no `state`"),
        (
            "http://127.0.0.1:1/oauth/callback?code=a&state=b",
            "the address belongs to another sign-in",
        ),
        (
            "http://127.0.0.1:1/oauth/callback?code=a\u{1}b&state=c",
            "control characters are in the address",
        ),
        (url.as_str(), "this is the address to open"),
        (&"x".repeat(9000), "the address has 9000 bytes, more than 8192"),
    ] {
        terminal.type_in(&format!("{pasted}\n"));
        terminal.wait_for(&format!("sso-cp: {words}"));
        assert!(!terminal.is_sane(), "the prompt stays");
    }
    // An Enter alone is not an answer, and a slip can be rubbed out.
    terminal.type_in(&format!("\n\n{callback}xx\u{7f}\u{8}\n"));
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert_eq!(terminal.shown().matches("copy the whole address").count(), 6);
    assert!(terminal.is_sane());
}

fn the_redirect_works_while_a_paste_is_awaited() {
    let world = approving();
    let mut terminal = Terminal::start(&world, &LOGIN);
    let url = terminal.url();
    terminal.type_in("half of some addr");
    assert_eq!(web::browse(&url).status, 200);
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(terminal.is_sane());
    // What was typed in vain does not fall to the shell.
    let mut left = [0; 64];
    rustix::fs::fcntl_setfl(
        &terminal.slave,
        rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::RDWR,
    )
    .unwrap();
    assert!(terminal.slave.read(&mut left).is_err());
}

fn an_interrupt_puts_the_terminal_right() {
    let world = approving();
    let before = files(&world);
    let mut terminal = Terminal::start(&world, &LOGIN);
    let url = terminal.url();
    let asked = Instant::now();
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    assert!(asked.elapsed() < Duration::from_secs(1));
    assert!(terminal.is_sane());
    assert!(
        terminal.shown().ends_with("\r\u{1b}[K"),
        "the line of progress is gone: {:?}",
        terminal.shown()
    );
    let (listener, _) = web::split(&web::parameter(&url, "redirect_uri"));
    assert!(std::net::TcpStream::connect(listener).is_err());
    let client = |files: &[(String, Vec<u8>)]| files.len();
    assert_eq!(client(&files(&world)), before.len() + 1, "only the client is kept");
}

fn a_hangup_or_termination_puts_the_terminal_right() {
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let world = approving();
        let mut terminal = Terminal::start(&world, &LOGIN);
        terminal.url();
        assert!(!terminal.is_sane());
        // The program has taken the place of setsid.
        let status = Command::new("kill")
            .args([&format!("-{signal}"), &terminal.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
        assert_eq!(terminal.end(), code);
        assert!(terminal.is_sane(), "{signal}");
    }
}

fn failures_put_the_terminal_right() {
    let world = World::with(Setup { auto: Auto::Deny, ..Setup::default() });
    let mut terminal = Terminal::start(&world, &LOGIN);
    let callback = web::redirect_of(&terminal.url());
    terminal.type_in(&format!("{callback}\n"));
    assert_eq!(terminal.end(), 4);
    assert!(terminal.is_sane());
    let shown = terminal.shown();
    assert!(
        shown.contains(
            "\u{1b}[Ksso-cp: the sign-in to sso-session `corp` was refused in the browser"
        ),
        "{shown:?}"
    );
}

fn an_odd_link_needs_a_yes() {
    for (answer, code) in [("yes\n", 0), ("no\n", 4), ("\n", 4)] {
        let world = World::with(Setup { auto: Auto::Approve, ..Setup::default() });
        world.script(
            "oidc.StartDeviceAuthorization: set=/verificationUri=\"https://device.evil.example/\"",
        );
        let mut terminal =
            Terminal::start(&world, &["login", "--sso-session", "corp", "--use-device-code"]);
        terminal.wait_for("the link leads to `device.evil.example`");
        terminal.wait_for("type `yes` and press Enter");
        terminal.type_in(answer);
        assert_eq!(terminal.end(), code, "{}", terminal.shown());
        assert!(terminal.is_sane());
    }
}

/// In the background of a shell, changing the terminal would stop us, and reading would steal the shell's lines.
fn a_terminal_of_another_job_is_left_alone() {
    let world = approving();
    let mut command = Command::new("setsid");
    let line = "set -m; \"$0\" \"$@\" & wait $!";
    command.args(["--ctty", "--wait", "sh", "-c", line]).arg(program()).args(LOGIN);
    let mut terminal = Terminal::of(&world, command);
    terminal.wait_for("--use-device-code");
    assert!(terminal.is_sane() && !terminal.shown().contains("paste"), "{}", terminal.shown());
    let shown = terminal.shown();
    let url = shown.lines().find(|line| line.starts_with("http")).unwrap();
    web::browse(url);
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
}
