//! Plays a text case: sets the scene section by section, runs the program, compares, and rewrites on `UPDATE_CASES=1`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fake_identity_center::Setup;

use super::case::{Case, Section};
use super::rules::Ended;
use super::run::{Ran, Run};
use super::scene;
use super::time::offset;
use super::tree::{self, Kind, Tree};
use super::words::{CONFIG, shell_words};
use super::world::World;

/// Plays it and panics where it does not come out as written.
pub(crate) fn play(case: &Case) {
    let Some(mut player) = Player::of(case, Setup::default()) else { return };
    player.sections(case, usize::MAX);
    player.conclude(case);
}

/// A case's home as a run has left it, and what was typed and said there.
pub(crate) struct Replayed {
    pub(crate) world: World,
    /// Words in braces are values here, as they were for the program.
    pub(crate) line: String,
    pub(crate) ran: Ran,
}

/// Plays a case until so many runs of it have ended, whatever comes of them. None where it cannot be played here.
pub(crate) fn replay(case: &Case, setup: Setup, runs: usize) -> Option<Replayed> {
    let mut player = Player::of(case, setup)?;
    player.sections(case, runs);
    let (line, ran) = player.last?;
    Some(Replayed { world: player.world, line, ran })
}

struct Player {
    world: World,
    /// The home before the last run.
    before: Tree,
    seen_requests: usize,
    /// The sections as they should stand.
    played: Vec<Section>,
    problems: Vec<String>,
    /// The last run.
    last: Option<(String, Ran)>,
}

impl Player {
    /// The scene before the first section; none where it needs what is not here.
    fn of(case: &Case, mut setup: Setup) -> Option<Player> {
        for section in case.sections.iter().filter(|section| section.title == "fake setup") {
            section.lines().for_each(|line| scene::set_up(&mut setup, line));
        }
        if case.sections.iter().any(|section| section.title == "needs root") && !super::needs_root()
        {
            return None;
        }
        let player = Player {
            world: World::bare(setup),
            before: Tree::new(),
            seen_requests: 0,
            played: Vec::new(),
            problems: Vec::new(),
            last: None,
        };
        let mentions_config = |section: &Section| {
            section.title.contains("home/.aws/config") || section.body.contains("no config file")
        };
        if !case.sections.iter().any(mentions_config) {
            player.world.put(".aws/config", CONFIG);
        }
        Some(player)
    }

    /// Plays the sections, until so many runs have ended.
    fn sections(&mut self, case: &Case, mut runs: usize) {
        let mut sections = case.sections.iter().peekable();
        while let Some(section) = sections.next() {
            if runs == 0 {
                return;
            }
            let is_run = section.title.starts_with("run");
            let mut expected = Vec::new();
            while is_run && sections.peek().is_some_and(|next| next.is_expectation()) {
                expected.extend(sections.next().cloned());
            }
            self.section(section, expected);
            runs -= usize::from(is_run);
        }
    }

    fn section(&mut self, section: &Section, expected: Vec<Section>) {
        self.played.push(section.clone());
        let (kind, rest) = section.title.split_once(' ').unwrap_or((&section.title, ""));
        match kind {
            "fake" if rest == "setup" => {}
            "fake" => self.world.script(&section.body),
            "env" => section.lines().for_each(|line| match line.split_once('=') {
                Some((name, value)) => self.world.set(name, value),
                None => self.world.unset(line),
            }),
            "arrange" => section.lines().for_each(|line| scene::arrange(&self.world, line)),
            "as" => self.world.as_ordinary_user(),
            "needs" => {}
            "run" => self.run(section, rest, expected),
            "file" => self.compare_file(rest),
            "afterwards" => section.lines().for_each(|line| self.afterwards(line)),
            _ => match section.title.strip_prefix("home/") {
                Some(file) => scene::file(&self.world, file, &section.body),
                None => panic!("there is no section `{}`", section.title),
            },
        }
    }

    /// `-- run [within 3s] --`
    fn run(&mut self, section: &Section, options: &str, expected: Vec<Section>) {
        let line = self.world.expand(section.body.trim());
        let words = shell_words(&line).expect("the quotes are closed");
        let (variables, words): (Vec<_>, Vec<_>) = {
            let program =
                words.iter().position(|word| word == "sso-cp").expect("a run runs sso-cp");
            (words[..program].to_vec(), words[program + 1..].to_vec())
        };
        let mut run = Run::new(words.into_iter().map(Into::into));
        for variable in variables {
            let (name, value) = variable.split_once('=').expect("NAME=value stands before sso-cp");
            run = run.with_env(name, value);
        }
        for option in options.split(", ").filter(|option| !option.is_empty()) {
            run =
                match option.strip_prefix("within ").and_then(|limit| offset(&format!("+{limit}")))
                {
                    Some(seconds) => run.within(Duration::from_secs(seconds.unsigned_abs())),
                    None if option == "may save" => run.that_may_save(),
                    None => panic!("a run has no option `{option}`"),
                };
        }
        self.before = tree::read(&self.world.home(""));
        let (ran, broken) = run.run(&self.world);
        self.problems.extend(broken);
        if matches!(ran.ended, Ended::TimedOut | Ended::Signal(_)) {
            self.problems.push(ran.to_string());
        }
        let found = self.expectations(&ran);
        if found != expected {
            self.problems.push(difference(&section.body, &expected, &found));
        }
        self.played.extend(found);
        self.last = Some((line, ran));
    }

    /// What a run came to, as a case would say it.
    fn expectations(&mut self, ran: &Ran) -> Vec<Section> {
        let requests: Vec<String> = self.world.fake.operations().split_off(self.seen_requests);
        self.seen_requests += requests.len();
        let requests = if requests.is_empty() { "none\n".to_owned() } else { counted(&requests) };
        let mut found = Vec::new();
        for (title, text) in [("stdout", ran.stdout()), ("stderr", ran.stderr())] {
            let mut body = self.world.words.reduce(&text);
            if !body.is_empty() {
                if !body.ends_with('\n') {
                    body.push_str("(no newline at the end)\n");
                }
                found.push(Section::new(title, &body));
            }
        }
        let code = match ran.ended {
            Ended::Code(code) => format!("exit {code}"),
            other => format!("exit {other:?}"),
        };
        found.push(Section::new(&code, ""));
        found.push(Section::new("requests", &requests));
        found
    }

    /// `-- file home/PATH --`: its content after the run.
    fn compare_file(&mut self, path: &str) {
        let text = fs::read_to_string(scene::path(&self.world, path))
            .unwrap_or_else(|error| format!("{error}\n"));
        let mut body = self.world.words.reduce(&text);
        if !body.ends_with('\n') {
            body.push('\n');
        }
        let section = self.played.last_mut().expect("it was just pushed");
        if section.body != body {
            let problem = format!("{path} holds\n{body}and not\n{}", section.body);
            section.body = body;
            self.problems.push(problem);
        }
    }

    /// One line of `-- afterwards --`.
    fn afterwards(&mut self, line: &str) {
        let words = shell_words(&self.world.expand(line)).expect("the quotes are closed");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let path = words[0];
        let found = tree::entry_at(&scene::path(&self.world, path));
        let before = self.before.get(Path::new(path.trim_start_matches("home/")));
        let holds = match words[1..] {
            ["unchanged"] => found.as_ref() == before && before.is_some(),
            ["changed"] => {
                found.as_ref().map(|entry| &entry.kind) != before.map(|entry| &entry.kind)
            }
            ["absent"] => found.is_none(),
            ["there"] => found.is_some(),
            ["mode", mode] => found.as_ref().is_some_and(|entry| entry.mode == scene::octal(mode)),
            ["empty"] => found.as_ref().is_some_and(|entry| entry.kind == Kind::File(Vec::new())),
            _ => panic!("cannot check `{line}`"),
        };
        if !holds {
            self.problems.push(format!(
                "afterwards this does not hold: {line}\nfound: {found:?}\nbefore: {before:?}"
            ));
        }
    }

    fn conclude(self, case: &Case) {
        let text = Case::text(&case.head, &self.played);
        if std::env::var_os("UPDATE_CASES").is_some_and(|value| value == "1") {
            fs::write(&case.path, text).expect("the cases can be written");
        }
        assert!(
            self.problems.is_empty(),
            "{}\n{}",
            case.path.display(),
            self.problems.join("\n\n")
        );
    }
}

/// One line an operation, repetitions counted.
fn counted(operations: &[String]) -> String {
    let mut text = String::new();
    for same in operations.chunk_by(|a, b| a == b) {
        match same.len() {
            1 => text.push_str(&format!("{}\n", same[0])),
            count => text.push_str(&format!("{} x{count}\n", same[0])),
        }
    }
    text
}

fn difference(command: &str, expected: &[Section], found: &[Section]) -> String {
    let shown = |sections: &[Section]| Case::text("", sections);
    format!("$ {command}-- EXPECTED{}\n-- FOUND{}", shown(expected), shown(found))
}
