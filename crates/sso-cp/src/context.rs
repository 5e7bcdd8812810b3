//! What every command needs: the environment, the files, and when it began.

use std::cell::{OnceCell, RefCell};
use std::time::{Duration, Instant};

use sso_cp_cache::Folders;
use sso_cp_config::{Env, Files, Role, Selection, Target};

use crate::messages::failure::Failure;
use crate::messages::scene::Scene;
use crate::messages::text::clean;
use crate::messages::usage::incomplete_role;
use crate::process::debug::Debug;
use crate::process::interrupt::Interrupt;
use crate::process::output;

/// The surroundings of one run.
pub(crate) struct Context {
    pub(crate) env: Env,
    pub(crate) files: Files,
    pub(crate) folders: Folders,
    pub(crate) debug: Debug,
    /// What the run is about, if it is about one thing.
    pub(crate) selection: Option<Selection>,
    /// The command's word, if it has one.
    pub(crate) word: Option<&'static str>,
    pub(crate) started: Instant,
    /// How long the credential command waits for a sign-in that it begins; none where it begins none.
    pub(crate) auto_login: Option<Duration>,
    warnings: RefCell<Vec<String>>,
    /// That cached credentials had to serve.
    stale: RefCell<Option<String>>,
    interrupt: OnceCell<Interrupt>,
}

impl Context {
    pub(crate) fn new(selection: Option<Selection>, debug_flag: bool) -> Result<Context, Failure> {
        let env = Env::process();
        let debug = Debug::new(debug_flag || env.text("SSO_CP_DEBUG").is_some_and(|on| on != "0"));
        let files = Files::locate(&env).map_err(Failure::Config)?;
        let folders = Folders::below(&files.home);
        let started = Instant::now();
        Ok(Context {
            env,
            files,
            folders,
            debug,
            selection,
            word: None,
            started,
            auto_login: None,
            warnings: RefCell::default(),
            stale: RefCell::default(),
            interrupt: OnceCell::new(),
        })
    }

    /// The same surroundings for another run within this process, which has its own time.
    pub(crate) fn again(&self) -> Context {
        Context {
            env: self.env.clone(),
            files: self.files.clone(),
            folders: self.folders.clone(),
            debug: self.debug,
            selection: self.selection.clone(),
            word: self.word,
            started: Instant::now(),
            auto_login: None,
            warnings: RefCell::default(),
            stale: RefCell::default(),
            interrupt: self.interrupt.clone(),
        }
    }

    /// The same for a selection that the command has made itself.
    pub(crate) fn about(&self, selection: Selection) -> Context {
        Context { selection: Some(selection), ..self.again() }
    }

    /// For a command, or for the credential command with `--auto-login`.
    pub(crate) fn of_command(
        self,
        word: Option<&'static str>,
        auto_login: Option<Duration>,
    ) -> Context {
        Context { word, auto_login, ..self }
    }

    /// What settles signals; they are watched from the first call on.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        self.interrupt.get_or_init(Interrupt::watch)
    }

    /// The selection, or for commands that people type the profile of their shell.
    pub(crate) fn selected(&self) -> Selection {
        let chosen = || Selection::Profile(self.env.chosen_profile());
        self.selection.clone().unwrap_or_else(chosen)
    }

    /// What messages need to know of this run.
    pub(crate) fn scene(&self) -> Scene {
        Scene {
            home: Some(self.files.home.clone()),
            selection: self.selection.clone(),
            shell_profile: Some(self.env.chosen_profile()),
            word: self.word,
        }
    }

    /// The selected role.
    pub(crate) fn role(&self) -> Result<Role, Failure> {
        let selection = self.selected_role()?;
        sso_cp_config::role(&selection, &self.files, &self.env).map_err(Failure::Config)
    }

    /// What the selection comes to: a role, or a chain of them.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let selection = self.selected_role()?;
        sso_cp_config::target(&selection, &self.files, &self.env).map_err(Failure::Config)
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

    /// Something that the person should know although the run goes on. It is said once, at the end,
    /// so that a failure is not buried under it.
    pub(crate) fn warn(&self, warning: &str) {
        self.warnings.borrow_mut().push(clean(warning));
    }

    /// As [`Context::warn`], of cached credentials that serve for fresh ones. Of a chain's hops the one
    /// that is told last counts: it is nearest to what is handed out, and one line is enough.
    pub(crate) fn warn_of_stale(&self, warning: &str) {
        self.stale.replace(Some(clean(warning)));
    }

    /// The warnings of a run that ended well, one line each.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        self.warnings.take().into_iter().chain(self.stale.take()).collect()
    }

    /// Says what the person should know although all went well.
    pub(crate) fn tell_warnings(&self) {
        for warning in self.take_warnings() {
            output::say(&format!("sso-cp: warning: {warning}\n"));
        }
    }
}
