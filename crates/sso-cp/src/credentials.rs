//! The credential command: one document, from the cache at the cost of starting a process, else over
//! one or two calls.

use std::time::Instant;

use sso_cp_cache::{Lock, Locked, RoleEntry, RoleFile, RoleIndex, RoleKey, Turn};
use sso_cp_config::{Role, Target};
use sso_cp_http::{CallError, Client};
use sso_cp_portal::Portal;
use sso_cp_types::{AccountId, DocumentForm, RoleCredentials, RoleName, Timestamp};

use crate::chain;
use crate::clock;
use crate::commands::auto_login;
use crate::commands::notice;
use crate::context::Context;
use crate::fallback::Fallback;
use crate::messages::failure::{Failure, SignIn, SignInReason, cause};
use crate::network;
use crate::process::harden;
use crate::process::interrupt::Interrupt;
use crate::process::output;
use crate::session::{Tokens, of_refused, session_key};

/// Credentials, and what belongs to them.
pub(crate) struct Issued {
    pub(crate) credentials: RoleCredentials,
    /// Whose they are.
    pub(crate) account_id: String,
    /// The selected profile's `region`.
    pub(crate) region: Option<String>,
}

/// Prints the document of the selected role.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    let Issued { credentials, account_id, .. } =
        issue_or_sign_in(context).inspect_err(|failure| notice::show(context, failure))?;
    let document = credentials.document(DocumentForm::Process, &account_id);
    output::print(document.as_bytes())?;
    for warning in context.take_warnings() {
        output::say(&format!("sso-cp: warning: {warning}\n"));
    }
    Ok(())
}

/// With `--auto-login`, a sign-in that is needed is begun and waited for, once.
fn issue_or_sign_in(context: &Context) -> Result<Issued, Failure> {
    match (issue(context.target()?, context), context.auto_login) {
        (Err(Failure::SignIn(needed)), Some(patience)) => {
            let session = match context.target()? {
                Target::Role(role) => role.session,
                Target::Chain(chain) => chain.source.session,
            };
            auto_login::wait(context, &session, needed, patience)?;
            after_a_person(context, |context| issue(context.target()?, context))
        }
        (done, _) => done,
    }
}

/// A call after something that a person did. The person took as long as it took, so the time for locks
/// and the network begins with the call and not with the process.
pub(crate) fn after_a_person<T>(
    context: &Context,
    call: impl FnOnce(&Context) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let later = context.again();
    let outcome = call(&later);
    later.take_warnings().iter().for_each(|warning| context.warn(warning));
    outcome
}

/// The credentials of what was selected: from the cache, else from AWS.
pub(crate) fn selected(context: &Context) -> Result<Issued, Failure> {
    issue(context.target()?, context)
}

/// The credentials of a role, assumed or not.
pub(crate) fn issue(target: Target, context: &Context) -> Result<Issued, Failure> {
    Ok(match target {
        Target::Role(role) => {
            let credentials = get(&role, context)?;
            Issued { credentials, account_id: role.account_id, region: role.region }
        }
        Target::Chain(chain) => {
            let credentials = chain::get(&chain, context)?;
            let account_id = chain.account_id().to_owned();
            Issued { credentials, account_id, region: chain.region }
        }
    })
}

/// What is cached of a role, fresh or not.
pub(crate) fn cached(role: &Role, context: &Context) -> Option<RoleCredentials> {
    usable(&RoleFile::new(&context.folders, &role_key(role)))
}

/// The role's credentials: from the cache, else from AWS.
pub(crate) fn get(role: &Role, context: &Context) -> Result<RoleCredentials, Failure> {
    let key = role_key(role);
    let file = RoleFile::new(&context.folders, &key);
    context.debug.tell(|| {
        format!(
            "account {}, role {}, region {}",
            role.account_id, role.role_name, role.session.region
        )
    });
    harden::forbid_core_files_of_cached_calls();
    let account_id = AccountId(role.account_id.clone());
    if !account_id.is_usual() {
        context.warn(&format!("`{account_id}` is no account id of twelve digits"));
    }
    let cached = usable(&file);
    match cached {
        Some(credentials) if is_fresh(&credentials) => {
            context.debug.tell(|| format!("cached until {}", credentials.expires_at));
            Ok(credentials)
        }
        cached => Fetch { role, key, file, account_id, context }.run(cached),
    }
}

pub(crate) fn role_key(role: &Role) -> RoleKey<'_> {
    RoleKey {
        session: session_key(&role.session),
        account_id: &role.account_id,
        role_name: &role.role_name,
    }
}

fn usable(file: &RoleFile) -> Option<RoleCredentials> {
    match file.read() {
        RoleEntry::Found(credentials) => Some(credentials),
        RoleEntry::Missing | RoleEntry::Foreign => None,
    }
}

fn is_fresh(credentials: &RoleCredentials) -> bool {
    credentials.expires_at.seconds_after(Timestamp::now()) > clock::FRESH_SECONDS
}

/// Everything that follows a cache miss.
struct Fetch<'a> {
    role: &'a Role,
    key: RoleKey<'a>,
    file: RoleFile,
    account_id: AccountId,
    context: &'a Context,
}

impl Fetch<'_> {
    #[cold]
    fn run(&self, cached: Option<RoleCredentials>) -> Result<RoleCredentials, Failure> {
        harden::forbid_core_files();
        let interrupt = self.context.interrupt();
        let locks_until = self.context.started + clock::LOCKS;
        let by_others = || usable(&self.file).filter(is_fresh);
        let turn = Lock::Role(self.key).take_unless(&self.context.folders, locks_until, by_others);
        let lock = match turn {
            Turn::Done(credentials) => return Ok(credentials),
            Turn::Ours(lock) => lock,
        };
        // Whoever had the lock before has probably done the work.
        let cached = match usable(&self.file) {
            Some(credentials) if is_fresh(&credentials) => return Ok(credentials),
            Some(credentials) => Some(credentials),
            None => cached,
        };
        let fallback = Fallback::of(cached);
        match self.fetch(locks_until, fallback.deadline(self.context)) {
            Ok(credentials) => {
                self.keep(interrupt, &lock, &credentials);
                Ok(credentials)
            }
            Err(failure) => fallback.instead_of(failure, self.context),
        }
    }

    /// A token and a call; where the portal turns the token down, one renewal and one more call.
    fn fetch(&self, locks_until: Instant, deadline: Instant) -> Result<RoleCredentials, Failure> {
        let session = &self.role.session;
        let client: Client = network::client(session, self.context);
        let context = self.context;
        let tokens = Tokens { locks_until, deadline, ..Tokens::of(session, context, &client) };
        let endpoint = session.portal(&context.env).map_err(Failure::Config)?;
        let portal = Portal { client: &client, url: &endpoint.url, deadline };
        let role_name = RoleName(self.role.role_name.clone());
        let mut token = tokens.get(None)?;
        let mut answer = portal.role_credentials(&token, &self.account_id, &role_name);
        if is_unauthorized(&answer) {
            context.debug.tell(|| "the portal turns the token down".to_owned());
            match tokens.get(Some(&token)) {
                Ok(renewed) => {
                    token = renewed;
                    answer = portal.role_credentials(&token, &self.account_id, &role_name);
                }
                // The portal's own words say more, and may tell of a clock that is wrong.
                Err(Failure::SignIn(SignIn { reason: SignInReason::Expired, .. })) => {}
                Err(failure) => return Err(of_refused(failure, &token)),
            }
        }
        match answer {
            Ok(credentials) => Ok(credentials),
            Err(error) if error.status() == Some(401) => {
                let needed = tokens.sign_in(SignInReason::TokenRefused(Box::new(error)));
                Err(of_refused(needed, &token))
            }
            Err(error) if matches!(error.status(), Some(403 | 404)) => Err(Failure::Refused {
                account_id: self.role.account_id.clone(),
                role_name: self.role.role_name.clone(),
                error: Box::new(error),
            }),
            Err(error) => Err(Failure::Network(Box::new(error))),
        }
    }

    /// Saves the credentials for the next run. They are good whether or not that works.
    fn keep(&self, interrupt: &Interrupt, lock: &Locked, credentials: &RoleCredentials) {
        if let RoleEntry::Foreign = self.file.read() {
            let why = "another provider's credentials have this role's name in the cache, and stay";
            return self.context.debug.tell(|| why.to_owned());
        }
        let folders = &self.context.folders;
        let _held = interrupt.hold();
        let index = RoleIndex::new(folders, &self.key.session);
        // First the note, then the credentials: a logout must find whatever was saved.
        let kept =
            index.note(folders, &self.key).and_then(|()| self.file.write(folders, credentials));
        if !folders.token_path(&self.key.session).exists() {
            // A logout has removed the token meanwhile; what came from it goes too. Looked at after
            // the write, for a logout looks for our file only after the token is gone.
            let _ = self.file.delete();
        }
        if let Err(error) = kept {
            tell_uncached(&error, lock, self.context);
        }
    }
}

/// Credentials that could not be saved are good all the same.
pub(crate) fn tell_uncached(error: &sso_cp_cache::Error, lock: &Locked, context: &Context) {
    let cause = cause(error, &context.files.home);
    let warning = format!("the credentials could not be cached: {cause}");
    match lock {
        // Nothing at all can be written here, which is how some homes are meant to be.
        Locked::Unavailable => context.debug.tell(|| warning),
        Locked::Held { .. } | Locked::TimedOut => context.warn(&warning),
    }
}

fn is_unauthorized(answer: &Result<RoleCredentials, CallError>) -> bool {
    matches!(answer, Err(error) if error.status() == Some(401))
}
