//! The builds of the program that are measured, each with an empty program built the same way.

use crate::binaries::Build;
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, output_of};
use std::path::{Path, PathBuf};

/// One build of the program.
pub(crate) struct Subject {
    pub(crate) build: Build,
    pub(crate) program: PathBuf,
    pub(crate) empty: PathBuf,
}

impl Subject {
    /// Builds what this machine's toolchain can build, and says what it cannot. What releases are comes first.
    pub(crate) fn all() -> Outcome<Vec<Self>> {
        let mut subjects = Vec::new();
        for build in [Build::Musl, Build::Plain] {
            if build.is_possible()? {
                subjects.push(Self::of(build)?);
            } else {
                eprintln!("SKIPPED: the {} build: its target is not installed", build.name());
            }
        }
        Ok(subjects)
    }

    /// What releases are, or what comes next to it here.
    pub(crate) fn released() -> Outcome<Vec<Self>> {
        let build = if Build::Musl.is_possible()? { Build::Musl } else { Build::Plain };
        Ok(vec![Self::of(build)?])
    }

    /// A release that somebody has built.
    pub(crate) fn built(program: &Path) -> Self {
        let program = program.to_owned();
        Self { build: Build::Musl, empty: program.clone(), program }
    }

    fn of(build: Build) -> Outcome<Self> {
        eprintln!("building: {}", build.name());
        Ok(Self { build, program: build.program()?, empty: build.empty_program()? })
    }

    /// What tables call it.
    pub(crate) fn name(&self) -> String {
        format!("sso-cp, {}", self.library())
    }

    pub(crate) fn empty_name(&self) -> String {
        format!("empty Rust program, {}", self.library())
    }

    fn library(&self) -> &'static str {
        match self.build {
            Build::Musl => "static musl",
            Build::Plain if cfg!(target_env = "gnu") => "glibc",
            Build::Plain => "plain build",
        }
    }

    /// Runs it once, outside any table, and checks that it hands out the fake's credentials.
    pub(crate) fn check(&self, scene: &Scene) -> Outcome<()> {
        let output = output_of(&mut scene.command(&self.program, &["--profile", PROFILE]))?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && stdout.contains(r#""AccessKeyId":"ASIAFAKE"#) {
            return Ok(());
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        Err(format!("{}: {}, no credentials: {stderr}", self.name(), output.status).into())
    }
}
