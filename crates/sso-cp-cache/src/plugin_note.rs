//! That a plugin of ours has just failed for a program that will run it again at once: `kubectl` does so
//! five times for one command.

use std::path::PathBuf;

use sso_cp_types::Timestamp;

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::token_file::moment;
use crate::{Folders, read, write};

/// The last failure that a calling program was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginNote {
    /// The calling program's process id, and what it asked for.
    pub caller: String,
    /// When its person was told.
    pub told_at: Timestamp,
    /// When the last run ended that tried.
    pub failed_at: Timestamp,
    /// The exit code of that run, in digits.
    pub exit_code: String,
}

impl PluginNote {
    /// The note; none where nothing failed, or the file is broken.
    pub fn read(folders: &Folders) -> Option<PluginNote> {
        let bytes = read::bytes(&path(folders)).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        Some(PluginNote {
            caller: object.text("caller")?.to_string(),
            told_at: moment(&object, "toldAt"),
            failed_at: moment(&object, "failedAt"),
            exit_code: object.text("exitCode")?.to_string(),
        })
    }

    /// Leaves the note for the next run.
    ///
    /// # Errors
    ///
    /// It could not be written, and the old one stays.
    pub fn write(&self, folders: &Folders) -> Result<(), Error> {
        let object = ObjectWriter::new()
            .text("caller", &self.caller)
            .text("toldAt", &self.told_at.to_string())
            .text("failedAt", &self.failed_at.to_string())
            .text("exitCode", &self.exit_code);
        write::write(folders, &path(folders), object.finish().as_bytes())
    }
}

fn path(folders: &Folders) -> PathBuf {
    folders.own().join("plugin.json")
}
