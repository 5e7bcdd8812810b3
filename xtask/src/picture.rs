//! `cargo xtask picture`: docs/session.svg, the picture of a session that the README shows. The program is run at a
//! pseudo-terminal against the stand-in for AWS, and what it wrote there is drawn; nothing of it is made up but the
//! address of the sign-in, which would be the stand-in's.

use crate::browser;
use crate::scene::{SESSION, Scene};
use crate::scratch::Scratch;
use crate::terminal::Terminal;
use crate::workspace::{Outcome, cargo, root, run, target_dir};
use argh::FromArgs;
use fake_identity_center::{Auto, Fake, START_URL, Setup};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Record a session and draw it as docs/session.svg
#[derive(FromArgs)]
#[argh(subcommand, name = "picture")]
pub(crate) struct Picture {}

const COLUMNS: u16 = 80;
const ROWS: u16 = 12;

impl Picture {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        run(cargo().args(["build", "--quiet", "--package", "sso-cp"]))?;
        let scratch = Scratch::new()?;
        let setup = Setup { auto: Auto::Approve, ..Setup::default() };
        let fake = Fake::start(setup)?;
        let scene = Scene::new(scratch.path(), &fake)?;
        scene.write_config(&config())?;
        let mut recorder = Recorder {
            program: target_dir()?.join("debug").join("sso-cp"),
            scene,
            lines: Vec::new(),
        };
        recorder.sign_in()?;
        recorder.pick()?;
        recorder.command("sso-cp prompt --for ansi", "payments-prod.admin")?;
        recorder.command("sso-cp exec payments-dev.read -- env | grep ^AWS_REGION", "")?;
        recorder.command("sso-cp console payments-prod.admin s3 --print", "")?;
        let picture = drawn(&recorder.lines);
        fs::write(root().join("docs").join("session.svg"), picture)?;
        println!("docs/session.svg: {} lines", recorder.lines.len());
        Ok(ExitCode::SUCCESS)
    }
}

/// Profiles as `populate` writes them.
fn config() -> String {
    let mut text = format!(
        "[sso-session {SESSION}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n\
         sso_registration_scopes = sso:account:access\n"
    );
    for (name, account, id) in [
        ("data-dev", "Data Dev", "444455556666"),
        ("payments-dev", "Payments Dev", "111122223333"),
        ("payments-prod", "Payments Prod", "111122223333"),
        ("sandbox", "Sandbox", "444455556666"),
    ] {
        for (short, role) in [("admin", "Admin"), ("read", "ReadOnly")] {
            let colour = if name.ends_with("prod") { "sso_cp_prompt = red\n" } else { "" };
            write!(
                text,
                "\n[profile {name}.{short}]\n# account: {account}\nsso_cp_session = {SESSION}\n\
                 sso_cp_account_id = {id}\nsso_cp_role_name = {role}\nregion = eu-west-1\n{colour}"
            )
            .expect("a String takes any text");
        }
    }
    text
}

struct Recorder {
    program: PathBuf,
    scene: Scene,
    /// What is to be seen, with the terminal's codes for colours in it.
    lines: Vec<String>,
}

impl Recorder {
    fn sign_in(&mut self) -> Outcome<()> {
        self.typed(&format!("sso-cp login {SESSION}"));
        let mut terminal = Terminal::open(COLUMNS, ROWS)?;
        let mut child =
            terminal.start(&self.scene, &self.program, &["login", SESSION, "--no-browser"])?;
        let is_asked = |seen: &[u8]| String::from_utf8_lossy(seen).contains("waiting for");
        let seen = String::from_utf8(terminal.read_until(is_asked)?)?;
        let link = seen.split_whitespace().find(|word| word.starts_with("http"));
        browser::open(link.ok_or("the sign-in shows no address")?)?;
        child.wait()?;
        let rest = String::from_utf8(terminal.rest()?)?;
        // A line of progress stood there before, and the line may be folded.
        let flat = rest.replace("\r\n", "");
        let from = flat.find("signed in to").ok_or(format!("no sign-in: {rest:?}"))?;
        let (ended, _) = flat[from..].split_once(';').unwrap_or((&flat[from..], ""));
        self.lines.push("sso-cp: sign in to sso-session `corp` in your browser …".into());
        self.lines.push(format!("sso-cp: {ended}"));
        self.lines.push(String::new());
        Ok(())
    }

    /// The list, narrowed by some letters.
    fn pick(&mut self) -> Outcome<()> {
        self.typed("awsp");
        let mut terminal = Terminal::open(COLUMNS, ROWS)?;
        let mut child = terminal.start(&self.scene, &self.program, &["use"])?;
        terminal.await_frame()?;
        let mut frame = Vec::new();
        for key in ["p", "a", "y"] {
            terminal.type_in(key.as_bytes())?;
            frame = terminal.await_frame()?;
        }
        // Once all columns are known, the list may be drawn again; the keys come before that.
        terminal.type_in(b"\x1b[B\x1b[B")?;
        frame = terminal.await_frame().map(|last| if last.is_empty() { frame } else { last })?;
        terminal.type_in(b"\r")?;
        child.wait()?;
        let frame = String::from_utf8(frame)?;
        let last = frame.rsplit("\x1b[H").next().unwrap_or_default();
        let (last, _) = last.split_once("\x1b[J").unwrap_or((last, ""));
        self.lines.extend(last.split("\r\n").map(|line| line.replace("\x1b[K", "")));
        self.lines.push(String::new());
        Ok(())
    }

    /// Another command, as it stands in a shell; `profile` is the shell's.
    fn command(&mut self, line: &str, profile: &str) -> Outcome<()> {
        self.typed(line);
        let mut terminal = Terminal::open(COLUMNS, ROWS)?;
        let program = self.program.to_string_lossy();
        let line = line.replacen("sso-cp", &program, 1);
        let script = match profile {
            "" => line,
            profile => format!("export AWS_PROFILE={profile}; {line}"),
        };
        let mut child = terminal.start(&self.scene, "sh".as_ref(), &["-c", &script])?;
        child.wait()?;
        let seen = String::from_utf8(terminal.rest()?)?;
        self.lines.extend(seen.trim_end().split("\r\n").flat_map(folded));
        self.lines.push(String::new());
        Ok(())
    }

    fn typed(&mut self, line: &str) {
        self.lines.push(format!("\x1b[1;32m$\x1b[0m \x1b[1m{line}\x1b[0m"));
    }
}

/// A long line as a terminal shows it.
fn folded(line: &str) -> Vec<String> {
    if line.contains('\x1b') {
        return vec![line.to_owned()];
    }
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(usize::from(COLUMNS)).map(|part| part.iter().collect()).collect()
}

const LETTER: f64 = 8.4;
const LINE: f64 = 19.0;
const MARGIN: f64 = 18.0;
/// Where the window's bar ends.
const TOP: f64 = 34.0;

fn drawn(lines: &[String]) -> String {
    let width = f64::from(COLUMNS) * LETTER + 2.0 * MARGIN;
    let height = TOP + lines.len() as f64 * LINE + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n\
         <title>A session: sign in, choose a profile from a list, use it</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f27\"/>\n"
    );
    for (at, colour) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        let x = MARGIN + 4.0 + at as f64 * 18.0;
        writeln!(svg, "<circle cx=\"{x}\" cy=\"17\" r=\"5.5\" fill=\"{colour}\"/>")
            .expect("a String takes any text");
    }
    svg.push_str(
        "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"14\" fill=\"#d7dae0\">\n",
    );
    for (at, line) in lines.iter().enumerate() {
        let y = TOP + at as f64 * LINE + 14.0;
        svg.push_str(&spans(line, y));
    }
    svg + "</g>\n</svg>\n"
}

/// The parts of a line that look alike, each at its own place: no two fonts are equally wide.
fn spans(line: &str, y: f64) -> String {
    let (mut svg, mut style, mut column) = (String::new(), Style::default(), 0_usize);
    let mut parts = line.split("\x1b[");
    let mut add = |text: &str, style: &Style| {
        if text.is_empty() {
            return;
        }
        let (x, count) = (MARGIN + column as f64 * LETTER, text.chars().count());
        let width = count as f64 * LETTER;
        column += count;
        if style.is_reversed {
            svg.push_str(&format!(
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{LINE}\" fill=\"#3a4252\"/>\n",
                y - 14.0
            ));
        }
        if !text.trim().is_empty() {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            svg.push_str(&format!(
                "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{width:.1}\" xml:space=\"preserve\"{}>{text}</text>\n",
                style.attributes()
            ));
        }
    };
    add(parts.next().unwrap_or_default(), &style);
    for part in parts {
        let Some((codes, text)) = part.split_once('m') else { continue };
        codes.split(';').for_each(|code| style.change(code));
        add(text, &style);
    }
    svg
}

#[derive(Default)]
struct Style {
    colour: Option<&'static str>,
    is_bold: bool,
    is_dim: bool,
    is_reversed: bool,
}

impl Style {
    fn change(&mut self, code: &str) {
        match code {
            "" | "0" => *self = Style::default(),
            "1" => self.is_bold = true,
            "2" => self.is_dim = true,
            "7" => self.is_reversed = true,
            "31" | "91" => self.colour = Some("#ff6b68"),
            "32" | "92" => self.colour = Some("#7fd88f"),
            "33" | "93" => self.colour = Some("#e5c07b"),
            "34" | "94" => self.colour = Some("#6cb0ff"),
            "35" | "95" => self.colour = Some("#d48fe0"),
            "36" | "96" => self.colour = Some("#62c6cf"),
            "39" => self.colour = None,
            _ => {}
        }
    }

    fn attributes(&self) -> String {
        let mut text = String::new();
        if let Some(colour) = self.colour {
            text.push_str(&format!(" fill=\"{colour}\""));
        }
        if self.is_bold {
            text.push_str(" font-weight=\"bold\"");
        }
        if self.is_dim {
            text.push_str(" opacity=\"0.65\"");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_colours_become_attributes() {
        let svg = spans("a \x1b[1;31m<b>\x1b[0m\x1b[7m c", 20.0);
        assert!(
            svg.contains(">a </text>")
                && svg.contains("fill=\"#ff6b68\" font-weight=\"bold\">&lt;b&gt;"),
            "{svg}"
        );
        assert!(svg.contains("<rect") && !svg.contains('\x1b'), "{svg}");
        assert_eq!(folded(&"x".repeat(81)).len(), 2);
    }
}
