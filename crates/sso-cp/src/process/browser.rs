//! Where the person's browser is, and opening it.

use std::time::Instant;

use sso_cp_config::{Env, command_words, keys};
use sso_cp_login::{
    BrowserPlace, Elsewhere, FailedOpener, Opened, Surroundings, URL_MARK, open_browser,
};

use crate::messages::browser_problem::BrowserProblem;
use crate::messages::failure::{NoBrowser, system_words};
use crate::process::debug::Debug;

/// Files whose presence tells a container (Docker, Podman).
const CONTAINER_MARKS: [&str; 2] = ["/.dockerenv", "/run/.containerenv"];

/// Variables that CI systems set; most set the first (Azure, Jenkins, TeamCity and CodeBuild do not).
const CI_MARKS: [&str; 5] =
    ["CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID"];

/// Says what kernel runs, which tells WSL.
const KERNEL_RELEASE: &str = "/proc/sys/kernel/osrelease";

/// What tells where we run.
pub(crate) struct Around(Surroundings, &'static str);

/// What the person wants of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// That a browser is opened where one can be.
    Open,
    /// That none is opened.
    OnlyPrint,
}

/// What is to be done about a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Open it; it is on this machine.
    Open,
    /// Open it by the person's own `BROWSER`, or on the Windows side, from where the answer may not
    /// find its way back.
    OpenElsewhere(Option<Elsewhere>),
    /// Open none; the person does.
    Leave(Option<Elsewhere>),
}

impl Around {
    /// `own` is what the session says, which goes before `BROWSER`.
    pub(crate) fn read(env: &Env, own: Option<&[String]>) -> Around {
        let mark = || CONTAINER_MARKS.iter().find(|mark| std::path::Path::new(mark).exists());
        let named_by = if own.is_some() { keys::SSO_CP_BROWSER } else { "BROWSER" };
        let surroundings = Surroundings {
            browser: match own {
                Some(own) => vec![own.to_vec()],
                None => commands(&env.text("BROWSER").unwrap_or_default()),
            },
            display: env.text("DISPLAY"),
            wayland_display: env.text("WAYLAND_DISPLAY"),
            ssh: env.text("SSH_CONNECTION").or_else(|| env.text("SSH_TTY")),
            wsl_distro_name: env.text("WSL_DISTRO_NAME"),
            kernel_release: std::fs::read_to_string(KERNEL_RELEASE).ok(),
            container: env.text("container").or_else(|| mark().map(|mark| (*mark).to_owned())),
            system_root: env.text("SystemRoot"),
        };
        Around(surroundings, named_by)
    }

    /// Why the person's own browser was not started, where there is one.
    pub(crate) fn why_not(&self, failed: &[FailedOpener]) -> Option<BrowserProblem> {
        let (failed, words) = (failed.first()?, self.0.browser.first()?);
        let program = failed.program.to_string_lossy().into_owned();
        let has_blanks = words.len() == 1 && program.contains(char::is_whitespace);
        Some(BrowserProblem {
            named_by: self.1,
            program,
            has_blanks,
            reason: system_words(&failed.reason),
        })
    }

    /// Whether a browser may open though nobody typed a command: only where somebody surely sees it.
    pub(crate) fn unasked(&self, env: &Env) -> Result<(), NoBrowser> {
        if is_ci(env) {
            return Err(NoBrowser::Ci);
        }
        // `BROWSER` may well open a page on the near side of SSH, but nobody can know that it does.
        match (self.machine(), self.0.browser_place()) {
            (BrowserPlace::Elsewhere(Elsewhere::Ssh), _) => Err(NoBrowser::Ssh),
            (_, BrowserPlace::Here) => Ok(()),
            (_, BrowserPlace::Elsewhere(Elsewhere::Container)) => Err(NoBrowser::Container),
            (_, BrowserPlace::Elsewhere(_)) => Err(NoBrowser::NoDisplay),
        }
    }

    pub(crate) fn plan(&self, wish: Wish) -> Plan {
        let machine = self.machine();
        let is_remote =
            matches!(machine, BrowserPlace::Elsewhere(Elsewhere::Ssh | Elsewhere::Container));
        let why = match machine {
            BrowserPlace::Elsewhere(why) => Some(why),
            BrowserPlace::Here => None,
        };
        match self.0.browser_place() {
            BrowserPlace::Elsewhere(_) => Plan::Leave(why),
            BrowserPlace::Here if wish == Wish::OnlyPrint => Plan::Leave(why),
            BrowserPlace::Here if is_remote || self.0.is_wsl() => Plan::OpenElsewhere(why),
            BrowserPlace::Here => Plan::Open,
        }
    }

    /// Where the browser would be without the person's own word.
    fn machine(&self) -> BrowserPlace {
        Surroundings { browser: Vec::new(), ..self.0.clone() }.browser_place()
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.0
    }
}

/// The commands of `BROWSER`, as Python's `webbrowser` reads them: a list, each a name or a path, or where it says by
/// `%s` where the address goes, a command line that is split as a shell splits words. No shell sees any of it.
fn commands(browser: &str) -> Vec<Vec<String>> {
    // Windows separates lists with semicolons: its paths have colons in them.
    let separator = if cfg!(windows) { ';' } else { ':' };
    let entries = browser.split(separator).map(str::trim).filter(|entry| !entry.is_empty());
    let words = |entry: &str| {
        let mut words = command_words(entry).filter(|_| entry.contains(URL_MARK))?;
        // What `webbrowser` takes for a wish not to wait, which we never do.
        if words.last().is_some_and(|last| last == "&") {
            words.pop();
        }
        (words.len() > 1).then_some(words)
    };
    entries.map(|entry| words(entry).unwrap_or_else(|| vec![entry.to_owned()])).collect()
}

/// Whether a CI system runs us.
pub(crate) fn is_ci(env: &Env) -> bool {
    let is_on = |name: &&str| {
        let value = env.text(name).map(|value| value.to_ascii_lowercase());
        value.is_some_and(|value| !["0", "false", "no"].contains(&value.as_str()))
    };
    CI_MARKS.iter().any(is_on)
}

/// A browser that is being opened, if one is.
pub(crate) struct Browser {
    opening: Option<sso_cp_login::Opening>,
    failed: Vec<FailedOpener>,
}

/// Whether the browser failed just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    None,
    NotOpened,
}

impl Browser {
    /// Nothing is opened.
    pub(crate) fn none() -> Browser {
        Browser { opening: None, failed: Vec::new() }
    }

    /// Begins to open a link, which every user of this machine may see.
    pub(crate) fn open(link: &str, around: &Around) -> Browser {
        // Only a link of ours, or one that was judged, gets here; another one is printed anyway.
        let opening = open_browser(link, around.surroundings().openers()).ok();
        Browser { opening, failed: Vec::new() }
    }

    /// Looks at it, tells the debug log, and says so once if no program works.
    pub(crate) fn check(&mut self, debug: Debug) -> News {
        let Some(opening) = &mut self.opening else { return News::None };
        match opening.check(Instant::now()) {
            Opened::Trying => return News::None,
            Opened::Started => debug.tell(|| "a browser was started".to_owned()),
            Opened::Failed(tried) => {
                for failed in &tried {
                    let program = failed.program.display();
                    debug.tell(|| format!("{program} did not open it: {}", failed.reason));
                }
                *self = Browser { opening: None, failed: tried };
                return News::NotOpened;
            }
        }
        self.opening = None;
        News::None
    }

    /// The programs that did not open it.
    pub(crate) fn failed(&self) -> &[FailedOpener] {
        &self.failed
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn browser_is_read_as_python_reads_it() {
        for (text, expected) in [
            ("", &[][..]),
            ("firefox:/opt/my browser/run", &[&["firefox"][..], &["/opt/my browser/run"]]),
            ("firefox -P work", &[&["firefox -P work"]]),
            ("firefox -P 'my work' %s &: w3m", &[&["firefox", "-P", "my work", "%s"], &["w3m"]]),
            ("chrome --app=%s", &[&["chrome", "--app=%s"]]),
            ("a $HOME `id` $(id) ; %s", &[&["a", "$HOME", "`id`", "$(id)", ";", "%s"]]),
            ("'open %s", &[&["'open %s"]]),
            ("%s: ", &[&["%s"]]),
        ] {
            assert_eq!(commands(text), expected, "{text}");
        }
    }

    fn around(surroundings: Surroundings) -> Around {
        Around(surroundings, "BROWSER")
    }

    fn plan(surroundings: Surroundings, wish: Wish) -> Plan {
        around(surroundings).plan(wish)
    }

    /// Python runs such a line by its first word; here it is a program's name, and that is said.
    #[test]
    fn a_browser_with_arguments_and_no_mark_is_named() {
        let failed = [FailedOpener { program: "firefox -P work".into(), reason: String::new() }];
        let found = |browser: &str| {
            let surroundings =
                Surroundings { browser: commands(browser), ..Surroundings::default() };
            around(surroundings).why_not(&failed).map(|problem| problem.has_blanks)
        };
        assert_eq!(found(""), None);
        assert_eq!(found("firefox -P work"), Some(true));
        assert_eq!(found("firefox -P work %s"), Some(false));
    }

    #[test]
    fn a_browser_is_opened_where_it_can_be_the_person_s() {
        let desktop = || Surroundings { display: some(":0"), ..Surroundings::default() };
        assert_eq!(plan(desktop(), Wish::Open), Plan::Open);
        assert_eq!(plan(desktop(), Wish::OnlyPrint), Plan::Leave(None));
        assert_eq!(
            plan(Surroundings::default(), Wish::Open),
            Plan::Leave(Some(Elsewhere::NoDisplay))
        );
        let ssh = || Surroundings { ssh: some("10.0.0.1 1 10.0.0.2 22"), ..desktop() };
        assert_eq!(plan(ssh(), Wish::Open), Plan::Leave(Some(Elsewhere::Ssh)));
        let chosen =
            || Surroundings { browser: vec![vec!["code --openExternal".to_owned()]], ..ssh() };
        assert_eq!(plan(chosen(), Wish::Open), Plan::OpenElsewhere(Some(Elsewhere::Ssh)));
        let text_browser =
            Surroundings { browser: vec![vec!["w3m".to_owned()]], ..Surroundings::default() };
        assert_eq!(plan(text_browser, Wish::Open), Plan::Open);
        let nothing = Env::listed([("X", "x")]);
        assert_eq!(around(desktop()).unasked(&nothing), Ok(()));
        assert_eq!(around(desktop()).unasked(&Env::listed([("CI", "true")])), Err(NoBrowser::Ci));
        assert_eq!(around(desktop()).unasked(&Env::listed([("CI", "false")])), Ok(()));
        assert_eq!(around(ssh()).unasked(&nothing), Err(NoBrowser::Ssh));
        assert_eq!(around(chosen()).unasked(&nothing), Err(NoBrowser::Ssh));
        assert_eq!(around(Surroundings::default()).unasked(&nothing), Err(NoBrowser::NoDisplay));
        let wsl = || Surroundings { wsl_distro_name: some("Debian"), ..Surroundings::default() };
        assert_eq!(plan(wsl(), Wish::Open), Plan::OpenElsewhere(None));
        assert_eq!(plan(wsl(), Wish::OnlyPrint), Plan::Leave(None));
    }
}
