//! What a command has: the provider of credentials, what was selected, and what settles signals.

use std::cell::OnceCell;
use std::path::Path;
use std::time::{Duration, Instant};

use sso_cp_cache::Folders;
use sso_cp_config::{AskingAgent, Env, Files, Role, ScopeFlags, Selection, Session, Target};
use sso_cp_provider::{Cleanup, Provided, Provider};

use crate::messages::failure::Failure;
use crate::messages::scene::Scene;
use crate::messages::usage::{flags_of, incomplete_role, typed};
use crate::process::browser::Around;
use crate::process::debug::{Debug, Stdout};
use crate::process::interrupt::Interrupt;

/// The surroundings of one run.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) provider: Provider,
    pub(crate) debug: Debug,
    /// What the run is about, if it is about one thing.
    pub(crate) selection: Option<Selection>,
    /// The command's word, if it has one.
    pub(crate) word: Option<&'static str>,
    pub(crate) started: Instant,
    /// How long the credential command waits for a sign-in that it begins; none where it begins none.
    pub(crate) auto_login: Option<Duration>,
    /// What the flags scope the credentials down to; none where they say nothing.
    pub(crate) scope_flags: Option<ScopeFlags>,
    interrupt: OnceCell<Interrupt>,
}

impl Context {
    pub(crate) fn new(
        selection: Option<Selection>,
        debug_flag: bool,
        stdout: Stdout,
    ) -> Result<Context, Failure> {
        let env = Env::process();
        let is_on = debug_flag || env.text("SSO_CP_DEBUG").is_some_and(|on| on != "0");
        let debug = Debug::new(is_on, stdout);
        let provider = Provider::new(env)?.with_events(debug.on_event(), debug.on_http_event());
        Ok(Context {
            provider,
            debug,
            selection,
            word: None,
            started: Instant::now(),
            auto_login: None,
            scope_flags: None,
            interrupt: OnceCell::new(),
        })
    }

    /// For a command, or for the credential command with `--auto-login`.
    pub(crate) fn of_command(
        self,
        word: Option<&'static str>,
        auto_login: Option<Duration>,
        scope_flags: Option<ScopeFlags>,
    ) -> Context {
        Context { word, auto_login, scope_flags, ..self }
    }

    /// What stood behind `--agent` is not the agent's name.
    pub(crate) fn forget_agents_name(&mut self) {
        if let Some(flags) = &mut self.scope_flags {
            flags.agent = Some(AskingAgent::Unnamed);
        }
    }

    pub(crate) fn env(&self) -> &Env {
        self.provider.env()
    }

    pub(crate) fn files(&self) -> &Files {
        self.provider.files()
    }

    pub(crate) fn folders(&self) -> &Folders {
        self.provider.folders()
    }

    /// The home directory, which messages show as `~`.
    pub(crate) fn home(&self) -> Option<&Path> {
        Some(&self.files().home)
    }

    /// The same for a selection that the command has made itself.
    pub(crate) fn about(&self, selection: Selection) -> Context {
        Context { selection: Some(selection), ..self.clone() }
    }

    /// The profile's name, where one is selected by its name.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        match &self.selection {
            Some(Selection::Profile(name)) => Some(name),
            _ => None,
        }
    }

    /// Where we run, and what opens a page for a sign-in.
    pub(crate) fn around(&self, session: &Session) -> Around {
        let mut own = session.settings().browser.clone();
        if let Some(program) = own.as_mut().and_then(|words| words.first_mut())
            && let Some(rest) = program.strip_prefix("~/")
        {
            *program = self.files().home.join(rest).to_string_lossy().into_owned();
        }
        Around::read(self.env(), own.as_deref())
    }

    /// What settles signals; they are watched from the first call on.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        self.interrupt.get_or_init(Interrupt::watch)
    }

    /// What the provider leaves to a signal.
    pub(crate) fn cleanup(&self) -> &Cleanup {
        self.interrupt().cleanup()
    }

    /// What messages need to know of this run.
    pub(crate) fn scene(&self) -> Scene {
        Scene {
            home: Some(self.files().home.clone()),
            selection: self.selection.clone(),
            shell_profile: Some(self.env().chosen_profile()),
            word: self.word,
            again: None,
        }
    }

    /// The selection, or for commands that people type the profile of their shell.
    pub(crate) fn selected(&self) -> Selection {
        let chosen = || Selection::Profile(self.env().chosen_profile());
        self.selection.clone().unwrap_or_else(chosen)
    }

    /// The line that was typed, as far as it says what it is about, with other flags behind that.
    pub(crate) fn typed_with(&self, flags: &str) -> String {
        let selection =
            self.selection.as_ref().map_or(String::new(), |selection| flags_of(selection) + " ");
        typed(self.word, &(selection + flags))
    }

    /// The selected role.
    pub(crate) fn role(&self) -> Result<Role, Failure> {
        let selection = self.selected_role()?;
        Ok(sso_cp_config::role(&selection, self.files(), self.env())?)
    }

    /// What the selection comes to: a role, or a chain of them, with what flags scope it down to.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let target = self.provider.resolve(&self.selected_role()?)?;
        Ok(match &self.scope_flags {
            None => target,
            Some(flags) => target.scoped_by(flags),
        })
    }

    /// The coding agent that asks as a profile with a rule for those: nobody is bothered for it.
    pub(crate) fn ruled_agent(&self) -> Result<Option<String>, Failure> {
        let agent = self.scope_flags.as_ref().and_then(|flags| flags.agent.as_ref());
        Ok(self.provider.ruled_agent(&self.selected(), agent)?)
    }

    /// The credentials of what was selected: from the cache, else from AWS.
    pub(crate) fn provided(&self) -> Result<Provided, Failure> {
        self.provided_of(&self.target()?)
    }

    /// The credentials of a target: from the cache, else from AWS.
    pub(crate) fn provided_of(&self, target: &Target) -> Result<Provided, Failure> {
        match self.provider.cached(target) {
            Some(provided) => Ok(provided),
            None => Ok(self.provider.credentials(target, self.cleanup())?),
        }
    }

    /// The same for an endpoint, which renews before its clients need it.
    pub(crate) fn provided_ahead_of_need(&self) -> Result<Provided, Failure> {
        let target = self.target()?;
        Ok(self.provider.credentials_ahead_of_need(&target, self.cleanup())?)
    }

    /// The selection where a role is needed. A session alone names none, whatever the files say.
    fn selected_role(&self) -> Result<Selection, Failure> {
        match self.selected() {
            Selection::SsoSession(session) => {
                Err(incomplete_role(self.word, [Some(&session), None, None]))
            }
            selection => Ok(selection),
        }
    }
}
