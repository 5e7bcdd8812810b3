//! Completions in the shells themselves, where they are installed, and the manual page.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Ended, Run, World, program, skip, tests};

tests! {
    slow "contract completions" => bash_completes,
    slow "contract completions" => zsh_completes,
    slow "contract completions" => fish_completes,
    slow "contract completions" => powershell_reads_its_script,
    slow "contract completions" => installed_scripts_are_found_by_their_shells,
    quick "contract completions" => what_is_installed_is_what_is_printed,
    quick "contract completions" => the_manual_page_is_read_without_a_warning,
}

const CONFIG: &str = "[default]\n[profile dev]\n[profile 'my team']\n[profile own:one]\n[profile own:two]\n[profile it\u{2019}s]\n\
                      [sso-session corp]\n[sso-session other]\n";

/// What a bash has when the cursor stands at the end of each line that it is given.
const BASH: &str = r#"
eval "$(sso-cp completions bash)"
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line}
    COMP_WORDS=()
    for word in $line; do COMP_WORDS+=("$word"); done
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _sso_cp sso-cp
    printf '%s\n' "${COMPREPLY[*]}"
done
"#;

/// A zsh at a pseudo-terminal: each line is typed, then Tab, then a key that shows what is there.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z 'PS1="% "; unsetopt beep; autoload -Uz compinit; compinit -u -D; eval "$(sso-cp completions zsh)"; show() { print -r -- "BUFFER=[$BUFFER]" }; zle -N show; bindkey "^X^B" show; print RE"A"DY'
await() {
    local chunk i; found=
    for i in {1..300}; do
        if zpty -r -t z chunk; then found+=$chunk; else sleep 0.03; fi
        [[ $found == *$1* ]] && return
    done
}
await READY
while IFS= read -r line; do
    zpty -n -w z $'\C-u'"$line"$'\t\C-x\C-b'
    await 'BUFFER='
    sleep 0.1
    while zpty -r -t z chunk; do found+=$chunk; done
    print -r -- "$found" | tr '\r' '\n' | grep -o 'BUFFER=.*' || print -r -- "NOTHING: ${(V)found}"
done
zpty -d z
"#;

const FISH: &str = r#"
sso-cp completions fish | source
while read -l line
    echo (complete -C "$line" | string split -f 1 \t)
end
"#;

fn world() -> World {
    let world = World::bare(fake_identity_center::Setup::default());
    world.put(".aws/config", CONFIG);
    world
}

/// Runs a shell with the program on its PATH and lines to complete; None where there is no such shell.
fn shell(world: &World, shell: &str, arguments: &[&str], lines: &[&str]) -> Option<Vec<String>> {
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(program(), bin.join("sso-cp")).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let spawned = Command::new(shell)
        .args(arguments)
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("HOME", world.home(""))
        .env("XDG_CONFIG_HOME", world.root())
        .env("XDG_DATA_HOME", world.root())
        .env("TERM", "dumb")
        .env_remove("AWS_CONFIG_FILE")
        .env_remove("AWS_SHARED_CREDENTIALS_FILE")
        .current_dir(world.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        skip(&format!("{shell} is not installed"));
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn bash_completes() {
    let cases = [
        ("sso-cp lo", "lock login logout"),
        ("sso-cp --profile dev lo", "lock login logout"),
        ("sso-cp login --for", "--force"),
        ("sso-cp --profile d", "default dev"),
        ("sso-cp --profile=de", "default dev"),
        ("sso-cp --profile m", "my\\ team"),
        ("sso-cp --profile own:", "one two"),
        ("sso-cp login --sso-session ", "corp other"),
        ("sso-cp export --format env", "env env-no-export"),
        ("sso-cp completions ", "bash zsh fish powershell"),
        ("sso-cp console lam", "lambda"),
        ("sso-cp console dev lam", "lambda"),
        ("sso-cp console lambda d", "default dev dynamodb"),
        ("sso-cp --auto", "--auto-login"),
        ("sso-cp login --auto", ""),
        ("sso-cp login ", "default dev my\\ team own:one own:two it\u{2019}s corp other"),
        ("sso-cp exec d", "default dev"),
        ("sso-cp whoami co", ""),
        ("sso-cp exec -- --for", ""),
    ];
    let lines = cases.map(|(line, _)| line);
    let world = world();
    let Some(found) = shell(&world, "bash", &["--norc", "-c", BASH], &lines) else { return };
    assert_eq!(found, cases.map(|(_, completed)| completed));
}

fn zsh_completes() {
    let cases = [
        ("sso-cp logi", "sso-cp login "),
        ("sso-cp login --forc", "sso-cp login --force "),
        ("sso-cp --profile dev logo", "sso-cp --profile dev logout "),
        ("sso-cp --profile my", "sso-cp --profile my\\ team "),
        ("sso-cp login --sso-session co", "sso-cp login --sso-session corp "),
        ("sso-cp export --format powe", "sso-cp export --format powershell "),
        ("sso-cp completions fi", "sso-cp completions fish "),
        ("sso-cp console lam", "sso-cp console lambda "),
        ("sso-cp console dev lam", "sso-cp console dev lambda "),
        ("sso-cp --auto", "sso-cp --auto-login "),
        ("sso-cp login --auto", "sso-cp login --auto"),
        ("sso-cp login co", "sso-cp login corp "),
        ("sso-cp exec my", "sso-cp exec my\\ team "),
    ];
    let lines = cases.map(|(line, _)| line);
    let world = world();
    let Some(found) = shell(&world, "zsh", &["-f", "-c", ZSH], &lines) else { return };
    assert_eq!(found, cases.map(|(_, completed)| format!("BUFFER=[{completed}]")));
}

fn fish_completes() {
    let cases = [
        ("sso-cp lo", "lock login logout"),
        ("sso-cp --profile dev lo", "lock login logout"),
        ("sso-cp login --for", "--force"),
        ("sso-cp --profile d", "default dev"),
        ("sso-cp --profile m", "my team"),
        ("sso-cp login --sso-session ", "corp other"),
        ("sso-cp export --format env", "env env-no-export"),
        ("sso-cp completions z", "zsh"),
        ("sso-cp console dev lam", "lambda"),
        ("sso-cp --auto", "--auto-login"),
        ("sso-cp login --auto", ""),
    ];
    let lines = cases.map(|(line, _)| line);
    let world = world();
    let Some(found) = shell(&world, "fish", &["--no-config", "-c", FISH], &lines) else { return };
    assert_eq!(found, cases.map(|(_, completed)| completed));
}

/// Without a line in any file of the shell's, but for zsh's `fpath`. The first Tab already works.
fn installed_scripts_are_found_by_their_shells() {
    let bash = BASH.replace(
        "eval \"$(sso-cp completions bash)\"",
        "sso-cp completions bash --install 2>/dev/null; . \"$XDG_DATA_HOME/bash-completion/completions/sso-cp\"",
    );
    let world_of_bash = world();
    if let Some(found) =
        shell(&world_of_bash, "bash", &["--norc", "-c", &bash], &["sso-cp login --for"])
    {
        assert_eq!(found, ["--force"]);
    }
    let zsh = ZSH
        .replace("autoload -Uz compinit", "sso-cp completions zsh --install 2>/dev/null; fpath=($XDG_DATA_HOME/zsh/site-functions $fpath); autoload -Uz compinit")
        .replace("eval \"$(sso-cp completions zsh)\"; ", "");
    let world_of_zsh = world();
    if let Some(found) = shell(&world_of_zsh, "zsh", &["-f", "-c", &zsh], &["sso-cp login co"]) {
        assert_eq!(found, ["BUFFER=[sso-cp login corp ]"]);
    }
    let fish = FISH.replace(
        "sso-cp completions fish | source",
        "sso-cp completions fish --install 2>/dev/null",
    );
    let world_of_fish = world();
    if let Some(found) = shell(&world_of_fish, "fish", &["-c", &fish], &["sso-cp login --for"]) {
        assert_eq!(found, ["--force"]);
    }
}

fn what_is_installed_is_what_is_printed() {
    let mut world = world();
    world.also_writable = [".local", ".config"].map(Into::into).to_vec();
    for (words, path) in [
        (&["completions", "bash"][..], ".local/share/bash-completion/completions/sso-cp"),
        (&["completions", "zsh"], ".local/share/zsh/site-functions/_sso-cp"),
        (&["completions", "fish"], ".config/fish/completions/sso-cp.fish"),
        (&["manual"], ".local/share/man/man1/sso-cp.1"),
    ] {
        let printed = world.run(words);
        let mut install = words.to_vec();
        install.push("--install");
        // Twice: what is there already is brought up to date.
        for _ in 0..2 {
            let ran = Run::new(install.iter().map(Into::into)).checked(&world);
            assert_eq!((ran.ended, ran.stdout()), (Ended::Code(0), String::new()), "{ran}");
            assert!(ran.stderr().contains(&format!("~/{path}")), "{ran}");
            assert_eq!(std::fs::read_to_string(world.home(path)).unwrap(), printed.stdout());
        }
    }
    let ran = world.run(&["completions", "powershell", "--install"]);
    assert_eq!(ran.ended, Ended::Code(2), "{ran}");
}

fn powershell_reads_its_script() {
    const SCRIPT: &str = "sso-cp completions powershell | Out-String | Invoke-Expression; \
        foreach ($line in $input) { ((TabExpansion2 $line $line.Length).CompletionMatches | \
        ForEach-Object { $_.CompletionText }) -join ' ' }";
    let cases = [
        ("sso-cp logi", "login"),
        ("sso-cp login --for", "--force"),
        ("sso-cp --profile de", "default dev"),
        ("sso-cp --profile my", "'my team'"),
        ("sso-cp --auto", "--auto-login"),
        ("sso-cp login --auto", ""),
        // To PowerShell a typographic quote is a quote.
        ("sso-cp --profile it", "'it\u{2019}\u{2019}s'"),
    ];
    let lines = cases.map(|(line, _)| line);
    let world = world();
    let Some(found) = shell(&world, "pwsh", &["-NoProfile", "-Command", SCRIPT], &lines) else {
        return;
    };
    assert_eq!(found, cases.map(|(_, completed)| completed));
}

fn the_manual_page_is_read_without_a_warning() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sso-cp.1");
    let Ok(read) = Command::new("groff").args(["-man", "-ww", "-z"]).arg(page).output() else {
        return skip("groff is not installed");
    };
    assert!(read.status.success() && read.stderr.is_empty(), "{read:?}");
    let world = world();
    let ran = world.run(&["completions", "--help"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
}
