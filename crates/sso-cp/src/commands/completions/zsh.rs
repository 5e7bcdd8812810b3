//! zsh, by its own `_arguments`.

use super::flags::single_quoted;
use crate::args::manual::{self, Flag, Values, credential, shared};

/// A blank at its start keeps zsh from putting words of its own before ours.
fn action(values: Values) -> String {
    match values {
        Values::Profiles => " _sso_cp_names profiles".to_owned(),
        Values::ProfilesAndServices => " _sso_cp_names console".to_owned(),
        Values::Sessions => " _sso_cp_names sessions".to_owned(),
        Values::Names => " _sso_cp_names all".to_owned(),
        Values::OneOf(words) => {
            format!("({})", words.replace('|', " "))
        }
        Values::File => "_files".to_owned(),
        Values::Program => " _sso_cp_command".to_owned(),
        Values::Any => " ".to_owned(),
    }
}

/// `'--profile=[a profile]:name: _sso_cp_names profiles'`
fn spec(flag: &Flag) -> String {
    let about = escaped(flag.about);
    single_quoted(&match &flag.value {
        Some(value) => {
            format!("{}=[{about}]:{}:{}", flag.name, value.name, action(value.values))
        }
        None => format!("{}[{about}]", flag.name),
    })
}

/// Brackets and colons mean something in a specification.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:")
}

/// The script.
pub(super) fn script() -> String {
    let lines = |flags: Vec<Flag>| -> String {
        flags.iter().map(|flag| format!("        {}\n", spec(flag))).collect()
    };
    let mut words = String::new();
    let mut commands = String::new();
    for command in manual::commands() {
        let word = format!("{}:{}", command.word, command.summary());
        words.push_str(&format!("        {}\n", single_quoted(&word)));
        let mut specs: Vec<String> = command.all_flags().iter().map(spec).collect();
        if let Some(operand) = &command.operand {
            let place = match operand.values {
                Values::Program => "*:",
                Values::ProfilesAndServices => "*",
                _ => "1",
            };
            specs.push(single_quoted(&format!(
                "{place}:{}:{}",
                escaped(&format!("{}, {}", operand.name, operand.about)),
                action(operand.values)
            )));
        }
        commands.push_str(&format!("        {}) own=({}) ;;\n", command.word, specs.join(" ")));
    }
    TEMPLATE
        .replace("@shared@\n", &lines(shared().collect()))
        .replace("@credential@\n", &lines(credential().collect()))
        .replace("@words@\n", &words)
        .replace("@commands@\n", &commands)
}

const TEMPLATE: &str = r#"#compdef sso-cp
# zsh completion for sso-cp: eval "$(sso-cp completions zsh)" after compinit

_sso_cp_names() {
    local -a names
    names=("${(@f)$(_call_program names $sso_cp_program completions --names $1 2>/dev/null)}")
    names=("${(@)names:#}")
    compadd -a names
}

_sso_cp_command() {
    if (( ${words[(ie)--]} < CURRENT )); then _normal; else _sso_cp_names profiles; fi
}

_sso_cp() {
    local curcontext=$curcontext state line sso_cp_program=$words[1]
    local -a shared credential words_known own
    shared=(
@shared@
        '(- *)'{-h,--help}'[display usage information]'
    )
    credential=(
@credential@
    )
    words_known=(
@words@
    )
    _arguments -C -S : $shared $credential '1: :->command' '*:: :->arguments' && return
    case $state in
    command) _describe -t commands command words_known ;;
    arguments)
        curcontext=${curcontext%:*:*}:sso-cp-$words[1]:
        case $words[1] in
@commands@
        esac
        _arguments -S : $shared $own ;;
    esac
}

# As a file in fpath this is the function itself; by eval it only defines it.
if [[ ${funcstack[1]-} == _sso-cp ]]; then _sso_cp "$@"; else compdef _sso_cp sso-cp; fi
"#;
