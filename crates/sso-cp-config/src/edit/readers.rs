//! Which tools get credentials by which profile of the config file, before and after a change.
//!
//! Our own reader is the most lenient one, so that it reads a change back says little about the others.
//! What each of them does with a file is measured: the flaws of [`mod@crate::lint`] and the matrix of
//! [`ProfileKeys::winner`].

#[cfg(test)]
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::change::SectionName;
use super::contents::{Contents, Settings};
use super::document::Document;
use super::error::EditError;
use crate::grammar::FileKind;
use crate::keys;
use crate::lint::{self, Effect, Flaw, Problem, Tool};
use crate::survey::{ProfileKeys, Winner};

/// A profile that some tools get no credentials by any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostReaders {
    /// The profile's name.
    pub profile: String,
    /// Who would lose it.
    pub tools: Vec<Tool>,
}

impl Document {
    /// The profiles that stay, that some tool gets credentials by as the file is, and would not as it is to
    /// be, in the order of their names.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`].
    pub fn lost_readers(&self, credentials: &Contents) -> Result<Vec<LostReaders>, EditError> {
        if !self.is_changed() {
            return Ok(Vec::new());
        }
        let before = View::of(&self.path, self.before(), credentials)?;
        let after = View::of(&self.path, self.after(), credentials)?;
        let profiles = before.contents.names().filter_map(|section| match section {
            SectionName::Profile(name) if after.contents.has(section) => Some(name),
            SectionName::Profile(_) | SectionName::SsoSession(_) => None,
        });
        let lost = profiles.filter_map(|name| {
            let is_lost = |tool: &Tool| before.serves(*tool, name) && !after.serves(*tool, name);
            let tools: Vec<Tool> = Tool::ALL.into_iter().filter(is_lost).collect();
            (!tools.is_empty()).then(|| LostReaders { profile: name.clone(), tools })
        });
        let mut by_name = BTreeMap::new();
        by_name.extend(lost.map(|lost| (lost.profile.clone(), lost)));
        Ok(by_name.into_values().collect())
    }

    /// The tools that read the file as it is to be, and yet get no credentials by one of its profiles.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`].
    pub fn blind_tools(
        &self,
        profile: &str,
        credentials: &Contents,
    ) -> Result<Vec<Tool>, EditError> {
        let view = View::of(&self.path, self.after(), credentials)?;
        let is_blind = |tool: &Tool| !view.refuses(*tool) && !view.serves(*tool, profile);
        Ok(Tool::ALL.into_iter().filter(is_blind).collect())
    }
}

/// The config file as the tools see it.
struct View<'a> {
    contents: Contents,
    credentials: &'a Contents,
    /// Those of the whole file.
    refused_by: Vec<Tool>,
    /// By the section's title.
    flaws: HashMap<String, Vec<Problem>>,
    /// Of which sections a tool takes other settings than we do, by their titles.
    unsure: HashSet<(Tool, String)>,
}

impl View<'_> {
    fn of<'a>(path: &Path, bytes: &[u8], credentials: &'a Contents) -> Result<View<'a>, EditError> {
        let mut view = View {
            contents: Contents::read(path, bytes, FileKind::Config)?,
            credentials,
            refused_by: Vec::new(),
            flaws: HashMap::new(),
            unsure: HashSet::new(),
        };
        for flaw in lint::all_flaws(bytes, FileKind::Config) {
            view.take(flaw);
        }
        Ok(view)
    }

    fn take(&mut self, Flaw { section, above, problem, .. }: Flaw) {
        for (tool, effect) in problem.effects() {
            match effect {
                Effect::RefusesFile => self.refused_by.push(*tool),
                Effect::SpillsOver => {
                    // The same key twice in one section is what the AWS CLI refuses a file for.
                    if *tool == Tool::AwsCli && self.have_a_key_in_common(&section, &above) {
                        self.refused_by.push(*tool);
                    }
                    self.unsure.extend(above.clone().map(|above| (*tool, above)));
                }
                _ => {}
            }
        }
        let first = || self.contents.names().next().map(ToString::to_string);
        let (unsure, of) = match problem {
            Problem::TwoDefaults { bare_is_last: true } => {
                (&[Tool::AwsCli, Tool::Ruby][..], section.clone())
            }
            Problem::TwoDefaults { bare_is_last: false } => (&[Tool::Ruby][..], section.clone()),
            Problem::SecondSpelling { .. } => (&Tool::ALL[..], section.clone()),
            Problem::ByteOrderMark => (&[Tool::Go, Tool::Ruby][..], first()),
            _ => (&[][..], None),
        };
        self.unsure.extend(unsure.iter().filter_map(|tool| Some((*tool, of.clone()?))));
        if let Some(section) = section {
            self.flaws.entry(section).or_default().push(problem);
        }
    }

    fn have_a_key_in_common(&self, one: &Option<String>, other: &Option<String>) -> bool {
        let settings = |title: &Option<String>| {
            let name = match title.as_deref()?.split_once(' ')? {
                ("profile", name) => SectionName::Profile(name.to_owned()),
                (_, name) => SectionName::SsoSession(name.to_owned()),
            };
            self.contents.settings(&name)
        };
        let (Some(one), Some(other)) = (settings(one), settings(other)) else { return false };
        one.keys().any(|key| other.contains_key(key))
    }

    fn refuses(&self, tool: Tool) -> bool {
        self.refused_by.contains(&tool)
    }

    /// Whether a tool takes other settings of a section than we do.
    fn is_unsure(&self, tool: Tool, section: &SectionName) -> bool {
        self.unsure.contains(&(tool, section.to_string()))
    }

    /// Whether a tool gets credentials by a profile.
    fn serves(&self, tool: Tool, profile: &str) -> bool {
        let section = SectionName::Profile(profile.to_owned());
        if self.refuses(tool) || self.is_unsure(tool, &section) {
            return false;
        }
        let config = self.settings(tool, &section).unwrap_or_default();
        let credentials = self.credentials.settings(&section).cloned().unwrap_or_default();
        let value = |key: &str| credentials.get(key).or_else(|| config.get(key)).cloned();
        let process = value(keys::CREDENTIAL_PROCESS);
        let profile = ProfileKeys::of(process, names_of(&config), names_of(&credentials));
        // Where a role is assumed, the profile that it is assumed from is looked at by itself.
        if profile.has(keys::ROLE_ARN) {
            return true;
        }
        match profile.source(tool) {
            Winner::Nothing => false,
            Winner::Sso => {
                value(keys::SSO_SESSION).is_none_or(|session| self.has_session(tool, session))
            }
            Winner::Process | Winner::Static | Winner::Login => true,
        }
    }

    /// Whether a tool sees a session's section, with what a sign-in needs.
    fn has_session(&self, tool: Tool, session: String) -> bool {
        let settings = self.settings(tool, &SectionName::SsoSession(session)).unwrap_or_default();
        [keys::SSO_START_URL, keys::SSO_REGION].iter().all(|key| settings.contains_key(*key))
    }

    /// A section's settings as a tool reads them; those that it reads as something else are left out.
    fn settings(&self, tool: Tool, section: &SectionName) -> Option<Settings> {
        let mut settings = self.contents.settings(section)?.clone();
        settings.retain(|_, value| !value.is_empty());
        for problem in self.flaws.get(&section.to_string()).into_iter().flatten() {
            for (_, effect) in problem.effects().iter().filter(|(whose, _)| *whose == tool) {
                match (effect, problem.key()) {
                    (Effect::LosesSection | Effect::OtherName | Effect::SpillsOver, _) => {
                        return None;
                    }
                    (Effect::LosesKey | Effect::OtherValue, Some(key)) => {
                        settings.remove(&key.to_ascii_lowercase());
                    }
                    _ => {}
                }
            }
        }
        Some(settings)
    }
}

/// The keys that have a value.
fn names_of(settings: &Settings) -> impl Iterator<Item = &str> {
    settings.iter().filter(|(_, value)| !value.is_empty()).map(|(key, _)| key.as_str())
}
