//! The shared AWS config and credentials files: where they are, what they say, and which role a
//! selection names.
//!
//! The files belong to many tools. This crate reads them as leniently as the most lenient of those
//! tools, takes only the sections that a call needs, and names file, section and key when something
//! keeps it from an answer. It sends nothing. Its editor alone writes: a whole shared file, in which
//! nothing but the intended change is different.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::print_stderr,
        reason = "tests lay out files and say what they skip"
    )
)]

mod agents;
mod by_name;
mod chain;
mod command_words;
mod edit;
mod endpoint;
mod entitled;
mod entitled_role;
mod env;
mod error;
mod everything;
mod files;
mod find;
mod glance;
mod grammar;
mod handed_on;
mod header_lines;
mod helper;
pub mod keys;
mod lint;
mod listing;
mod look_up;
mod mend;
mod names;
mod near_miss;
mod nested;
mod network;
mod occurrence;
mod open;
mod order;
mod own_section;
mod profile;
mod prompt_line;
mod registry_profiles;
mod resolve;
mod role_key;
mod role_limits;
mod roster;
mod scan;
mod scope;
mod scoped_target;
mod scopes;
mod section;
mod selection;
mod service;
mod session_settings;
mod shared;
mod spelling;
mod start_url;
mod sts;
mod survey;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod wanted;

pub use agents::recognised_agent;
pub use chain::{Chain, Hop};
pub use command_words::{command_words, posix_words};
pub use edit::{
    Block, Change, Contents, Document, EditError, EditStep, LostReaders, Saved, SectionEdit,
    SectionName, Settings, is_plain_name, why_not_a_value,
};
pub use endpoint::{Endpoint, EndpointSettings, Service, Variants, aws_endpoint, is_region};
pub use entitled::{Entitled, Tenant};
pub use entitled_role::why_not_a_role_arn;
pub use env::Env;
pub use error::{ChainProblem, Conflict, Error, Place};
pub use files::Files;
pub use handed_on::settings_as_default;
pub use helper::{Helper, is_absolute};
pub use lint::{Effect, Flaw, LintedFile, Mark, Problem, Tool, lint};
pub use listing::{ListedProfile, ListedSession, Listing, ProfileKind};
pub use look_up::{meant_headers, nothing_is_configured};
pub use mend::mended;
pub use names::{Names, for_each_profile, names};
pub use near_miss::{MeantHeader, NearMiss};
pub use network::{Named, Network};
pub use own_section::{ForeignSection, is_section_name, with_own_section};
pub use prompt_line::{PromptProfile, prompt_profile};
pub use registry_profiles::{RegistryProfile, registry_profiles};
pub use resolve::{Target, profile_scope, role, session, session_settings, target};
pub use roster::{ACCOUNT_NAME_COMMENT, Roster, check_profile};
pub use scope::{
    AgentRule, AskingAgent, MAX_SCOPE_SECONDS, MIN_SCOPE_SECONDS, Scope, ScopeFlags, agent_name,
    scope_seconds,
};
pub use scopes::parse_scopes;
pub use selection::{Role, Selection, Session, SessionName};
pub use session_settings::{DeviceCode, Prefetch, SessionSettings, Store, Unlock};
pub use spelling::{edit_distance, near_names};
pub use start_url::check_start_url;
pub use sts::{StsEndpoint, sts};
pub use survey::{ProfileKeys, Winner, survey};
pub use time::parse_time;
