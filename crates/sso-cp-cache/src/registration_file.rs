//! Client registration files. The AWS CLI keeps the clients of both flows under one name, so what
//! is there may be for the other flow.

use std::path::Path;

use sso_cp_types::{ClientRegistration, Secret, Timestamp};
use sso_cp_vault::Times;

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::kept::Kept;
use crate::keys::{Keys, Store};
use crate::names::RegistrationKey;
use crate::token_file::{known, moment};
use crate::{Folders, owner};

/// A client is used only while it has this long to live, the AWS CLI's limit: a sign-in takes time.
const MIN_SECONDS_LEFT: i64 = 15 * 60;

/// The grant types of a client for the authorization-code flow, as the AWS CLI registers it.
const CODE_GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// Which flow a client was registered for; AWS refuses one client for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Authorization code with PKCE.
    AuthorizationCode,
    /// Device code.
    Device,
}

/// A session's registration file.
#[derive(Debug, Clone)]
pub struct RegistrationFile {
    kept: Kept,
    scopes: Option<Vec<String>>,
}

impl RegistrationFile {
    /// The file of a session's clients in the shared folder.
    pub fn new(folders: &Folders, key: &RegistrationKey<'_>) -> RegistrationFile {
        RegistrationFile::in_store(&Store::Plain, folders, key)
    }

    /// The file of a session's clients.
    pub fn in_store(
        store: &Store,
        folders: &Folders,
        key: &RegistrationKey<'_>,
    ) -> RegistrationFile {
        let kept = kept(store.of_sign_in(), folders, key);
        RegistrationFile { kept, scopes: key.scopes.map(<[String]>::to_vec) }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// A client that can be used for this flow at `now`. Whatever else is there is a miss.
    pub fn read(&self, flow: Flow, now: Timestamp) -> Option<ClientRegistration> {
        owner::check_way(&self.kept.path).ok()?;
        let bytes = self.kept.read().ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        let grants = object.list("grantTypes");
        let fits = match (flow, &grants) {
            (Flow::Device, grants) => grants.is_none(),
            (Flow::AuthorizationCode, Some(grants)) => grants.iter().any(|g| g == CODE_GRANTS[0]),
            (Flow::AuthorizationCode, None) => false,
        };
        // The file's name follows from the configured scopes, but the client's own are what counts.
        let same_scopes = match (&self.scopes, object.list("scopes")) {
            (Some(wanted), Some(granted)) => *wanted == granted,
            _ => true,
        };
        let registration = ClientRegistration {
            client_id: object.text("clientId").filter(|id| !id.is_empty())?.to_string(),
            client_secret: Secret::new(object.text("clientSecret")?),
            expires_at: moment(&object, "expiresAt"),
        };
        let usable = fits
            && same_scopes
            && registration.client_secret.is_well_formed()
            && registration.expires_at.seconds_after(now) >= MIN_SECONDS_LEFT;
        usable.then_some(registration)
    }

    /// Keeps a new client. `scopes` are those that it was registered with; the device flow keeps
    /// them only where they are configured, as the AWS CLI does.
    ///
    /// # Errors
    ///
    /// The file is as it was before.
    pub fn write(
        &self,
        folders: &Folders,
        flow: Flow,
        registration: &ClientRegistration,
        scopes: &[String],
    ) -> Result<(), Error> {
        let mut object = ObjectWriter::new()
            .text("clientId", &registration.client_id)
            .text("clientSecret", registration.client_secret.expose())
            .text("expiresAt", &registration.expires_at.to_string());
        if flow == Flow::AuthorizationCode || self.scopes.is_some() {
            object = object.list("scopes", scopes);
        }
        if flow == Flow::AuthorizationCode {
            object = object.list("grantTypes", &CODE_GRANTS.map(str::to_owned));
        }
        let times = Times { expires_at: known(registration.expires_at), renewable_until: None };
        self.kept.write(folders, times, object.finish().as_bytes())
    }
}

/// When the client in one of these files ends, if it holds one.
pub(crate) fn expiry(bytes: &[u8]) -> Option<Timestamp> {
    let Parsed::Whole(object) = first_object(bytes) else { return None };
    let has_client = object.text("clientId").is_some() && object.text("clientSecret").is_some();
    has_client.then(|| moment(&object, "expiresAt"))
}

/// Where a session's clients are kept.
pub(crate) fn kept(keys: Option<&Keys>, folders: &Folders, key: &RegistrationKey<'_>) -> Kept {
    Kept::by(keys, || folders.sealed_registration_path(key), || folders.registration_path(key))
}
