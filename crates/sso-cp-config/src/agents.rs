//! Which coding agent runs us: the variables that each sets for the commands that it runs.
//!
//! There is no standard. What is here was read in the agents' own sources and documentation and in three
//! collections (the npm package `@vercel/detect-agent` 1.2.7, the crates `is-ai-agent` 0.3.0 and `ai_env`
//! 0.1.3), in the autumn of 2026. It is a hint, good for a guard rail: a process that runs as the same
//! user can take a variable out.
//!
//! Left out on purpose, for they are also set where a person types: `CURSOR_TRACE_ID` (every terminal in
//! Cursor), `REPL_ID` (every machine of Replit), `COPILOT_MODEL`, `COPILOT_ALLOW_ALL` and
//! `COPILOT_GITHUB_TOKEN` (exports of a person's own). `CI` and its like are not agents.

use std::path::Path;

use crate::Env;

/// The agents, each in a line with its name and the signs by which it is recognised: a variable that is set, to whatever value
/// (`NAME`), to this one (`NAME=value`), to one with this in it (`NAME~part`), or a file that is there (`/path`).
///
/// The first that is recognised counts, so a fork stands before what it is made of (Qwen Code before Gemini CLI), and anyone
/// who sets another agent's variable too stands before that (Amp's threads set Claude Code's). Cowork is a mode of Claude
/// Code's, with a variable of its own beside the others. Devin's machines have no variable.
///
/// It is one text because each text of a table costs every start of the program a relocation.
const AGENTS: &str = "\
amp AMP_CURRENT_THREAD_ID
claude-code CLAUDECODE CLAUDE_CODE CLAUDE_CODE_ENTRYPOINT CLAUDE_CODE_SESSION_ID CLAUDE_CODE_IS_COWORK
cursor CURSOR_AGENT CURSOR_SANDBOX CURSOR_EXTENSION_HOST_ROLE=agent-exec
qwen-code QWEN_CODE
gemini-cli GEMINI_CLI
codex CODEX_SANDBOX CODEX_SANDBOX_NETWORK_DISABLED CODEX_CI CODEX_THREAD_ID
copilot COPILOT_AGENT_SESSION_ID COPILOT_CLI
opencode OPENCODE OPENCODE_PID OPENCODE_CLIENT
antigravity ANTIGRAVITY_AGENT
augment AUGMENT_AGENT
cline CLINE_ACTIVE
roo ROO_ACTIVE
crush CRUSH
iflow IFLOW_CLI
trae TRAE_AI_SHELL_ID
goose GOOSE_TERMINAL
amazon-q AWS_EXECUTION_ENV~AmazonQ-For-CLI
devin /opt/.devin";

/// What any agent may set, with its name as the value: the proposal of `@vercel/detect-agent`, which Claude
/// Code follows, and the one of agents.md (issue 136), which Goose, Amp and OpenCode follow.
const ANY_AGENT: [&str; 2] = ["AI_AGENT", "AGENT"];

/// The agent's name, if one is recognised.
pub fn recognised_agent(env: &Env) -> Option<String> {
    let known = AGENTS.lines().filter_map(|line| line.split_once(' '));
    let mut known = known.filter(|(_, signs)| signs.split(' ').any(|sign| is_there(sign, env)));
    let named = || ANY_AGENT.iter().find_map(|name| env.text(name));
    // A variable of its own says more than a value such as `1`.
    known.next().map(|(name, _)| name.to_owned()).or_else(named)
}

/// An empty variable counts as unset.
fn is_there(sign: &str, env: &Env) -> bool {
    if sign.starts_with('/') {
        return cfg!(unix) && Path::new(sign).exists();
    }
    if let Some((name, value)) = sign.split_once('=') {
        return env.text(name).is_some_and(|text| text == value);
    }
    match sign.split_once('~') {
        Some((name, part)) => env.text(name).is_some_and(|text| text.contains(part)),
        None => env.raw(sign).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(variables: &[(&str, &str)]) -> Option<String> {
        recognised_agent(&Env::listed(variables.iter().copied()))
    }

    #[test]
    fn every_sign_is_recognised_and_an_empty_one_is_none() {
        for (name, signs) in AGENTS.lines().filter_map(|line| line.split_once(' ')) {
            for sign in signs.split(' ').filter(|sign| !sign.starts_with('/')) {
                let (variable, value) = sign.split_once(['=', '~']).unwrap_or((sign, "1"));
                assert_eq!(agent(&[(variable, value)]).as_deref(), Some(name), "{variable}");
                assert_eq!(agent(&[(variable, "")]), None, "{variable}");
            }
        }
        for variable in ANY_AGENT {
            assert_eq!(agent(&[(variable, "new-one@2")]).as_deref(), Some("new-one@2"));
            assert_eq!(agent(&[(variable, "")]), None);
        }
    }

    #[test]
    fn the_one_that_is_meant_counts() {
        for (variables, name) in [
            (&[("CLAUDECODE", "1"), ("AMP_CURRENT_THREAD_ID", "T-1")][..], "amp"),
            (&[("GEMINI_CLI", "1"), ("QWEN_CODE", "1")], "qwen-code"),
            (&[("AI_AGENT", "claude-code_2-1-170_agent"), ("CLAUDECODE", "1")], "claude-code"),
            (&[("AGENT", "1"), ("OPENCODE", "1")], "opencode"),
        ] {
            assert_eq!(agent(variables).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_person_is_not_an_agent() {
        for variable in [
            "CURSOR_TRACE_ID",
            "REPL_ID",
            "COPILOT_MODEL",
            "COPILOT_ALLOW_ALL",
            "COPILOT_GITHUB_TOKEN",
            "CI",
            "GITHUB_ACTIONS",
            "SSH_AGENT_PID",
        ] {
            assert_eq!(agent(&[(variable, "1")]), None, "{variable}");
        }
        for (variable, value) in
            [("CURSOR_EXTENSION_HOST_ROLE", "user"), ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")]
        {
            assert_eq!(agent(&[(variable, value)]), None, "{variable}");
        }
    }
}
