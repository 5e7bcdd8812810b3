//! PowerShell, 5.1 and 7.

use super::script::{Names, WINNING};

pub(super) fn script(names: &Names<'_>) -> String {
    SCRIPT
        .replace("@winning@", &WINNING.map(|name| format!("'{name}'")).join(", "))
        .replace("@function@", names.function)
        .replace("@program@", &quoted(names.program))
}

/// Within single quotes PowerShell reads nothing but a doubled one, be it a typographic one.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    quoted + "'"
}

/// The messages go to stderr itself: `Write-Error` would make failures of them.
const SCRIPT: &str = r#"# The AWS profile of this shell: sso-cp shell-init powershell | Out-String | Invoke-Expression

function global:@function@ {
    $before = [string]$env:AWS_PROFILE
    $name = ''
    if ($args | Where-Object { $_ -in '-h', '--help', '--version' }) {
        & @program@ use @args
        return
    }
    if ($args.Count -gt 0 -and $args[0] -eq '--off') {
    } elseif ($args.Count -gt 0 -and $args[0] -eq '-') {
        $previous = Get-Variable -Scope Global -Name SsoCpPreviousProfile -ErrorAction Ignore
        if ($null -eq $previous) {
            [Console]::Error.WriteLine('sso-cp: there is no profile before this one in this shell')
            [Console]::Error.WriteLine('hint: write `@function@ NAME`, or `@function@` to choose one')
            $global:LASTEXITCODE = 2
            return
        }
        if ($previous.Value) {
            try {
                $env:SSO_CP_PREVIOUS_PROFILE = $previous.Value
                $name = [string](& @program@ use @args)
            } finally {
                Remove-Item -Path Env:SSO_CP_PREVIOUS_PROFILE -ErrorAction Ignore
            }
            if ($LASTEXITCODE -ne 0) { return }
        }
    } else {
        $name = [string](& @program@ use @args)
        if ($LASTEXITCODE -ne 0) { return }
    }
    $gone = @()
    if ($name) {
        $env:AWS_PROFILE = $name
        $env:SSO_CP_PROFILE = $name
        foreach ($variable in @winning@) {
            if (Test-Path -Path "Env:$variable") {
                Remove-Item -Path "Env:$variable"
                $gone += $variable
            }
        }
    } else {
        foreach ($variable in 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'SSO_CP_PROFILE') {
            Remove-Item -Path "Env:$variable" -ErrorAction Ignore
        }
        [Console]::Error.WriteLine('sso-cp: no profile is chosen in this shell')
    }
    if ($name -cne $before) { $global:SsoCpPreviousProfile = $before }
    if ($gone) {
        [Console]::Error.WriteLine("sso-cp: unset what would win over the profile: $gone")
    }
}

Register-ArgumentCompleter -CommandName @function@ -ScriptBlock {
    param($command, $parameter, $word)
    $typed = $word.Trim("'", '"')
    @('--off') + @(& @program@ completions --names profiles 2>$null) |
        Where-Object { $_.StartsWith($typed, [StringComparison]::Ordinal) } |
        ForEach-Object {
            $plain = $_ -match '^[A-Za-z0-9_./:+-]+$'
            $text = if ($plain) { $_ } else { "'" + $_.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
        }
}
"#;
