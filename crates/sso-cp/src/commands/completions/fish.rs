//! fish.

use crate::args::manual::{self, Flag, Values, credential, shared};

fn action(values: Values) -> String {
    match values {
        Values::Profiles => "-x -a '(__sso_cp_names profiles)'".to_owned(),
        Values::ProfilesAndServices => "-x -a '(__sso_cp_names console)'".to_owned(),
        Values::Sessions => "-x -a '(__sso_cp_names sessions)'".to_owned(),
        Values::Names => "-x -a '(__sso_cp_names all)'".to_owned(),
        Values::OneOf(words) => {
            format!("-x -a '{}'", words.replace('|', " "))
        }
        Values::File => "-r -F".to_owned(),
        Values::Program | Values::Any => "-x".to_owned(),
    }
}

fn line(flag: &Flag, condition: &str) -> String {
    let name = flag.name.trim_start_matches('-');
    let value = flag.value.as_ref().map(|value| action(value.values));
    let value = value.map_or(String::new(), |value| format!(" {value}"));
    format!("complete -c sso-cp{condition} -l {name}{value} -d {}\n", quoted(flag.about))
}

/// In fish's single quotes, a backslash hides a quote and itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The script.
pub(super) fn script() -> String {
    let words: Vec<&str> = manual::commands().map(|command| command.word).collect();
    let mut script = HEAD.to_owned();
    script.extend(shared().map(|flag| line(&flag, "")));
    script.push_str("complete -c sso-cp -s h -l help -d 'display usage information'\n");
    let no_command = format!("not __fish_seen_subcommand_from {}", words.join(" "));
    script.extend(credential().map(|flag| line(&flag, &format!(" -n '{no_command}'"))));
    for command in manual::commands() {
        let (word, about) = (command.word, quoted(command.summary()));
        script.push_str(&format!("complete -c sso-cp -n '{no_command}' -a {word} -d {about}\n"));
        let condition = format!(" -n '__fish_seen_subcommand_from {word}'");
        script.extend(command.all_flags().iter().map(|flag| line(flag, &condition)));
        match command.operand.as_ref().map(|operand| operand.values) {
            Some(Values::OneOf(words)) => {
                let words = words.replace('|', " ");
                script.push_str(&format!("complete -c sso-cp{condition} -a '{words}'\n"));
            }
            Some(values @ (Values::Names | Values::Profiles | Values::ProfilesAndServices)) => {
                script.push_str(&format!("complete -c sso-cp{condition} {}\n", action(values)));
            }
            Some(Values::Program) => {
                let names = action(Values::Profiles);
                let before = "; and not contains -- -- (commandline -opc)";
                script.push_str(&format!(
                    "complete -c sso-cp -n '__fish_seen_subcommand_from {word}{before}' {names}\n"
                ));
                let after = "; and contains -- -- (commandline -opc)";
                script.push_str(&format!(
                    "complete -c sso-cp -n '__fish_seen_subcommand_from {word}{after}' \
                     -x -a '(__fish_complete_subcommand)'\n"
                ));
            }
            _ => {}
        }
    }
    script
}

const HEAD: &str = r#"# fish completion for sso-cp: sso-cp completions fish | source

function __sso_cp_names
    set -l program (commandline -opc)[1]
    test -n "$program"; or set program sso-cp
    $program completions --names $argv[1] 2>/dev/null
end

complete -c sso-cp -f
"#;
