//! The whole flow in a real browser: the local link, the portal's page, its button, the redirect, our page.
//!
//! Chromium speaks its DevTools protocol over two pipes here: JSON texts that end with a zero byte.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::running::Running;
use crate::harness::{Ended, World, skip, tests};

tests! {
    slow "login g18 s-13 s-38" => a_sign_in_in_headless_chromium,
}

/// A browser on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("SSO_CP_TEST_CHROMIUM").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from("/usr/bin/chromium"))).filter(|path| path.exists())
}

fn a_sign_in_in_headless_chromium() {
    let Some(chromium) = chromium() else {
        return skip("there is no /usr/bin/chromium; SSO_CP_TEST_CHROMIUM can name one");
    };
    let mut world = World::new();
    // The browser is given the link as any would be; here it is only written down.
    let script = world.root().join("browser");
    fs::write(&script, "#!/bin/sh\necho \"$1\" > \"$0.part\"; mv \"$0.part\" \"$0.url\"\n")
        .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    world.set("BROWSER", &script.to_string_lossy());
    let sign_in = Running::start(&world, &[]);
    let link = wait_for_file(&world.root().join("browser.url"));

    let mut browser = Browser::start(&chromium, world.root());
    browser.open(link.trim());
    browser.wait_until("document.querySelector('#approve') !== null");
    browser.evaluate("document.querySelector('#approve').click()");
    browser.wait_until(
        "location.pathname === '/oauth/callback' && document.readyState === 'complete'",
    );
    let text = browser.evaluate("document.title + '|' + document.body.innerText");
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("sso-cp") && text.contains("terminal"), "{text}");
    // Nothing in the page was blocked by its own policy, and it fits a phone.
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    assert_eq!(
        browser.evaluate("getComputedStyle(document.body).margin !== '8px'"),
        true,
        "its style is applied"
    );
    if let Some(folder) = std::env::var_os("SSO_CP_TEST_SCREENSHOTS") {
        browser.screenshot(&Path::new(&folder).join("approved.png.base64"));
        browser.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]}),
        );
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": true}),
        );
        browser.screenshot(&Path::new(&folder).join("approved-dark-phone.png.base64"));
    }
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    world.dev().document();
}

fn wait_for_file(path: &Path) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        match fs::read_to_string(path) {
            Ok(text) => return text,
            Err(_) if Instant::now() < end => sleep(Duration::from_millis(10)),
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}

/// A headless Chromium with one tab.
struct Browser {
    child: Child,
    commands: File,
    answers: File,
    next_id: u64,
    session: Option<String>,
}

impl Browser {
    fn start(chromium: &Path, folder: &Path) -> Browser {
        let pipes = [folder.join("commands"), folder.join("answers")];
        assert!(Command::new("mkfifo").args(&pipes).status().is_ok_and(|status| status.success()));
        let profile = folder.join("chromium");
        // Its DevTools protocol is on the descriptors 3 and 4. No shell sees the link.
        let line = "exec \"$0\" \"$@\" 3<commands 4>answers";
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]).arg(chromium).args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--remote-debugging-pipe",
        ]);
        command.arg(format!("--user-data-dir={}", profile.display())).current_dir(folder);
        command
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().expect("there is a shell");
        // In the order in which the shell opens them.
        let commands =
            fs::OpenOptions::new().write(true).open(&pipes[0]).expect("the shell opens it too");
        let answers = File::open(&pipes[1]).expect("the shell opens it too");
        Browser { child, commands, answers, next_id: 0, session: None }
    }

    fn open(&mut self, url: &str) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = self.call(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        self.call("Page.navigate", json!({"url": url}));
    }

    fn evaluate(&mut self, expression: &str) -> Value {
        self.call("Runtime.evaluate", json!({"expression": expression}))["result"]["value"].clone()
    }

    fn wait_until(&mut self, condition: &str) {
        let end = Instant::now() + PATIENCE;
        while self.evaluate(condition) != true {
            assert!(Instant::now() < end, "{condition} at {}", self.evaluate("location.href"));
            sleep(Duration::from_millis(50));
        }
    }

    /// As base64, which is how it comes.
    fn screenshot(&mut self, path: &Path) {
        let shot = self.call("Page.captureScreenshot", json!({}));
        fs::write(path, shot["data"].as_str().unwrap_or_default())
            .expect("the folder can be written");
    }

    /// One command and its result; events in between are passed over.
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next_id += 1;
        let mut message = json!({"id": self.next_id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("chromium reads");
        loop {
            let answer = self.read();
            if answer["id"] == self.next_id {
                return answer["result"].clone();
            }
        }
    }

    fn read(&mut self) -> Value {
        let (mut text, mut byte) = (Vec::new(), [0]);
        loop {
            self.answers.read_exact(&mut byte).expect("chromium answers");
            if byte[0] == 0 {
                return serde_json::from_slice(&text).expect("it answers in JSON");
            }
            text.push(byte[0]);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
