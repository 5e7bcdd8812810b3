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

/// By what an agent is recognised. An empty variable counts as unset.
enum Sign {
    /// A variable that is set, to whatever value.
    Set(&'static str),
    /// A variable with this value.
    Is(&'static str, &'static str),
    /// A variable with this in its value.
    Contains(&'static str, &'static str),
    /// A file that is there.
    File(&'static str),
}

use Sign::{Contains, File, Is, Set};

/// The agents by name. The first that is recognised counts, so a fork stands before what it is made of,
/// and anyone who sets another agent's variable too stands before that.
const AGENTS: [(&str, &[Sign]); 18] = [
    // Its threads set Claude Code's variable too.
    ("amp", &[Set("AMP_CURRENT_THREAD_ID")]),
    // Cowork is a mode of Claude Code's, with a variable of its own beside the others.
    (
        "claude-code",
        &[
            Set("CLAUDECODE"),
            Set("CLAUDE_CODE"),
            Set("CLAUDE_CODE_ENTRYPOINT"),
            Set("CLAUDE_CODE_SESSION_ID"),
            Set("CLAUDE_CODE_IS_COWORK"),
        ],
    ),
    (
        "cursor",
        &[
            Set("CURSOR_AGENT"),
            Set("CURSOR_SANDBOX"),
            Is("CURSOR_EXTENSION_HOST_ROLE", "agent-exec"),
        ],
    ),
    // A fork of Gemini CLI.
    ("qwen-code", &[Set("QWEN_CODE")]),
    ("gemini-cli", &[Set("GEMINI_CLI")]),
    (
        "codex",
        &[
            Set("CODEX_SANDBOX"),
            Set("CODEX_SANDBOX_NETWORK_DISABLED"),
            Set("CODEX_CI"),
            Set("CODEX_THREAD_ID"),
        ],
    ),
    ("copilot", &[Set("COPILOT_AGENT_SESSION_ID"), Set("COPILOT_CLI")]),
    ("opencode", &[Set("OPENCODE"), Set("OPENCODE_PID"), Set("OPENCODE_CLIENT")]),
    ("antigravity", &[Set("ANTIGRAVITY_AGENT")]),
    ("augment", &[Set("AUGMENT_AGENT")]),
    ("cline", &[Set("CLINE_ACTIVE")]),
    ("roo", &[Set("ROO_ACTIVE")]),
    ("crush", &[Set("CRUSH")]),
    ("iflow", &[Set("IFLOW_CLI")]),
    ("trae", &[Set("TRAE_AI_SHELL_ID")]),
    ("goose", &[Set("GOOSE_TERMINAL")]),
    ("amazon-q", &[Contains("AWS_EXECUTION_ENV", "AmazonQ-For-CLI")]),
    // Its machines have no variable.
    ("devin", &[File("/opt/.devin")]),
];

/// What any agent may set, with its name as the value: the proposal of `@vercel/detect-agent`, which Claude
/// Code follows, and the one of agents.md (issue 136), which Goose, Amp and OpenCode follow.
const ANY_AGENT: [&str; 2] = ["AI_AGENT", "AGENT"];

/// The agent's name, if one is recognised.
pub fn recognised_agent(env: &Env) -> Option<String> {
    let known = AGENTS.iter().find(|(_, signs)| signs.iter().any(|sign| sign.is_there(env)));
    let named = || ANY_AGENT.iter().find_map(|name| env.text(name));
    // A variable of its own says more than a value such as `1`.
    known.map(|(name, _)| (*name).to_owned()).or_else(named)
}

impl Sign {
    fn is_there(&self, env: &Env) -> bool {
        match self {
            Set(name) => env.raw(name).is_some(),
            Is(name, value) => env.text(name).is_some_and(|text| text == *value),
            Contains(name, part) => env.text(name).is_some_and(|text| text.contains(part)),
            File(path) => cfg!(unix) && Path::new(path).exists(),
        }
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
        for (name, signs) in &AGENTS {
            for sign in *signs {
                let (variable, value) = match sign {
                    Set(variable) => (*variable, "1"),
                    Is(variable, value) => (*variable, *value),
                    Contains(variable, part) => (*variable, *part),
                    File(_) => continue,
                };
                assert_eq!(agent(&[(variable, value)]).as_deref(), Some(*name), "{variable}");
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
