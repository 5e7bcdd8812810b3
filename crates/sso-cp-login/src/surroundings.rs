//! Where we run, and so where the browser is and what opens it. Pure: the values come from anyone who
//! may read the environment.

use std::path::PathBuf;

use crate::Opener;

/// What the environment says. Empty texts count as unset.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The commands that the person has named to open pages, each a program and its arguments; none where nothing is
    /// named.
    pub browser: Vec<Vec<String>>,
    /// `DISPLAY`.
    pub display: Option<String>,
    /// `WAYLAND_DISPLAY`.
    pub wayland_display: Option<String>,
    /// `SSH_CONNECTION`, else `SSH_TTY`.
    pub ssh: Option<String>,
    /// `WSL_DISTRO_NAME`.
    pub wsl_distro_name: Option<String>,
    /// The text of `/proc/sys/kernel/osrelease`.
    pub kernel_release: Option<String>,
    /// Any sign of a container: the variable `container`, or the path of `/.dockerenv` or
    /// `/run/.containerenv` where that exists.
    pub container: Option<String>,
    /// `SystemRoot`, on Windows.
    pub system_root: Option<String>,
}

/// Whether a browser that we open would be the person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowserPlace {
    /// It opens here.
    Here,
    /// There is none here; print the link.
    Elsewhere(Elsewhere),
}

/// Why the browser is elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// The person came over SSH.
    Ssh,
    /// This is a container.
    Container,
    /// There is no graphical display.
    NoDisplay,
}

impl Surroundings {
    /// Where the person's browser is. `BROWSER`, or what a session says, is the person's own word and beats every guess:
    /// VS Code sets it in its remote terminals to a program that opens the page on the near side.
    pub fn browser_place(&self) -> BrowserPlace {
        if !self.browser.is_empty() {
            return BrowserPlace::Here;
        }
        if set(&self.ssh).is_some() {
            return BrowserPlace::Elsewhere(Elsewhere::Ssh);
        }
        if cfg!(any(windows, target_os = "macos")) || self.is_wsl() {
            return BrowserPlace::Here;
        }
        if set(&self.container).is_some() {
            return BrowserPlace::Elsewhere(Elsewhere::Container);
        }
        match set(&self.display).or(set(&self.wayland_display)) {
            Some(_) => BrowserPlace::Here,
            None => BrowserPlace::Elsewhere(Elsewhere::NoDisplay),
        }
    }

    /// Windows Subsystem for Linux: the browser is on the Windows side. A container inside of it has
    /// the same kernel but not the Windows side.
    pub fn is_wsl(&self) -> bool {
        let microsoft = |release: &str| release.to_ascii_lowercase().contains("microsoft");
        set(&self.wsl_distro_name).is_some()
            || (set(&self.kernel_release).is_some_and(microsoft) && set(&self.container).is_none())
    }

    /// What to try in turn to open a page: the person's own commands and no others where there are some, else
    /// the platform's own.
    pub fn openers(&self) -> Vec<Opener> {
        if !self.browser.is_empty() {
            return self.browser.iter().filter_map(|words| Opener::command(words)).collect();
        }
        if cfg!(windows) {
            return vec![rundll32(self.windows_rundll32())];
        }
        if cfg!(target_os = "macos") {
            return vec![Opener::program("/usr/bin/open")];
        }
        if self.is_wsl() {
            return vec![
                Opener::program("wslview"),
                rundll32(PathBuf::from("/mnt/c/Windows/System32/rundll32.exe")),
            ];
        }
        vec![Opener::program("xdg-open"), Opener::program("x-www-browser")]
    }

    /// By its full path, because Windows looks for bare names in odd places first.
    fn windows_rundll32(&self) -> PathBuf {
        PathBuf::from(set(&self.system_root).unwrap_or("C:\\Windows"))
            .join("System32")
            .join("rundll32.exe")
    }
}

/// What hands a URL to the default browser of Windows with neither a shell in between (`cmd /c
/// start` and PowerShell both evaluate the URL) nor `ShellExecuteW`, for which there is no safe call.
fn rundll32(program: PathBuf) -> Opener {
    Opener { program, arguments: vec!["url.dll,FileProtocolHandler".to_owned()] }
}

fn set(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|text| !text.trim().is_empty())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn programs(surroundings: &Surroundings) -> Vec<String> {
        let openers = surroundings.openers();
        openers.iter().map(|opener| opener.program.display().to_string()).collect()
    }

    #[test]
    fn the_browser_is_where_the_person_is() {
        let elsewhere = BrowserPlace::Elsewhere;
        let desktop = || Surroundings { display: some(":0"), ..Surroundings::default() };
        let wsl = || some("5.15.0-microsoft-standard-WSL2");
        for (surroundings, place) in [
            (Surroundings::default(), elsewhere(Elsewhere::NoDisplay)),
            (desktop(), BrowserPlace::Here),
            (
                Surroundings { wayland_display: some("wayland-0"), ..Surroundings::default() },
                BrowserPlace::Here,
            ),
            (
                Surroundings { display: some(""), ..Surroundings::default() },
                elsewhere(Elsewhere::NoDisplay),
            ),
            (Surroundings { ssh: some("x 22"), ..desktop() }, elsewhere(Elsewhere::Ssh)),
            (
                Surroundings {
                    ssh: some("x 22"),
                    browser: vec![vec!["b".to_owned()]],
                    ..Surroundings::default()
                },
                BrowserPlace::Here,
            ),
            (
                Surroundings { container: some("podman"), ..desktop() },
                elsewhere(Elsewhere::Container),
            ),
            (Surroundings { kernel_release: wsl(), ..Surroundings::default() }, BrowserPlace::Here),
            (
                Surroundings {
                    kernel_release: wsl(),
                    container: some("docker"),
                    ..Surroundings::default()
                },
                elsewhere(Elsewhere::Container),
            ),
            (
                Surroundings { wsl_distro_name: some("Debian"), ..Surroundings::default() },
                BrowserPlace::Here,
            ),
        ] {
            assert_eq!(surroundings.browser_place(), place, "{surroundings:?}");
        }
    }

    #[test]
    fn each_place_has_its_openers() {
        assert_eq!(programs(&Surroundings::default()), ["xdg-open", "x-www-browser"]);
        let wsl = Surroundings { wsl_distro_name: some("Debian"), ..Surroundings::default() };
        assert_eq!(programs(&wsl), ["wslview", "/mnt/c/Windows/System32/rundll32.exe"]);
        assert_eq!(wsl.openers()[1].arguments, ["url.dll,FileProtocolHandler"]);
    }

    #[test]
    fn the_person_s_own_commands_come_alone() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let browser = vec![words(&["firefox", "-P", "work", "%s"]), words(&[]), words(&["w3m"])];
        let openers = Surroundings { browser, ..Surroundings::default() }.openers();
        assert_eq!(openers[0].arguments, ["-P", "work", "%s"]);
        assert_eq!(openers[1..], [Opener::program("w3m")]);
    }
}
