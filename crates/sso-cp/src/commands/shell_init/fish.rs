//! fish, from 3.1 on.

use super::script::{Names, WINNING};

pub(super) fn script(names: &Names<'_>) -> String {
    SCRIPT
        .replace("@winning@", &WINNING.join(" "))
        .replace("@function@", names.function)
        .replace("@program@", &quoted(names.program))
}

/// Within single quotes fish reads only these two.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A variable that fish keeps for all shells is not erased: it would be gone from every one of them.
const SCRIPT: &str = r#"# The AWS profile of this shell: sso-cp shell-init fish | source

function @function@ --description 'Switch the AWS profile of this shell'
    set -l before $AWS_PROFILE
    set -l name
    for word in $argv
        if contains -- $word -h --help --version
            command @program@ use $argv
            return
        end
    end
    switch "$argv[1]"
        case --off
        case -
            if not set -q SSO_CP_PREVIOUS_PROFILE
                printf '%s\n' 'sso-cp: there is no profile before this one in this shell' \
                    'hint: write `@function@ NAME`, or `@function@` to choose one' >&2
                return 2
            end
            if test -n "$SSO_CP_PREVIOUS_PROFILE"
                set name (env SSO_CP_PREVIOUS_PROFILE=$SSO_CP_PREVIOUS_PROFILE @program@ use $argv)
                or return
            end
        case '*'
            set name (command @program@ use $argv)
            or return
    end
    set -l gone
    if test -n "$name"
        set -gx AWS_PROFILE $name
        set -gx SSO_CP_PROFILE $name
        for variable in @winning@
            if set -qg $variable
                set -eg $variable
                set -a gone $variable
            end
            if set -qU $variable
                printf 'sso-cp: %s is a universal variable and wins over the profile\nhint: run `set -eU %s`\n' \
                    $variable $variable >&2
            end
        end
    else
        set -eg AWS_PROFILE
        set -eg AWS_DEFAULT_PROFILE
        set -eg SSO_CP_PROFILE
        printf '%s\n' 'sso-cp: no profile is chosen in this shell' >&2
    end
    if test "$name" != "$before"
        set -g SSO_CP_PREVIOUS_PROFILE "$before"
    end
    if test -n "$gone"
        printf 'sso-cp: unset what would win over the profile: %s\n' "$gone" >&2
    end
    return 0
end

complete -c @function@ -f -n 'not __fish_seen_argument -l off' -a '(command @program@ completions --names profiles 2>/dev/null)'
complete -c @function@ -f -l off -d 'Choose no profile'
"#;
