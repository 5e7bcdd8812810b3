//! A home with its own AWS, one call of the program in it, and what every call must keep.

use crate::scene::Scene;
use crate::workspace::Outcome;
use fake_identity_center::{Auto, Fake, RefreshTokens, START_URL, Setup};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The profiles that are called, the last of which is a role that another one assumes.
pub(super) const PROFILES: [&str; 4] = ["dev", "admin", "other", "deploy"];

/// Where secrets may be.
const CACHES: [&str; 3] = [".aws/sso/cache", ".aws/cli/cache", ".aws/sso-cp/chains"];

/// How the program says that it has panicked.
const BUG: &str = "sso-cp: a bug:";

/// What the program calls its unfinished files.
const UNFINISHED: &str = ".sso-cp-tmp";

/// A browser that notes the links which it is to open, for [`House::opened`].
const BROWSER: &str = "browser";
const OPENED: &str = "browser.opened";

/// The longest that a call may take, with some seconds for a busy machine.
const LIMIT: Duration = Duration::from_secs(25);

pub(super) struct House {
    pub(super) program: PathBuf,
    pub(super) fake: Fake,
    pub(super) scene: Scene,
    home: PathBuf,
    seen: Mutex<Seen>,
}

/// What was seen of all calls together.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) codes: BTreeMap<i32, u64>,
    pub(super) broken: Vec<String>,
    pub(super) longest: Duration,
    /// How often each failure was reported.
    failures: BTreeMap<String, u64>,
}

impl Seen {
    pub(super) fn tell_failures(&self) {
        for (fact, count) in &self.failures {
            println!("  {count} times {fact}");
        }
    }
}

impl House {
    pub(super) fn new(program: &Path, home: &Path) -> Outcome<House> {
        House::with(program, home, Setup::default(), "")
    }

    /// One whose role credentials run short from the start, so that calls have others fetched in the background.
    pub(super) fn ahead(program: &Path, home: &Path) -> Outcome<House> {
        let credential_lifetime = Duration::from_secs(20 * 60);
        let setup = Setup { credential_lifetime, ..Setup::default() };
        House::with(program, home, setup, "sso_cp_prefetch = true\n")
    }

    fn with(program: &Path, home: &Path, setup: Setup, further: &str) -> Outcome<House> {
        let setup = Setup { auto: Auto::Approve, ..setup };
        let fake = Fake::start(setup)?;
        let scene = Scene::new(home, &fake)?;
        scene.write_config(&config(further))?;
        let (program, home) = (program.to_owned(), home.to_owned());
        let house = House { program, fake, scene, home, seen: Mutex::default() };
        house.install_browser()?;
        Ok(house)
    }

    /// Refresh tokens that work again and again, for rounds in which processes die with new ones.
    pub(super) fn forgive_repeated_renewals(&self) {
        self.fake.set_refresh_tokens(RefreshTokens::OldStaysValid);
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Outcome<Child> {
        let mut command = self.scene.command(&self.program, arguments);
        command.env("AWS_ENDPOINT_URL_STS", self.fake.sts_url());
        command.env("BROWSER", self.home.join(BROWSER));
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let streams = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(streams.spawn()?)
    }

    fn install_browser(&self) -> Outcome<()> {
        let path = self.home.join(BROWSER);
        fs::write(&path, "#!/bin/sh\necho \"$1\" >> \"$0.opened\"\n")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }

    /// The links that `--auto-login` has opened so far.
    pub(super) fn opened(&self) -> Vec<String> {
        let text = fs::read_to_string(self.home.join(OPENED)).unwrap_or_default();
        // A line that is being written at this moment has no end yet.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(str::to_owned).collect()
    }

    /// Waits for a call of the credential command, and judges it.
    pub(super) fn finish(&self, child: Child, started: Instant) -> Outcome<bool> {
        let output = child.wait_with_output()?;
        self.judge(&output, started.elapsed());
        Ok(output.status.success())
    }

    fn judge(&self, output: &Output, took: Duration) {
        let said = String::from_utf8_lossy(&output.stderr);
        let mut broken = Vec::new();
        if said.contains("SECRET") {
            broken.push("a secret is on stderr".to_owned());
        }
        if said.contains("panicked") || said.contains(BUG) {
            broken.push(format!("it stopped for a bug: {said}"));
        }
        // Killed ones have none.
        let code = output.status.code().unwrap_or(-1);
        if ![-1, 0, 4, 6, 7].contains(&code) {
            broken.push(format!("exit code {code}: {said}"));
        }
        let is_document = || {
            let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
            document["Version"] == 1 && document["SessionToken"].is_string()
        };
        match code {
            0 if !is_document() => broken.push("stdout is not a document".to_owned()),
            1.. if !output.stdout.is_empty() => broken.push("a failure has a stdout".to_owned()),
            _ => {}
        }
        if took > LIMIT {
            broken.push(format!("a call took {took:?}"));
        }
        let mut seen = self.seen();
        if code > 0 {
            // Without the request's id, which differs each time.
            let line = said.lines().next().unwrap_or_default();
            let fact = line.split(" (").next().unwrap_or_default().to_owned();
            *seen.failures.entry(fact).or_default() += 1;
        }
        *seen.codes.entry(code).or_default() += 1;
        seen.longest = seen.longest.max(took);
        seen.broken.append(&mut broken);
    }

    pub(super) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn report(&self, what: &str) {
        self.seen().broken.push(what.to_owned());
    }

    /// Signs in by the browser's way, the stand-in approving.
    pub(super) fn log_in(&self) -> Outcome<bool> {
        use std::io::{BufRead, BufReader};
        let mut child = self.start(&["login", "--sso-session", "corp", "--no-browser"])?;
        let stderr = child.stderr.take().ok_or("stderr is a pipe")?;
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            if line.contains("SECRET") || line.contains("panicked") || line.contains(BUG) {
                self.report(&format!("login said: {line}"));
            }
            if line.starts_with("http://") {
                // The service may fail under fire; then the sign-in is ended.
                if crate::browser::open(&line).is_err() {
                    let _ = child.kill();
                }
            }
        }
        Ok(child.wait()?.success())
    }

    pub(super) fn token_path(&self) -> PathBuf {
        self.scene.token_path()
    }

    /// The token file, if there is one that is whole; an error in words where it is broken.
    pub(super) fn token(&self) -> Result<Option<Value>, String> {
        let bytes = match fs::read(self.token_path()) {
            Ok(bytes) => bytes,
            Err(_) => return Ok(None),
        };
        let token: Value = serde_json::from_slice(&bytes).map_err(|error| {
            format!("the token file is broken ({error}), {} bytes", bytes.len())
        })?;
        for member in ["accessToken", "expiresAt", "refreshToken", "clientId", "clientSecret"] {
            if !token[member].is_string() {
                return Err(format!("the token file has no {member}"));
            }
        }
        Ok(Some(token))
    }

    /// Puts the token's end into the past, as a whole file.
    pub(super) fn expire_on_disk(&self) -> Result<(), String> {
        let Some(mut token) = self.token()? else { return Ok(()) };
        token["expiresAt"] = "2020-01-01T00:00:00Z".into();
        let beside = self.home.join("expired.json");
        let done = fs::write(&beside, token.to_string())
            .and_then(|()| fs::rename(&beside, self.token_path()));
        done.map_err(|error| error.to_string())
    }

    pub(super) fn forget_roles(&self) {
        for folder in self.role_folders() {
            let _ = fs::remove_dir_all(folder);
        }
    }

    /// The roles of the portal, and those that are assumed by them.
    fn role_folders(&self) -> [PathBuf; 2] {
        [self.scene.role_cache(), self.home.join(".aws/sso-cp/chains")]
    }

    fn role_files(&self) -> impl Iterator<Item = PathBuf> {
        let entries = self.role_folders().into_iter().flat_map(|folder| fs::read_dir(folder).ok());
        let paths = entries.flatten().flatten().map(|entry| entry.path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"))
    }

    /// As above, but keeps what killed processes left unfinished, for the next run to clear.
    pub(super) fn forget_roles_but_leftovers(&self) {
        for path in self.role_files() {
            let _ = fs::remove_file(path);
        }
    }

    /// What is cached of roles: names and contents.
    pub(super) fn roles(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut roles: Vec<_> = self
            .role_files()
            .map(|path| (path.clone(), fs::read(path).unwrap_or_default()))
            .collect();
        roles.sort();
        roles
    }

    /// Every cached role is whole, at any moment.
    pub(super) fn check_roles(&self) {
        for path in self.role_files() {
            let Ok(bytes) = fs::read(&path) else { continue };
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                self.report(&format!("{} is broken", path.display()));
            }
        }
    }

    /// Lets the next call have others fetched, as if a minute had passed.
    pub(super) fn forget_background(&self) {
        for entry in fs::read_dir(self.scene.own_folder()).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("prefetch-") {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// No secret stands anywhere but in the caches.
    pub(super) fn check_secrets(&self) -> Outcome<()> {
        for (path, _) in self.scene.files()? {
            let is_cache = CACHES.iter().any(|folder| Path::new(&path).starts_with(folder));
            let text = fs::read(self.home.join(&path)).unwrap_or_default();
            if !is_cache && String::from_utf8_lossy(&text).contains("SECRET") {
                self.report(&format!("a secret is in {path}"));
            }
        }
        Ok(())
    }

    /// Unfinished files that are still there.
    pub(super) fn leftovers(&self) -> Outcome<Vec<String>> {
        let files = self.scene.files()?.into_iter().map(|(path, _)| path);
        Ok(files.filter(|path| path.contains(UNFINISHED) || path.ends_with(".tmp")).collect())
    }

    /// Ends a round: an error where anything was broken.
    pub(super) fn conclude(&self) -> Outcome<()> {
        let seen = self.seen();
        match seen.broken.first() {
            None => Ok(()),
            Some(first) => {
                Err(format!("{} times broken, first: {first}", seen.broken.len()).into())
            }
        }
    }
}

fn config(further: &str) -> String {
    let mut text = format!(
        "[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n{further}"
    );
    let roles = [
        ("111122223333", "ReadOnly"),
        ("111122223333", "AdministratorAccess"),
        ("444455556666", "ReadOnly"),
    ];
    for (profile, (account, role)) in PROFILES.iter().zip(roles) {
        text.push_str(&format!(
            "\n[profile {profile}]\nsso_cp_session = corp\nsso_cp_account_id = {account}\nsso_cp_role_name = {role}\n"
        ));
    }
    text.push_str(
        "\n[profile deploy]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = dev\nregion = us-east-1\n",
    );
    text
}
