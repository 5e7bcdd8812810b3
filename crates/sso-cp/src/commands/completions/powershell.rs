//! PowerShell, 5.1 and later.

use super::flags::flags_with_values;
use crate::args::manual::{self, Flag, Values, credential, shared};

/// In single quotes, a quote is doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn action(values: Values) -> String {
    match values {
        Values::Profiles => "& $program completions --names profiles 2>$null".to_owned(),
        Values::ProfilesAndServices => "& $program completions --names console 2>$null".to_owned(),
        Values::Sessions => "& $program completions --names sessions 2>$null".to_owned(),
        Values::Names => "& $program completions --names all 2>$null".to_owned(),
        Values::OneOf(words) => words.split('|').map(quoted).collect::<Vec<_>>().join(", "),
        Values::File | Values::Program | Values::Any => "return".to_owned(),
    }
}

/// The script.
pub(super) fn script() -> String {
    let pair = |flag: &Flag| format!("@({}, {})", quoted(flag.name), quoted(flag.about));
    let pairs = |flags: &[Flag]| flags.iter().map(pair).collect::<Vec<_>>().join(", ");
    let mut commands = String::new();
    for command in manual::commands() {
        let (word, about) = (quoted(command.word), quoted(command.summary()));
        let operands = match command.operand.as_ref().map(|operand| operand.values) {
            None | Some(Values::File | Values::Any) => "{ }".to_owned(),
            Some(Values::Program) => format!("{{ {} }}", action(Values::Profiles)),
            Some(values) => format!("{{ {} }}", action(values)),
        };
        commands.push_str(&format!(
            "        {word} = @{{ About = {about}; Flags = @({}); Operands = {operands} }}\n",
            match &*command.all_flags() {
                [] => String::new(),
                flags => format!(",{}", pairs(flags)).replacen(
                    ',',
                    if flags.len() == 1 { "," } else { "" },
                    1
                ),
            }
        ));
    }
    let value =
        |(name, values): (_, _)| format!("        {} {{ {} }}\n", quoted(name), action(values));
    let values: String = flags_with_values().into_iter().map(value).collect();
    TEMPLATE
        .replace("@values@\n", &values)
        .replace("@commands@\n", &commands)
        .replace("@shared@", &pairs(&shared().collect::<Vec<_>>()))
        .replace("@credential@", &pairs(&credential().collect::<Vec<_>>()))
}

const TEMPLATE: &str = r#"# PowerShell completion for sso-cp: sso-cp completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName sso-cp -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = $commandAst.CommandElements[0].ToString()
    $shared = @(@shared@, @('--help', 'display usage information'))
    $credential = @(@credential@)
    $commands = [ordered]@{
@commands@
    }
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $flag = if ($words.Count) { $words[-1] } else { '' }
    $found = @(switch -CaseSensitive ($flag) {
@values@
        default { $null }
    })
    $command = $words | Where-Object { $commands.Contains($_) } | Select-Object -First 1
    $offer = {
        param($text, $about)
        if ($text -like "$wordToComplete*") {
            # PowerShell takes typographic quotes for quotes, so only plain words stay as they are.
            $escaped = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($text)
            $quoted = if ($text -match '^[A-Za-z0-9_.:/+-]+$') { $text } else { "'$escaped'" }
            [System.Management.Automation.CompletionResult]::new($quoted, $text, 'ParameterValue', $about)
        }
    }
    if ($found.Count -and $null -ne $found[0]) {
        $found | ForEach-Object { & $offer $_ $_ }
        return
    }
    if ($command) {
        & $commands[$command].Operands | ForEach-Object { & $offer $_ $_ }
        $commands[$command].Flags | ForEach-Object { & $offer $_[0] $_[1] }
    } else {
        $commands.Keys | ForEach-Object { & $offer $_ $commands[$_].About }
        $credential | ForEach-Object { & $offer $_[0] $_[1] }
    }
    $shared | ForEach-Object { & $offer $_[0] $_[1] }
}
"#;
