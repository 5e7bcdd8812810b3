//! The stand-in as a program: prints what a shell needs on stdout and hints on stderr, and runs until it is killed.

use argh::FromArgs;
use fake_identity_center::{Auto, Fake, Recorded, Setup, Tls, config_text, write_home};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// A loopback stand-in for IAM Identity Center. Start it with `> fake.env &`, then `. ./fake.env`.
#[derive(FromArgs)]
struct Flags {
    /// the port on 127.0.0.1; without it the system chooses one
    #[argh(option, default = "0")]
    port: u16,
    /// speak TLS; --ca says where the certificate to trust goes
    #[argh(switch)]
    tls: bool,
    /// where the CA's PEM is written (with --tls)
    #[argh(option)]
    ca: Option<PathBuf>,
    /// a file with scripted answers
    #[argh(option)]
    script: Option<PathBuf>,
    /// one scripted rule, such as "portal.*: status=503"; can be repeated
    #[argh(option)]
    rule: Vec<String>,
    /// who presses the buttons: approve, deny or manual (a person on the page)
    #[argh(option, default = "Auto::Manual", from_str_fn(auto))]
    auto: Auto,
    /// have this many accounts with four roles each, in place of the two small ones
    #[argh(option)]
    accounts: Option<usize>,
    /// make DIR/.aws/config with a session and its profiles
    #[argh(option)]
    write_home: Option<PathBuf>,
    /// log one line a request on stderr
    #[argh(switch)]
    verbose: bool,
}

fn auto(word: &str) -> Result<Auto, String> {
    Auto::from_word(word).ok_or_else(|| "approve, deny or manual".to_owned())
}

fn main() -> ExitCode {
    match run(&argh::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("fake-identity-center: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(flags: &Flags) -> Result<(), Box<dyn std::error::Error>> {
    if flags.tls && flags.ca.is_none() {
        return Err("--tls needs --ca FILE, or no client could trust it".into());
    }
    let tls = if flags.tls { Tls::Good } else { Tls::Off };
    let base = match flags.accounts {
        Some(count) => Setup::many_accounts(count, count * 4),
        None => Setup::default(),
    };
    let setup = Setup { port: flags.port, tls, auto: flags.auto, ..base };
    let fake = Fake::start(setup.clone())?;
    for rule in &flags.rule {
        fake.script(rule)?;
    }
    if let Some(file) = &flags.script {
        fake.script(&std::fs::read_to_string(file)?)?;
    }
    if let Some(folder) = &flags.write_home {
        write_home(folder, &setup)?;
    }
    if let Some(file) = &flags.ca {
        fake.write_ca(file)?;
    }
    exports(&fake, flags)?;
    hints(&fake, flags, &setup);
    serve(&fake, flags.verbose)
}

/// The shell's part, flushed at once so that a reader of a pipe need not wait.
#[expect(clippy::disallowed_methods, reason = "a program of its own")]
fn exports(fake: &Fake, flags: &Flags) -> io::Result<()> {
    let mut text = format!(
        "export AWS_ENDPOINT_URL_SSO={}\nexport AWS_ENDPOINT_URL_SSO_OIDC={}\nexport AWS_ENDPOINT_URL_STS={}\n",
        fake.sso_url(),
        fake.oidc_url(),
        fake.sts_url()
    );
    for service in ["ECR", "ECR_PUBLIC", "CODEARTIFACT", "EKS"] {
        text.push_str(&format!("export AWS_ENDPOINT_URL_{service}={}\n", fake.sts_url()));
    }
    if let (true, Some(file)) = (flags.tls, &flags.ca) {
        let file = std::path::absolute(file)?;
        text.push_str(&format!("export AWS_CA_BUNDLE='{}'\n", file.display()));
    }
    // Without it, what is tried by hand would be written among the person's own sign-ins.
    if let Some(folder) = &flags.write_home {
        text.push_str(&format!("export HOME='{}'\n", std::path::absolute(folder)?.display()));
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn hints(fake: &Fake, flags: &Flags, setup: &Setup) {
    let url = fake.sso_url();
    note("");
    match &flags.write_home {
        Some(folder) => {
            note(&format!("config written to {}", folder.join(".aws").join("config").display()));
        }
        None if flags.accounts.is_none() => {
            note(&format!("A config for these accounts:\n\n{}", config_text(setup)));
        }
        None => {}
    }
    note(&format!("Then: sso-cp login --sso-session {}", fake_identity_center::SESSION));
    note(&format!("Device page: {url}/device"));
    note(&format!("Approve everything:    curl -d approve {url}/_fake/auto"));
    note(&format!(
        "Let something fail:    curl -d 'portal.*: status=503 repeat=2' {url}/_fake/script"
    ));
    note(&format!("What clients sent:     curl {url}/_fake/operations"));
}

/// Runs until it is killed.
fn serve(fake: &Fake, verbose: bool) -> ! {
    let mut seen = 0;
    loop {
        if !verbose {
            thread::park();
            continue;
        }
        let new = fake.requests_after(seen, Duration::from_secs(3600));
        for request in &new {
            note(&log_line(request));
        }
        seen += new.len();
    }
}

/// Without query and headers, which hold secrets.
fn log_line(request: &Recorded) -> String {
    format!("{} {} {} {}", request.status, request.method, request.path(), request.operation)
}

#[expect(clippy::print_stderr, reason = "hints and the log are for people")]
fn note(text: &str) {
    eprintln!("{text}");
}
