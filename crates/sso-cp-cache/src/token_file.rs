//! Token files: one sign-in each, shared with the AWS CLI and every SDK.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_types::{ClientRegistration, Renewal, Secret, Timestamp, Token};
use sso_cp_vault::{Header, Times};
use zeroize::Zeroizing;

use crate::Folders;
use crate::error::Error;
use crate::json::{Object, ObjectWriter, Parsed, first_object};
use crate::kept::Kept;
use crate::keys::{Keys, Store};
use crate::names::SessionKey;
use crate::owner;
use crate::write::{self, Pending};

/// How long a torn file is given to become whole: the AWS CLI writes in place.
const TORN_PATIENCE: Duration = Duration::from_millis(450);
const TORN_PAUSE: Duration = Duration::from_millis(25);
/// The same for a mere glance, which may be one of many: a writer needs a few milliseconds.
const GLANCE_PATIENCE: Duration = Duration::from_millis(50);

/// The members that are ours to write; all others are kept as they were.
const KNOWN: [&str; 8] = [
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
    "refreshToken",
];

/// Where a session's token is, and what the configuration says about the session. The file's own
/// `startUrl` and `region` are never believed, they are only written for other tools.
#[derive(Debug, Clone)]
pub struct TokenPlace {
    /// The token file.
    pub path: PathBuf,
    /// The configured start URL.
    pub start_url: String,
    /// The configured region.
    pub region: String,
    /// What opens the file, where it is sealed.
    keys: Option<Keys>,
}

/// A token as it stands in its file.
#[derive(Debug, Clone)]
pub struct TokenFile {
    /// The token.
    pub token: Token,
    /// The portal that the file says it is for.
    pub start_url: Option<String>,
    /// Members of other tools, in their own spelling.
    others: Vec<(String, Zeroizing<String>)>,
}

/// Where a token that is written comes from.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// A sign-in of this client, which is written even where the token cannot be renewed, as the AWS CLI does.
    Granted(&'a ClientRegistration),
    /// A renewal of this file, whose members of other tools stay.
    Renewed(&'a TokenFile),
}

/// What is under a session's name.
#[derive(Debug)]
pub enum TokenEntry {
    /// A token for the configured portal, alive or not.
    Found(TokenFile),
    /// No file.
    Missing,
    /// A file that holds no token.
    Broken,
    /// A token for another portal, which is not a token for this one.
    OtherPortal {
        /// The portal that the file names.
        start_url: String,
    },
}

impl TokenPlace {
    /// The place of a session's token in the shared files.
    pub fn new(
        folders: &Folders,
        key: &SessionKey<'_>,
        start_url: &str,
        region: &str,
    ) -> TokenPlace {
        TokenPlace::in_store(&Store::Plain, folders, key, start_url, region)
    }

    /// The place of a session's token.
    pub fn in_store(
        store: &Store,
        folders: &Folders,
        key: &SessionKey<'_>,
        start_url: &str,
        region: &str,
    ) -> TokenPlace {
        let (start_url, region) = (start_url.to_owned(), region.to_owned());
        let Kept { path, keys } = kept(store.of_sign_in(), folders, key);
        TokenPlace { path, start_url, region, keys }
    }

    fn kept(&self) -> Kept {
        Kept { path: self.path.clone(), keys: self.keys.clone() }
    }

    /// Whether there is a file at all, whatever is in it.
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// What a sealed token's file says in clear, so that showing it needs no key.
    pub fn header(&self) -> Option<Header> {
        self.kept().header()
    }

    /// Reads the token. `None` where there is no file, or none that is a token for this portal.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read at all.
    pub fn read(&self) -> Result<Option<TokenFile>, Error> {
        Ok(match self.entry()? {
            TokenEntry::Found(file) => Some(file),
            TokenEntry::Missing | TokenEntry::Broken | TokenEntry::OtherPortal { .. } => None,
        })
    }

    /// As [`TokenPlace::read`], and says what is there instead of a token.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read at all.
    pub fn entry(&self) -> Result<TokenEntry, Error> {
        self.entry_within(TORN_PATIENCE)
    }

    /// As [`TokenPlace::entry`], without much waiting for a file to become whole.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read at all.
    pub fn glance(&self) -> Result<TokenEntry, Error> {
        self.entry_within(GLANCE_PATIENCE)
    }

    fn entry_within(&self, patience: Duration) -> Result<TokenEntry, Error> {
        let (kept, give_up) = (self.kept(), Instant::now() + patience);
        loop {
            let bytes = match read_patiently(&kept) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Ok(TokenEntry::Missing),
                // It can be read; it is only no token.
                Err(Error::TooLarge { .. } | Error::Damaged { .. }) => {
                    return Ok(TokenEntry::Broken);
                }
                Err(error) => return Err(error),
            };
            match first_object(&bytes) {
                Parsed::Whole(object) => return Ok(self.entry_of(&object)),
                Parsed::Torn if Instant::now() < give_up => sleep(TORN_PAUSE),
                Parsed::Torn | Parsed::Foreign => return Ok(TokenEntry::Broken),
            }
        }
    }

    fn entry_of(&self, object: &Object<'_>) -> TokenEntry {
        match understand(object) {
            None => TokenEntry::Broken,
            Some(file) => match &file.start_url {
                Some(url) if !self.is_this_portal(url) => {
                    TokenEntry::OtherPortal { start_url: url.clone() }
                }
                _ => TokenEntry::Found(file),
            },
        }
    }

    /// Begins to replace the token, so that what can fail has failed before a refresh token is
    /// spent.
    ///
    /// # Errors
    ///
    /// The new token could not be saved.
    pub fn begin(&self, folders: &Folders) -> Result<Pending, Error> {
        self.kept().begin(folders)
    }

    /// Finishes the replacement. What was spent for the token cannot be had again, so a failure is met by
    /// a second try from the beginning: the unfinished file may have been swept away meanwhile, the disk
    /// full for a moment.
    ///
    /// # Errors
    ///
    /// The file is as it was before.
    pub fn finish(
        &self,
        folders: &Folders,
        pending: Pending,
        token: &Token,
        origin: Origin<'_>,
    ) -> Result<(), Error> {
        let content = self.content(token, origin);
        let packed = self.kept().packed(times(token), content.as_bytes())?;
        let first = pending.finish(&packed);
        first.or_else(|_| write::write(folders, &self.path, &packed))
    }

    /// Deletes the token. Nothing to delete is not an error.
    ///
    /// # Errors
    ///
    /// The file is there and stays.
    pub fn delete(&self) -> Result<(), Error> {
        write::remove(&self.path)
    }

    /// A slash or a `#` more at the end is the same portal.
    fn is_this_portal(&self, url: &str) -> bool {
        let same = |url: &str| url.trim_end_matches(['/', '#']).to_owned();
        same(url) == same(&self.start_url)
    }

    /// The AWS CLI's members in the AWS CLI's order, then the others.
    pub(crate) fn content(&self, token: &Token, origin: Origin<'_>) -> Zeroizing<String> {
        let renewal = token.renewal.as_ref();
        let (client, others) = match origin {
            Origin::Granted(client) => (Some(client), &[][..]),
            Origin::Renewed(before) => {
                (renewal.map(|renewal| &renewal.registration), &before.others[..])
            }
        };
        let mut object = ObjectWriter::new()
            .text("startUrl", &self.start_url)
            .text("region", &self.region)
            .text("accessToken", token.access_token.expose())
            .text("expiresAt", &token.expires_at.to_string());
        if let Some(client) = client {
            object = object
                .text("clientId", &client.client_id)
                .text("clientSecret", client.client_secret.expose())
                .text("registrationExpiresAt", &client.expires_at.to_string());
        }
        if let Some(renewal) = renewal {
            object = object.text("refreshToken", renewal.refresh_token.expose());
        }
        for (key, json) in others {
            object = object.raw(key, json);
        }
        object.finish()
    }
}

/// Where a session's token is kept.
pub(crate) fn kept(keys: Option<&Keys>, folders: &Folders, key: &SessionKey<'_>) -> Kept {
    Kept::by(keys, || folders.sealed_token_path(key), || folders.token_path(key))
}

/// What a token's file may say in clear.
pub(crate) fn times(token: &Token) -> Times {
    let renewable = token.renewal.as_ref().map(|renewal| renewal.registration.expires_at);
    Times { expires_at: known(token.expires_at), renewable_until: renewable.and_then(known) }
}

/// A moment that a file does not say is none.
pub(crate) fn known(moment: Timestamp) -> Option<Timestamp> {
    (moment > Timestamp::MIN).then_some(moment)
}

/// A plain token as it stands in its file, given a moment to become whole; `None` where there is none.
pub(crate) fn read_whole(kept: &Kept) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let give_up = Instant::now() + TORN_PATIENCE;
    loop {
        let Some(bytes) = read_patiently(kept)? else { return Ok(None) };
        let is_torn = matches!(first_object(&bytes), Parsed::Torn);
        if !is_torn || Instant::now() >= give_up {
            return Ok(Some(bytes));
        }
        sleep(TORN_PAUSE);
    }
}

/// One more try where the system failed for what may pass, such as too many open files.
fn read_patiently(kept: &Kept) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    owner::check_way(&kept.path)?;
    match kept.read() {
        Err(Error::Io { .. }) => {
            sleep(TORN_PAUSE);
            kept.read()
        }
        done => done,
    }
}

pub(crate) fn understand(object: &Object<'_>) -> Option<TokenFile> {
    let access_token = Secret::new(object.text("accessToken")?);
    if !access_token.is_well_formed() {
        return None;
    }
    let expires_at = moment(object, "expiresAt");
    let others = object.0.iter().filter(|(key, _)| !KNOWN.contains(&&***key));
    Some(TokenFile {
        token: Token { access_token, expires_at, renewal: renewal(object) },
        start_url: object.text("startUrl").map(|url| url.to_string()),
        others: others
            .map(|(key, raw)| (key.to_string(), Zeroizing::new(raw.get().to_owned())))
            .collect(),
    })
}

fn renewal(object: &Object<'_>) -> Option<Renewal> {
    let secret = |key| object.text(key).map(Secret::new).filter(Secret::is_well_formed);
    Some(Renewal {
        refresh_token: secret("refreshToken")?,
        registration: ClientRegistration {
            client_id: object.text("clientId").filter(|id| !id.is_empty())?.to_string(),
            client_secret: secret("clientSecret")?,
            expires_at: moment(object, "registrationExpiresAt"),
        },
    })
}

/// A moment that cannot be read has long passed.
pub(crate) fn moment(object: &Object<'_>, key: &str) -> Timestamp {
    object.text(key).and_then(|text| Timestamp::parse(&text)).unwrap_or(Timestamp::MIN)
}
