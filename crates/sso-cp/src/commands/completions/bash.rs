//! bash, from 3.2 on, which macOS has.

use super::flags::flags_with_values;
use crate::args::manual::{self, Flag, Values, credential, shared};

/// What a value is completed by, for bash.
fn action(values: Values) -> String {
    match values {
        Values::Profiles => "_sso_cp_names profiles".to_owned(),
        Values::ProfilesAndServices => "_sso_cp_names console".to_owned(),
        Values::Sessions => "_sso_cp_names sessions".to_owned(),
        Values::Names => "_sso_cp_names all".to_owned(),
        Values::OneOf(words) => {
            format!("_sso_cp_words {}", words.replace('|', " "))
        }
        // Nothing of ours: the shell then offers files.
        Values::File | Values::Program | Values::Any => "return".to_owned(),
    }
}

/// The script. The word under the cursor is taken from the line itself: bash cuts words at `=` and
/// `:`, and only what follows the last of them is put in place.
pub(super) fn script() -> String {
    let seen = flags_with_values();
    let value =
        |(name, values): &(_, _)| format!("        {name}) {}; return ;;\n", action(*values));
    let values: String = seen.iter().map(value).collect();
    let with_value: Vec<&str> = seen.iter().map(|(name, _)| *name).collect();
    let names = |flags: Vec<Flag>| flags.iter().map(|flag| flag.name).collect::<Vec<_>>().join(" ");
    let words: Vec<&str> = manual::commands().map(|command| command.word).collect();
    let mut commands = String::new();
    for command in manual::commands() {
        let operand = match &command.operand {
            None => String::new(),
            Some(operand) => {
                let values = match operand.values {
                    Values::Program => Values::Profiles,
                    values => values,
                };
                format!("[[ $cur == -* ]] || {{ {}; return; }}; ", action(values))
            }
        };
        let (word, flags) = (command.word, names(command.all_flags()));
        commands.push_str(&format!("        {word}) {operand}own='{flags}' ;;\n"));
    }
    TEMPLATE
        .replace("@values@\n", &values)
        .replace("@commands@\n", &commands)
        .replace("@with_value@", &with_value.join("|"))
        .replace("@shared@", &names(shared().collect()))
        .replace("@credential@", &names(credential().collect()))
        .replace("@words@", &words.join(" "))
}

const TEMPLATE: &str = r#"# bash completion for sso-cp: eval "$(sso-cp completions bash)"

_sso_cp_add() {
    local quoted
    [[ $1 == "$cur"* ]] || return
    printf -v quoted %q "$1"
    COMPREPLY+=("${quoted#"$cut"}")
}

_sso_cp_words() {
    local word
    for word in "$@"; do _sso_cp_add "$word"; done
}

_sso_cp_names() {
    local name
    while IFS= read -r name; do
        _sso_cp_add "$name"
    done < <("$program" completions --names "$1" 2>/dev/null)
}

_sso_cp() {
    local cur cut flag= command= own= program=$1 word i
    COMPREPLY=()
    cur=${COMP_LINE:0:COMP_POINT}
    cur=${cur##*[[:space:]]}
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        --) return ;;
        @with_value@) flag=$word ;;
        =) ;;
        *)
            if [[ -n $flag ]]; then flag=
            elif [[ -z $command && $word != -* ]]; then command=$word; fi ;;
        esac
    done
    if [[ $cur == --*=* ]]; then flag=${cur%%=*} cur=${cur#*=}; fi
    cut=${cur%"${cur##*:}"}
    case $flag in
@values@
    esac
    case $command in
@commands@
    '') [[ $cur == -* ]] || { _sso_cp_words @words@; return; }; own='@credential@' ;;
    esac
    _sso_cp_words $own @shared@ --help
}

complete -o bashdefault -o default -F _sso_cp sso-cp
"#;
