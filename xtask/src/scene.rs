//! A throw-away home folder with a config file and a sign-in, and the commands that see nothing else.

use crate::workspace::Outcome;
use fake_identity_center::{Fake, Seed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

/// The account and role that the profile [`PROFILE`] names: one that the fake's default portal has.
pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "ReadOnly";
/// The profile that is asked for everywhere.
pub(crate) const PROFILE: &str = "dev";
/// The session that the sign-in is for.
pub(crate) const SESSION: &str = "corp";

/// The file name that the AWS CLI gives the token of [`SESSION`]: the SHA-1 of the name.
const TOKEN_FILE: &str = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

/// The fake's CA, in the home folder.
const CA_BUNDLE: &str = "ca.pem";

/// The longest that a process in the background may be at work, with some seconds for a busy machine.
const BACKGROUND: Duration = Duration::from_secs(25);

/// A home folder and the variables of the programs that run in it.
pub(crate) struct Scene {
    home: PathBuf,
    variables: Vec<(String, String)>,
}

impl Scene {
    /// Makes a home folder below `folder` whose AWS is the fake.
    pub(crate) fn new(folder: &Path, fake: &Fake) -> Outcome<Self> {
        let mut scene = Self::without_endpoints(folder, fake)?;
        scene.variables.extend([
            ("AWS_ENDPOINT_URL_SSO".to_owned(), fake.sso_url().to_owned()),
            ("AWS_ENDPOINT_URL_SSO_OIDC".to_owned(), fake.oidc_url().to_owned()),
        ]);
        Ok(scene)
    }

    /// The same where AWS is looked for by its own names.
    pub(crate) fn without_endpoints(folder: &Path, fake: &Fake) -> Outcome<Self> {
        let home = folder.to_owned();
        fs::create_dir_all(home.join(".aws"))?;
        let home_text =
            home.to_str().ok_or("the temporary folder's name is not Unicode")?.to_owned();
        let mut variables = vec![
            ("HOME".to_owned(), home_text.clone()),
            ("USERPROFILE".to_owned(), home_text.clone()),
        ];
        if fake.ca_pem().is_some() {
            fake.write_ca(&home.join(CA_BUNDLE))?;
            // The last two are for the SDKs of Rust and JavaScript.
            for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
                variables.push((name.to_owned(), format!("{home_text}/{CA_BUNDLE}")));
            }
        }
        // Windows cannot open sockets without its own.
        for name in ["PATH", "SystemRoot"] {
            variables.extend(env::var(name).map(|value| (name.to_owned(), value)));
        }
        Ok(Self { home, variables })
    }

    pub(crate) fn write_config(&self, text: &str) -> Outcome<()> {
        Ok(fs::write(self.home.join(".aws").join("config"), text)?)
    }

    /// Signs in without a browser, as if the AWS CLI had done it. Gives the access token.
    pub(crate) fn sign_in(&self, fake: &Fake) -> Outcome<String> {
        let sign_in = fake.seed_token(&Seed::default());
        let folder = self.home.join(".aws").join("sso").join("cache");
        fs::create_dir_all(&folder)?;
        let file = folder.join(TOKEN_FILE);
        fs::write(&file, sign_in.token_file())?;
        make_private(&file)?;
        Ok(sign_in.access_token)
    }

    /// The token file of the session.
    pub(crate) fn token_path(&self) -> PathBuf {
        self.home.join(".aws").join("sso").join("cache").join(TOKEN_FILE)
    }

    /// The folder of cached role credentials; without it the next call is a cold one.
    pub(crate) fn role_cache(&self) -> PathBuf {
        self.home.join(".aws").join("cli").join("cache")
    }

    /// The folder of what `sso-cp` keeps for itself.
    pub(crate) fn own_folder(&self) -> PathBuf {
        self.home.join(".aws").join("sso-cp")
    }

    /// The processes in the background that were begun here, where the system lists them as Linux does.
    pub(crate) fn background(&self) -> Vec<String> {
        let home = format!("HOME={}", self.home.display());
        let has = |number: &str, file: &str, word: &[u8]| {
            let words = fs::read(format!("/proc/{number}/{file}")).unwrap_or_default();
            words.split(|byte| *byte == 0).any(|found| found == word)
        };
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let is_ours = |number: &String| {
            has(number, "cmdline", b"--prefetch") && has(number, "environ", home.as_bytes())
        };
        numbers.filter(is_ours).collect()
    }

    /// Waits until nothing is at work in the background any more; for so long as a call may take.
    pub(crate) fn wait_for_background(&self) {
        let until = Instant::now() + BACKGROUND;
        while !self.background().is_empty() && Instant::now() < until {
            sleep(Duration::from_millis(2));
        }
    }

    /// The CA that the fake's certificate is from, where it speaks TLS.
    pub(crate) fn ca_bundle(&self) -> PathBuf {
        self.home.join(CA_BUNDLE)
    }

    /// A command that sees this home folder, this AWS, and nothing else of our environment.
    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The files below the home folder's `.aws`, each with its path from there, in order.
    pub(crate) fn files(&self) -> Outcome<Vec<(String, fs::Metadata)>> {
        let mut files = Vec::new();
        let mut folders = vec![self.home.join(".aws")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let metadata = entry.metadata()?;
                match metadata.is_dir() {
                    true => folders.push(entry.path()),
                    false => {
                        let path = entry.path();
                        let path = path.strip_prefix(&self.home)?.to_string_lossy().into_owned();
                        files.push((path, metadata));
                    }
                }
            }
        }
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(files)
    }
}

/// A key for a sealed store: 32 random bytes in hexadecimal.
pub(crate) fn random_key() -> Outcome<String> {
    use std::io::Read;
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The four octal digits of a file's mode, where there are modes.
#[cfg(unix)]
pub(crate) fn mode(metadata: &fs::Metadata) -> String {
    use std::os::unix::fs::PermissionsExt;
    format!("{:04o}", metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
pub(crate) fn mode(_: &fs::Metadata) -> String {
    String::new()
}

#[cfg(unix)]
fn make_private(file: &Path) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(file, fs::Permissions::from_mode(0o600))?)
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> Outcome<()> {
    Ok(())
}
