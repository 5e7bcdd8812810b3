//! The function that switches a shell's AWS profile, in the shells themselves, where they are installed.

use std::io::Write;
use std::process::{Command, Stdio};

use fake_identity_center::Setup;

use crate::harness::{World, program, skip, tests};
use crate::login::Terminal;

tests! {
    slow "contract shell-init" => bash_switches_back_and_off,
    slow "contract shell-init" => zsh_switches_back_and_off,
    slow "contract shell-init" => fish_switches_back_and_off,
    slow "contract shell-init" => powershell_switches_back_and_off,
    slow "contract shell-init" => bash_completes_profiles,
    slow "contract shell-init" => fish_completes_profiles,
    slow "contract shell-init" => a_strict_shell_and_a_subshell_switch_too,
    slow "contract shell-init" => shells_at_a_terminal_choose_from_the_list,
    quick "contract shell-init" => a_name_with_a_line_break_is_no_profile,
    quick "contract shell-init" => a_switch_is_one_process,
    quick "contract shell-init" => no_script_has_anything_run_a_text,
}

/// Names that would do something if a shell read them as code. Each stands in the config file as it is to be read.
const ODD: [&str; 12] = [
    "a b",
    "it's",
    "$(touch RUN)",
    "`touch RUN`",
    "x; touch RUN",
    "x & touch RUN",
    "\"; touch RUN; \"",
    "$HOME",
    "*",
    "back\\slash\\n",
    "'; touch RUN; '",
    "é \u{2019}touch RUN\u{2019}",
];

fn world() -> World {
    let world = World::bare(Setup::default());
    let mut config =
        String::from("[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n");
    for name in ODD {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        config.push_str(&format!("[profile \"{quoted}\"]\nregion = eu-west-1\n"));
    }
    world.put_bytes(".aws/config", config.as_bytes());
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    // It counts its runs.
    let script = format!(
        "#!/usr/bin/env bash\necho >> '{}'\nexec -a sso-cp '{}' \"$@\"\n",
        world.root().join("runs").display(),
        program().display()
    );
    std::fs::write(bin.join("sso-cp"), script).unwrap();
    crate::harness::set_mode(&bin.join("sso-cp"), 0o755);
    world
}

/// Runs a script in a shell, with lines on stdin; None where there is no such shell. Gives stdout and stderr.
fn shell(world: &World, command: &[&str], lines: &[&str]) -> Option<[String; 2]> {
    let path = std::env::var("PATH").unwrap_or_default();
    let spawned = Command::new(command[0])
        .args(&command[1..])
        .env_clear()
        .envs(&world.env)
        .env("PATH", format!("{}:{path}", world.root().join("bin").display()))
        .env("XDG_CONFIG_HOME", world.root())
        .env("XDG_DATA_HOME", world.root())
        .env("TERM", "dumb")
        .current_dir(world.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        skip(&format!("{} is not installed", command[0]));
        return None;
    };
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let left = std::fs::read_dir(world.work()).unwrap().count();
    assert_eq!(left, 0, "{command:?}: a name was run");
    Some([output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Switches by each line, and says the profile after it. Sourced twice, as start-up files are.
const POSIX: &str = r#"
eval "$(sso-cp shell-init SHELL)"
eval "$(sso-cp shell-init SHELL)"
awsp -; echo "none before: $?"
awsp dev; awsp prod; awsp -; echo "back: $AWS_PROFILE"; awsp -; echo "forth: $AWS_PROFILE"
awsp prod; awsp -; echo "not by itself: $AWS_PROFILE"
export AWS_ACCESS_KEY_ID=a AWS_SESSION_TOKEN=b AWS_DEFAULT_PROFILE=c
awsp prod; echo "unset: ${AWS_ACCESS_KEY_ID-}${AWS_SESSION_TOKEN-}${AWS_DEFAULT_PROFILE-}."
awsp nope; echo "stays: $? $AWS_PROFILE"
awsp --off; echo "off: ${AWS_PROFILE-unset} ${SSO_CP_PROFILE-unset}"
awsp -; echo "on: $AWS_PROFILE"
awsp --help | head -n 1
awsp dev --version; echo "still: $AWS_PROFILE"
while IFS= read -r name; do
    awsp "$name" < /dev/null
    sh -c 'printf "%s|%s\n" "$AWS_PROFILE" "$SSO_CP_PROFILE"'
done
"#;

fn switched(found: Option<[String; 2]>) {
    let Some([stdout, stderr]) = found else { return };
    let (first, odd) = stdout.split_at(stdout.find("a b|").unwrap_or(stdout.len()));
    let version = concat!("sso-cp ", env!("CARGO_PKG_VERSION"));
    let expected = [
        "none before: 2",
        "back: dev",
        "forth: prod",
        "not by itself: dev",
        "unset: .",
        "stays: 2 prod",
        "off: unset unset",
        "on: prod",
        "Usage: sso-cp use [NAME]",
        version,
        "still: prod",
    ];
    assert_eq!(first.lines().collect::<Vec<_>>(), expected, "{stderr}");
    assert_eq!(odd.lines().collect::<Vec<_>>(), ODD.map(|name| format!("{name}|{name}")));
    let gone = "sso-cp: unset what would win over the profile: AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN AWS_DEFAULT_PROFILE";
    for line in [
        "sso-cp: there is no profile before this one in this shell",
        "sso-cp: profile `dev`",
        gone,
        "sso-cp: no profile is chosen in this shell",
        "sso-cp: there is no profile `nope`",
    ] {
        assert!(stderr.lines().any(|said| said.starts_with(line)), "no `{line}`:\n{stderr}");
    }
}

fn bash_switches_back_and_off() {
    let script = POSIX.replace("SHELL", "bash");
    switched(shell(&world(), &["bash", "--norc", "-c", &script], &ODD));
}

fn zsh_switches_back_and_off() {
    let script = POSIX.replace("SHELL", "zsh");
    switched(shell(&world(), &["zsh", "-f", "-c", &script], &ODD));
}

fn fish_switches_back_and_off() {
    const FISH: &str = r#"
sso-cp shell-init fish | source
sso-cp shell-init fish | source
awsp -; echo "none before: $status"
awsp dev; awsp prod; awsp -; echo "back: $AWS_PROFILE"; awsp -; echo "forth: $AWS_PROFILE"
awsp prod; awsp -; echo "not by itself: $AWS_PROFILE"
set -gx AWS_ACCESS_KEY_ID a; set -gx AWS_SESSION_TOKEN b; set -gx AWS_DEFAULT_PROFILE c
awsp prod; echo "unset: $AWS_ACCESS_KEY_ID$AWS_SESSION_TOKEN$AWS_DEFAULT_PROFILE."
awsp nope; echo "stays: $status $AWS_PROFILE"
awsp --off; echo "off:" (set -q AWS_PROFILE; or echo unset) (set -q SSO_CP_PROFILE; or echo unset)
awsp -; echo "on: $AWS_PROFILE"
awsp --help | head -n 1
awsp dev --version; echo "still: $AWS_PROFILE"
while read -l name
    awsp "$name" < /dev/null
    sh -c 'printf "%s|%s\n" "$AWS_PROFILE" "$SSO_CP_PROFILE"'
end
"#;
    switched(shell(&world(), &["fish", "--no-config", "-c", FISH], &ODD));
}

fn powershell_switches_back_and_off() {
    const POWERSHELL: &str = r#"
foreach ($time in 1, 2) { sso-cp shell-init powershell | Out-String | Invoke-Expression }
awsp -; "none before: $LASTEXITCODE"
awsp dev; awsp prod; awsp -; "back: $env:AWS_PROFILE"; awsp -; "forth: $env:AWS_PROFILE"
awsp prod; awsp -; "not by itself: $env:AWS_PROFILE"
$env:AWS_ACCESS_KEY_ID = 'a'; $env:AWS_SESSION_TOKEN = 'b'; $env:AWS_DEFAULT_PROFILE = 'c'
awsp prod; "unset: $env:AWS_ACCESS_KEY_ID$env:AWS_SESSION_TOKEN$env:AWS_DEFAULT_PROFILE."
awsp nope; "stays: $LASTEXITCODE $env:AWS_PROFILE"
awsp --off; "off: $(if (Test-Path Env:AWS_PROFILE) { 'set' } else { 'unset' }) $(if (Test-Path Env:SSO_CP_PROFILE) { 'set' } else { 'unset' })"
awsp -; "on: $env:AWS_PROFILE"
awsp --help | Select-Object -First 1
awsp dev --version; "still: $env:AWS_PROFILE"
foreach ($name in $input) { awsp $name; "$env:AWS_PROFILE|$env:SSO_CP_PROFILE" }
"#;
    switched(shell(&world(), &["pwsh", "-NoProfile", "-Command", POWERSHELL], &ODD));
}

fn bash_completes_profiles() {
    const SCRIPT: &str = r#"
eval "$(sso-cp shell-init bash --name p)"
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line}
    _sso_cp_switch p
    printf '%s\n' "${COMPREPLY[*]}"
done
complete -p p
"#;
    let lines = ["p d", "p \\$", "p --", "p pro"];
    let Some([stdout, _]) = shell(&world(), &["bash", "--norc", "-c", SCRIPT], &lines) else {
        return;
    };
    let found: Vec<&str> = stdout.lines().collect();
    assert_eq!(found, ["dev", "", "--off", "prod", "complete -F _sso_cp_switch p"]);
}

fn fish_completes_profiles() {
    const SCRIPT: &str = r#"
sso-cp shell-init fish --name p | source
while read -l line
    echo (complete -C "$line" | string split -f 1 \t)
end
"#;
    let lines = ["p d", "p --", "p it"];
    let Some([stdout, _]) = shell(&world(), &["fish", "--no-config", "-c", SCRIPT], &lines) else {
        return;
    };
    assert_eq!(stdout.lines().collect::<Vec<_>>(), ["dev", "--off", "it's"]);
}

/// Nothing of it is run, and the shell stays where it is.
fn a_name_with_a_line_break_is_no_profile() {
    for (shell_name, command) in
        [("bash", &["bash", "--norc", "-c"][..]), ("zsh", &["zsh", "-f", "-c"])]
    {
        let script = format!(
            "eval \"$(sso-cp shell-init {shell_name})\"; awsp dev; awsp $'dev\\ntouch RUN'; echo \"$? $AWS_PROFILE\""
        );
        let found = shell(&world(), &[command, &[&script]].concat(), &[]);
        let Some([stdout, stderr]) = found else { continue };
        assert_eq!(stdout, "2 dev\n", "{stderr}");
    }
    let script = "sso-cp shell-init fish | source; awsp dev; awsp (printf 'dev\\ntouch RUN' | string collect); echo $status $AWS_PROFILE";
    if let Some([stdout, stderr]) = shell(&world(), &["fish", "--no-config", "-c", script], &[]) {
        assert_eq!(stdout, "2 dev\n", "{stderr}");
    }
}

fn a_strict_shell_and_a_subshell_switch_too() {
    for (name, shell_words) in [("bash", ["bash", "--norc", "-c"]), ("zsh", ["zsh", "-f", "-c"])] {
        let script = format!(
            r#"set -eu
unset AWS_PROFILE
alias p='echo alias'
eval "$(sso-cp shell-init {name} --name p)"
p - || echo "refused: $?"
p dev
(p prod; echo "inside: $AWS_PROFILE")
echo "outside: $AWS_PROFILE"
p - || echo never
echo "off: ${{AWS_PROFILE-unset}}"
p nope || echo "refused: $?"
p
echo never"#
        );
        let [first, second, third] = shell_words;
        let Some([stdout, stderr]) = shell(&world(), &[first, second, third, &script], &[]) else {
            continue;
        };
        let expected = ["refused: 2", "inside: prod", "outside: dev", "off: unset", "refused: 2"];
        assert_eq!(stdout.lines().collect::<Vec<_>>(), expected, "{name}: {stderr}");
        // Nobody can choose here: the names are listed, and the shell ends as it was asked to.
        let listed = format!("{}\nsso-cp: no profile is named", ODD[ODD.len() - 1]);
        assert!(stderr.contains(&listed), "{stderr}");
    }
}

fn shells_at_a_terminal_choose_from_the_list() {
    let path = std::env::var("PATH").unwrap_or_default();
    for (name, line, words) in [
        (
            "bash",
            "eval \"$(sso-cp shell-init bash)\"",
            &["bash", "--norc", "--noediting", "-i"][..],
        ),
        ("zsh", "eval \"$(sso-cp shell-init zsh)\"", &["zsh", "-f", "-i"]),
        ("fish", "sso-cp shell-init fish | source", &["fish", "--no-config", "-i"]),
    ] {
        if Command::new(name).arg("--version").output().is_err() {
            skip(&format!("{name} is not installed"));
            continue;
        }
        let world = world();
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "env"]);
        command.arg(format!("PATH={}:{path}", world.root().join("bin").display()));
        command.arg(format!("XDG_CONFIG_HOME={0}", world.root().display()));
        command.arg(format!("XDG_DATA_HOME={0}", world.root().display())).args(words);
        let mut terminal = Terminal::of(&world, command);
        terminal.type_in(&format!("{line}\nawsp\n"));
        terminal.wait_for("14 of 14");
        terminal.type_in("\u{1a}$(tou\r");
        terminal.wait_for("sso-cp: profile `$(touch RUN)`");
        wait_for_prompt(&mut terminal, "sso-cp: profile `$(touch RUN)`");
        terminal.type_in("awsp\n");
        terminal.wait_until("the list is there again", |terminal| {
            terminal.shown().matches("14 of 14").count() == 2
        });
        terminal.type_in("\u{3}");
        terminal
            .wait_until("it has gone", |terminal| terminal.shown().matches("[?1049l").count() == 2);
        wait_for_prompt(&mut terminal, "[?1049l");
        terminal.type_in("sh -c 'echo \"[$AWS_PROFILE]\"'; stty -a | tr ' ' '\\n' | grep -x -e icanon -e isig | sort | tr '\\n' '+'\n");
        terminal.wait_for("[$(touch RUN)]");
        terminal.wait_for("icanon+isig+");
        terminal.type_in("exit\n");
        terminal.end();
        assert_eq!(std::fs::read_dir(world.work()).unwrap().count(), 0, "{name}: a name was run");
    }
}

/// Waits until the shell asks again, behind the last of these words: fish drops what was typed before that.
fn wait_for_prompt(terminal: &mut Terminal, after: &str) {
    terminal.wait_until("the shell asks again", |terminal| {
        let shown = terminal.shown();
        shown.rsplit(after).next().is_some_and(|rest| rest.contains(['#', '$', '%', '>']))
    });
}

fn a_switch_is_one_process() {
    let world = world();
    let script = "eval \"$(sso-cp shell-init bash)\"; awsp dev; awsp prod; awsp -; awsp --off";
    shell(&world, &["bash", "--norc", "-c", script], &[]).unwrap();
    let runs = std::fs::read_to_string(world.root().join("runs")).unwrap();
    assert_eq!(runs.lines().count(), 1 + 3, "shell-init, and one for each switch to a profile");
}

/// Names of profiles are a file's text: nothing may read a text as code.
fn no_script_has_anything_run_a_text() {
    let world = world();
    for shell in ["bash", "zsh", "fish", "powershell", "pwsh"] {
        let ran = world.run(&["shell-init", shell]);
        let script = ran.stdout();
        let code: Vec<&str> =
            script.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        assert!(code.len() > 20, "{script}");
        for word in ["eval ", "source ", "Invoke-Expression", "iex ", "sh -c", "\n. "] {
            assert!(!code.join("\n").contains(word), "{shell}: {word}");
        }
    }
}
