//! Advice is executed: over generated set-ups, what `doctor --fix` fixes is gone and nothing new is there; the commands that the
//! other findings and the failing calls name are typed, and help.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::time::{Duration, Instant};

use fake_identity_center::{Auto, Setup};
use mutations::Dice;
use serde_json::Value;

use crate::harness::{Ran, Run, World, set_mode, shell_words, tests};

tests! {
    slow "contract" => what_doctor_fixes_is_gone_and_nothing_new_is_there,
    slow "contract" => the_commands_of_hints_help_when_they_are_typed,
    quick "contract" => fixes_are_shown_and_asked_about,
    quick "contract" => what_has_changed_since_it_was_shown_stays,
    quick "contract" => the_first_file_is_named_where_only_the_second_is_not_written,
}

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
     sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n";

/// Pieces of config files, as people have them. `{n}` is a number, so that names differ.
const PIECES: [&str; 24] = [
    "[profile p{n}]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n",
    "[p{n}]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n",
    "[profile \"p{n}\"]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n",
    "[profile p{n}]\nsso_session = corp\nsso_account_id = 1111-2222-3333\nsso_role_name = ReadOnly\n",
    "[profile p{n}]\nsso_cp_session = corp\nsso_cp_account_id = 1111-2222-3333\nsso_cp_role_name = ReadOnly\n",
    "[profile p{n}]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\ncredential_process = sso-cp --profile p{n}\n",
    "[profile p{n}]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n",
    "[profile p{n}]\ncredential_process = sso-cp --profile p{n} --no-such-flag\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n",
    "[profile p{n}]\ncredential_process = /gone/sso-cp --profile p{n}\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n",
    "[profile p{n}]# text\nregion = eu-west-1\n",
    "[profile p{n}] text\nregion = eu-west-1\n",
    "[ profile p{n} ]\nregion = eu-west-1\n",
    " [profile p{n}]\nregion = eu-west-1\n",
    "[profile p{n}]\nRegion = eu-west-1\n",
    "[profile p{n}]\nregion: eu-west-1\n",
    "[profile p{n}]\n  region = eu-west-1\n  output = json\n",
    "[profile p{n}]\nregion = eu-west-1 # text\n",
    "[profile p{n}]\nregion = 'eu-west-1'\n",
    "[profile p{n}]\nregion = eu-west-1\n  # text\n",
    "[profile p{n}]\nregion = eu-west-1\nregion = eu-west-2\n",
    "[profile p{n}]\nregion = eu-west-1\n[profile q{n}]\noutput = text\n[profile p{n}]\noutput = json\n",
    "[profile p{n}]\ntext\nregion = eu-west-1\n",
    "[sso_session s{n}]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n",
    "[sso-session s{n}]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
];

/// A home by dice, and the same for the same number.
fn world(seed: u64) -> World {
    let mut world = World::with(Setup { auto: Auto::Approve, ..Setup::default() });
    // An AWS CLI takes its time to say its version.
    world.set("PATH", "/nowhere");
    let mut dice = Dice(seed);
    let mut config = String::new();
    let at = dice.roll(5);
    for number in 0..4 {
        if number == at {
            config.push_str(SESSION);
        }
        let piece = PIECES[dice.roll(PIECES.len())];
        config.push_str(&piece.replace("{n}", &number.to_string()));
        config.push_str(["\n", "", "\n\n"][dice.roll(3)]);
    }
    if at == 4 {
        config.push_str(SESSION);
    }
    let path = world.put(".aws/config", &config);
    set_mode(&path, [0o600, 0o644, 0o666][dice.roll(3)]);
    if dice.roll(3) == 0 {
        world.put_token("+1h");
    }
    world
}

/// What is wrong: the check and the reason, without names and lines, which fixes move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Wrong {
    check: String,
    subject: String,
    reason: String,
    fix: String,
}

fn doctor(world: &World) -> (BTreeSet<String>, Vec<Wrong>) {
    let text = world.run(&["doctor", "--json"]).stdout();
    let document: Value = serde_json::from_str(&text).unwrap();
    let (mut subjects, mut wrong) = (BTreeSet::new(), Vec::new());
    for check in document["checks"].as_array().unwrap() {
        let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
        subjects.insert(text("subject"));
        if text("verdict") != "ok" {
            wrong.push(Wrong {
                check: text("check"),
                subject: text("subject"),
                reason: text("reason"),
                fix: text("fix"),
            });
        }
    }
    (subjects, wrong)
}

/// Runs what a person would type; modes of files may change, and a sign-in says more than other commands.
fn type_in(world: &World, words: &[String]) -> Ran {
    let by_code = words.first().is_some_and(|word| word == "login").then_some("--use-device-code");
    let words = words.iter().map(String::as_str).chain(by_code);
    Run::new(words.map(Into::into)).that_may_save().run(world).0
}

/// Fixes what can be fixed. What is left decides the exit code.
fn fix(world: &World) -> Ran {
    type_in(world, &["doctor", "--fix", "--yes"].map(str::to_owned))
}

/// How often each kind of fault is there, lines and numbers aside.
fn kinds(wrong: &[Wrong]) -> Vec<String> {
    let kind = |one: &Wrong| {
        let reason: String = one.reason.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        format!("{}: {reason}", one.check)
    };
    let mut kinds: Vec<String> = wrong.iter().map(kind).collect();
    kinds.sort();
    kinds
}

fn what_doctor_fixes_is_gone_and_nothing_new_is_there() {
    let (mut fixed, mut grammar) = (0, 0);
    for seed in 1..=60 {
        let world = world(seed);
        let config = || fs::read_to_string(world.home(".aws/config")).unwrap();
        let before = config();
        let (subjects, wrong) = doctor(&world);
        fix(&world);
        let after = config();
        let (_, left) = doctor(&world);
        let mut known = kinds(&wrong);
        for one in &left {
            // What nobody could read before may have faults of its own.
            if !subjects.contains(&one.subject) && one.check != "grammar" {
                continue;
            }
            let kind = kinds(std::slice::from_ref(one)).remove(0);
            match known.iter().position(|known| *known == kind) {
                Some(at) => drop(known.remove(at)),
                None => panic!("{seed}: new: {one:?}\n{before}\n=>\n{after}"),
            }
        }
        fixed += wrong.len().saturating_sub(left.len());
        grammar += left.iter().filter(|one| one.check == "grammar").count();
        let again = fix(&world).stderr();
        assert!(again.contains("nothing to fix without you"), "{seed}: {again}\n{after}");
        assert_eq!(config(), after, "{seed}");
    }
    assert!(fixed > 100, "{fixed}");
    assert!(grammar < 10, "{grammar} lines are left");
}

/// The command in backticks that a hint names, or the whole fix.
fn command(advice: &str) -> Option<Vec<String>> {
    let command = advice.split('`').find(|part| part.starts_with("sso-cp "))?;
    shell_words(command).map(|words| words[1..].to_vec())
}

fn the_commands_of_hints_help_when_they_are_typed() {
    let mut typed = BTreeSet::new();
    for seed in 1..=40 {
        let world = world(seed);
        fix(&world);
        for _ in 0..6 {
            let (_, wrong) = doctor(&world);
            let Some((one, words)) = wrong.iter().find_map(|one| {
                let words = command(&one.fix).filter(|words| words[0] != "doctor")?;
                Some((one, words))
            }) else {
                break;
            };
            typed.insert(words[0].clone());
            let said = type_in(&world, &words).stderr();
            let (_, left) = doctor(&world);
            let is_there = left.iter().any(|other| {
                (&other.check, &other.subject, &other.reason)
                    == (&one.check, &one.subject, &one.reason)
            });
            assert!(!is_there, "{seed}: {words:?} does not help: {one:?}\n{said}");
        }
        for name in world.run(&["profiles", "--names"]).stdout().lines() {
            let failed = world.run(&["--profile", name]).stderr();
            let Some(words) = failed.lines().find_map(|line| command(line.strip_prefix("hint: ")?))
            else {
                continue;
            };
            typed.insert(words[0].clone());
            let said = type_in(&world, &words).stderr();
            let then = world.run(&["--profile", name]).stderr();
            let is_shown = words[0] == "doctor" || words[0] == "configure";
            assert!(then != failed || is_shown, "{seed}: {words:?} does not help: {failed}{said}");
        }
    }
    for word in ["login", "migrate"] {
        assert!(typed.contains(word), "{typed:?}");
    }
}

fn fixes_are_shown_and_asked_about() {
    let world = World::new();
    let before = "[profile dev]\nRegion = eu-west-1\n";
    let path = world.put(".aws/config", before);
    let refused = world.run(&["doctor", "--fix"]);
    refused.failed(2, "sso-cp doctor --fix --yes");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    world.run(&["doctor", "--yes"]).failed(2, "--fix");
    fix(&world);
    assert_eq!(fs::read_to_string(&path).unwrap(), "[profile dev]\nregion = eu-west-1\n");
}

/// Between what a person sees and what is written, other programs may write too.
fn what_has_changed_since_it_was_shown_stays() {
    const CREDENTIALS: &str = "[other]\nRegion = x\n";
    for changed in [".aws/config", ".aws/credentials"] {
        let world = World::new();
        let config = world.put(".aws/config", "[profile dev]\nRegion = eu-west-1\n");
        fix(&world);
        fs::write(&config, "[profile dev]\nRegion = eu-west-2\n").unwrap();
        let credentials = world.put(".aws/credentials", CREDENTIALS);
        let held = held_lock(&world);
        let words = ["doctor", "--fix", "--yes"].map(Into::into);
        let mut child = Run::new(words).command(&world).spawn().unwrap();
        // The first words of what is shown have come: the rest waits for the lock.
        child.stdout.as_mut().unwrap().read_exact(&mut [0; 4]).unwrap();
        let path = world.home(changed);
        let theirs = format!("{}# theirs\n", fs::read_to_string(&path).unwrap());
        fs::write(&path, &theirs).unwrap();
        drop(held);
        let ran = Ran::of(child, Instant::now(), Duration::from_secs(20));
        ran.failed(7, &format!("{changed} has changed since these changes were shown"));
        assert_eq!(fs::read_to_string(&path).unwrap(), theirs, "{ran}");
        let other = if path == config { credentials } else { config };
        assert!(fs::read_to_string(other).unwrap().contains("Region"), "{ran}");
        fix(&world);
        assert!(!fs::read_to_string(path).unwrap().contains("Region"));
    }
}

/// Both could be written when they were looked at.
fn the_first_file_is_named_where_only_the_second_is_not_written() {
    let world = World::new();
    let config = world.put(".aws/config", "[profile dev]\nRegion = eu-west-1\n");
    let before = format!("[other]\nRegion = x\n#{}\n", "x".repeat(2000));
    let credentials = world.put(".aws/credentials", &before);
    let words = ["doctor", "--fix", "--yes"].map(Into::into);
    // No file may have more than a block.
    let mut run = Run::new(words).in_shell("ulimit -f 1; exec \"$@\"").command(&world);
    let ran = Ran::of(run.spawn().unwrap(), Instant::now(), Duration::from_secs(20));
    ran.failed(7, ".aws/credentials");
    assert!(ran.stderr().starts_with("sso-cp: ~/.aws/config was written\n"), "{ran}");
    assert_eq!(fs::read_to_string(config).unwrap(), "[profile dev]\nregion = eu-west-1\n");
    assert_eq!(fs::read_to_string(credentials).unwrap(), before);
}

/// The lock by which those of us who change the config file take turns.
fn held_lock(world: &World) -> File {
    let files = fs::read_dir(world.home(".aws/sso-cp")).unwrap();
    let is_lock = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("edit-"))
    };
    let path = files.map(|file| file.unwrap().path()).find(is_lock).unwrap();
    let lock = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    lock.lock().unwrap();
    lock
}
