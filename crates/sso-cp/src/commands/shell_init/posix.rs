//! bash, from 3.2 on, which macOS has, and zsh.

use super::script::{Names, WINNING};

pub(super) fn bash(names: &Names<'_>) -> String {
    script(names, "bash", BASH_COMPLETION)
}

pub(super) fn zsh(names: &Names<'_>) -> String {
    script(names, "zsh", ZSH_COMPLETION)
}

fn script(names: &Names<'_>, shell: &str, completion: &str) -> String {
    let unset = WINNING.map(|name| {
        format!("        [ -z \"${{{name}+x}}\" ] || {{ unset -v {name}; sso_cp_gone=\"$sso_cp_gone {name}\"; }}\n")
    });
    (FUNCTION.to_owned() + completion)
        .replace("@unset@\n", &unset.concat())
        .replace("@shell@", shell)
        .replace("@function@", names.function)
        .replace("@program@", &quoted(names.program))
}

/// For both shells: nothing within single quotes means anything but itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The word `function` keeps an alias of that name from being put in its place.
const FUNCTION: &str = r#"# The AWS profile of this shell: eval "$(sso-cp shell-init @shell@)"

function @function@ {
    local sso_cp_name= sso_cp_word sso_cp_before="${AWS_PROFILE-}" sso_cp_gone=
    for sso_cp_word in ${1+"$@"}; do
        case "$sso_cp_word" in
        -h | --help | --version)
            command @program@ use "$@"
            return ;;
        esac
    done
    case "${1-}" in
    --off) ;;
    -)
        if [ -z "${SSO_CP_PREVIOUS_PROFILE+x}" ]; then
            printf '%s\n' 'sso-cp: there is no profile before this one in this shell' \
                'hint: write `@function@ NAME`, or `@function@` to choose one' >&2
            return 2
        fi
        if [ -n "$SSO_CP_PREVIOUS_PROFILE" ]; then
            sso_cp_name=$(SSO_CP_PREVIOUS_PROFILE="$SSO_CP_PREVIOUS_PROFILE" command @program@ use "$@") || return
        fi ;;
    *)
        sso_cp_name=$(command @program@ use ${1+"$@"}) || return ;;
    esac
    if [ -n "$sso_cp_name" ]; then
        export AWS_PROFILE="$sso_cp_name" SSO_CP_PROFILE="$sso_cp_name"
@unset@
    else
        unset -v AWS_PROFILE AWS_DEFAULT_PROFILE SSO_CP_PROFILE
        printf '%s\n' 'sso-cp: no profile is chosen in this shell' >&2
    fi
    if [ "$sso_cp_name" != "$sso_cp_before" ]; then
        SSO_CP_PREVIOUS_PROFILE=$sso_cp_before
    fi
    if [ -n "$sso_cp_gone" ]; then
        printf 'sso-cp: unset what would win over the profile:%s\n' "$sso_cp_gone" >&2
    fi
}
"#;

/// The word under the cursor is taken from the line itself: bash cuts words at `=` and `:`, and only what follows
/// the last of them is put in place.
const BASH_COMPLETION: &str = r#"
_sso_cp_switch() {
    local cur cut name quoted
    COMPREPLY=()
    cur=${COMP_LINE:0:COMP_POINT}
    cur=${cur##*[[:space:]]}
    cut=${cur%"${cur##*[:=]}"}
    while IFS= read -r name; do
        if [[ $name == "$cur"* ]]; then
            printf -v quoted %q "$name"
            COMPREPLY+=("${quoted#"$cut"}")
        fi
    done < <(printf '%s\n' --off; command @program@ completions --names profiles 2>/dev/null)
}

complete -F _sso_cp_switch @function@
"#;

const ZSH_COMPLETION: &str = r#"
_sso_cp_switch() {
    local -a names
    names=("${(@f)$(command @program@ completions --names profiles 2>/dev/null)}")
    names=("${(@)names:#}")
    compadd -a names
    compadd -- --off
}

if (( $+functions[compdef] )); then
    compdef _sso_cp_switch @function@
fi
"#;
