//! What a shell's prompt says of a profile, in one look at the files.

use crate::keys::SSO_CP_PROMPT;
use crate::resolve::{Target, target_of_profile};
use crate::shared::{Shared, no_profile};
use crate::{Env, Error, Files};

/// A profile as a prompt shows it.
#[derive(Debug)]
pub struct PromptProfile {
    /// The role, or why the profile gives none.
    pub target: Result<Target, Error>,
    /// `sso_cp_prompt`: the colour that the person wants to see it in.
    pub colour: Option<String>,
}

/// Reads a profile.
///
/// # Errors
///
/// No file has it, or a file cannot be read.
pub fn prompt_profile(name: &str, files: &Files, env: &Env) -> Result<PromptProfile, Error> {
    let (shared, profile) = Shared::for_profile(files, name)?;
    let profile = profile.ok_or_else(|| no_profile(files, name))?;
    let target = target_of_profile(name, &profile, &shared, env);
    Ok(PromptProfile { target, colour: profile.owned(SSO_CP_PROMPT) })
}
