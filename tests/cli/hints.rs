//! Every hint is typed: those of the cases in their own homes, by a shell, after what led to them; those of the troubleshooting page
//! in a standard one. A hint that a person cannot follow is worse than none.

mod commands;
mod edits;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use fake_identity_center::{Auto, Setup};

use crate::harness::{
    CONFIG, Case, Ended, Ran, Replayed, Run, Test, World, cases_below, program, replay,
};
use crate::login::Terminal;
use commands::{Typing, commands, filled, typing};

/// One test for each folder of cases, and one for the page.
pub(crate) fn tests() -> Vec<Test> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cases: Vec<Arc<Case>> =
        cases_below(&root.join("tests/cases")).into_iter().map(Arc::new).collect();
    let folder = |case: &Case| case.name.split("::").next().unwrap_or_default().to_owned();
    let folders: BTreeSet<String> = cases.iter().map(|case| folder(case)).collect();
    let mut tests: Vec<Test> = folders
        .into_iter()
        .map(|name| {
            let cases: Vec<Arc<Case>> =
                cases.iter().filter(|case| folder(case) == name).map(Arc::clone).collect();
            Test::slow(format!("hints::of_{} (hints)", name.replace('-', "_")), move || {
                let wrong: Vec<String> = cases.iter().flat_map(|case| wrong_hints(case)).collect();
                assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
            })
        })
        .collect();
    tests.push(Test::slow("hints::of_the_troubleshooting_page (hints)".to_owned(), move || {
        of_page(&root.join("docs/troubleshooting.md"));
    }));
    tests
}

/// Plays the case up to each run that gives a hint, and follows the hint.
fn wrong_hints(case: &Case) -> Vec<String> {
    let mut runs = 0;
    let mut wrong = Vec::new();
    for section in &case.sections {
        runs += usize::from(section.title.starts_with("run"));
        let gives_hint = matches!(section.title.as_str(), "stderr" | "stdout")
            && section.body.lines().any(|line| line.trim_start().starts_with("hint: "));
        if !gives_hint {
            continue;
        }
        // The person at the browser says yes.
        let setup = Setup { auto: Auto::Approve, ..Setup::default() };
        let Some(played) = replay(case, setup, runs) else { return wrong };
        let said =
            if section.title == "stderr" { played.ran.stderr() } else { played.ran.stdout() };
        let hints = said.lines().filter_map(|line| line.trim_start().strip_prefix("hint: "));
        for hint in hints {
            let problem = follow(&played, hint).err();
            let problem = problem.filter(|problem| !is_of_a_state(problem));
            wrong.extend(problem.map(|problem| {
                format!("{}\n$ {}\nhint: {hint}\n{problem}", case.path.display(), played.line)
            }));
        }
    }
    wrong
}

/// Some states are not there, and then the command says so.
fn is_of_a_state(problem: &str) -> bool {
    const STATES: [&str; 4] =
        ["not sealed", "no profile before this one", "credentials not found", "needs `--cluster`"];
    STATES.iter().any(|state| problem.contains(state))
}

/// Does what a hint says, and says why that is not possible, or does not help.
fn follow(played: &Replayed, hint: &str) -> Result<(), String> {
    let world = &played.world;
    world.fake.clear_script();
    let (variables, line) = commands::apart(&played.line);
    let mut variables = variables.to_owned();
    let needs_sign_in = played.ran.ended == Ended::Code(4);
    for command in commands(hint) {
        edits::correct(hint, &command);
        let filled = filled(&command, world);
        let ended = type_in(played, &variables, &filled)?;
        let is_sign_in = command.starts_with("sso-cp login") && !command.contains("--help");
        if is_sign_in && needs_sign_in && ended == Ended::Code(0) {
            helps(played, &filled, &played.line, |ran| ran.ended != Ended::Code(4))?;
        }
        if command.starts_with("unset ") {
            variables = format!("{variables}; {command}");
            let line = format!("export _=_ {variables}; {line}");
            helps(played, &filled, &line, |_| true)?;
        }
    }
    match edits::follow(played, hint) {
        Some(doing) => helps(played, &doing, &played.line, |_| true),
        None => Ok(()),
    }
}

/// The command of the case does not fail as it did.
fn helps(
    played: &Replayed,
    doing: &str,
    line: &str,
    is_well: impl Fn(&Ran) -> bool,
) -> Result<(), String> {
    if commands::is_about_signing_in(line) {
        return Ok(());
    }
    let again = run_in_shell(&played.world, line);
    match again.stderr() == played.ran.stderr() && again.ended != Ended::Code(0) || !is_well(&again)
    {
        true => Err(format!("`{doing}` does not help: {again}")),
        false => Ok(()),
    }
}

/// A person types a line into a shell that finds the program and has the variables of the case. What the program itself cannot
/// use is wrong.
fn type_in(played: &Replayed, variables: &str, line: &str) -> Result<Ended, String> {
    let world = &played.world;
    let in_shell = format!("export _=_ {variables}; {line}");
    let (code, said) = match typing(line) {
        Typing::Syntax => {
            let checked = Command::new("bash").args(["-n", "-c", line]).output().unwrap();
            let code = checked.status.code().filter(|code| *code == 0);
            (
                code.map_or(Ended::Code(2), Ended::Code),
                String::from_utf8_lossy(&checked.stderr).into_owned(),
            )
        }
        Typing::Plain => {
            let ran = run_in_shell(world, &in_shell);
            (ran.ended, format!("{}{}", ran.stdout(), ran.stderr()))
        }
        Typing::Terminal { question, key } => {
            let mut command = Command::new("/usr/bin/setsid");
            command
                .args(["--ctty", "--wait", "/bin/bash", "-c"])
                .arg(with_program(world, &in_shell));
            let mut terminal = Terminal::of(world, command);
            let shows = |terminal: &Terminal, parts: &[&str]| {
                parts.iter().any(|part| terminal.shown().contains(part))
            };
            let asked = [question, "of its name: "];
            terminal.wait_until(question, |terminal| {
                shows(terminal, &asked) || shows(terminal, &["sso-cp: "])
            });
            if shows(&terminal, &asked) {
                terminal.type_in(key);
            }
            (Ended::Code(terminal.end()), terminal.shown())
        }
    };
    // 1 is a bug, 2 a usage error, 3 the configuration; from 126 on a shell has no such command.
    let is_accepted = matches!(code, Ended::Code(0 | 4..=7 | 124 | 130));
    match is_accepted || commands::may_fail(line) || commands::is_own_slip(&played.line, &said) {
        true => Ok(code),
        false => Err(format!("`{line}` is not accepted: {code:?}\n{said}")),
    }
}

fn run_in_shell(world: &World, line: &str) -> Ran {
    let line = format!("exec /bin/bash -c {}", commands::quoted(&with_program(world, line)));
    Run::new([]).in_shell(&line).with_env("LC_ALL", "C.UTF-8").that_may_save().run(world).0
}

/// The line in a shell that finds the program by its name.
fn with_program(world: &World, line: &str) -> String {
    let folder = world.root().join("bin");
    let _ = std::fs::create_dir(&folder);
    let _ = std::os::unix::fs::symlink(program(), folder.join("sso-cp"));
    format!("PATH={}:$PATH:/usr/bin:/bin; {line}", folder.display())
}

/// The page has no homes: its commands are typed where there is a profile `dev` that is signed in.
fn of_page(page: &Path) {
    let text = std::fs::read_to_string(page).unwrap();
    let hints: BTreeSet<&str> =
        text.lines().filter_map(|line| line.trim_start().strip_prefix("hint: ")).collect();
    assert!(hints.len() > 80, "{}", hints.len());
    let mut wrong = Vec::new();
    for hint in hints {
        let world = World::with(Setup { auto: Auto::Approve, ..Setup::default() });
        world.put_token("+1h");
        let others = ["default", "profile prod", "profile .."].map(|header| {
            CONFIG.split("\n\n").next().unwrap().replace("profile dev", header) + "\n\n"
        });
        world.put(".aws/config", &(others.concat() + CONFIG));
        let ran = world.dev();
        let played = Replayed { world, line: "sso-cp --profile dev".to_owned(), ran };
        for command in commands(hint) {
            let problem = type_in(&played, "", &filled(&command, &played.world)).err();
            let problem = problem.filter(|problem| !is_of_a_state(problem));
            wrong.extend(problem.map(|problem| format!("hint: {hint}\n{problem}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
