//! A file in both of its forms, plain and sealed, and the way from one to the other: the other form is
//! written, synced, read back and compared, and only then is the first one removed. Anyone who is killed in
//! between leaves both, and they are equal.

use std::io;
use std::path::Path;
use std::time::Instant;

use sso_cp_types::Timestamp;
use sso_cp_vault::Times;
use zeroize::Zeroizing;

use crate::error::{Error, Step};
use crate::json::{Parsed, first_object};
use crate::kept::Kept;
use crate::keys::Keys;
use crate::lock::{Lock, Locked};
use crate::names::{RegistrationKey, RoleKey, SessionKey};
use crate::{
    Folders, chain_file, registration_file, role_file, scoped_file, service_token_file, token_file,
    write,
};

/// One of the two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is shared.
    Plain,
    /// For anyone who has the key.
    Sealed,
}

/// How the two forms of a file stand to each other. What is not what it should be, or is damaged, is
/// not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// There is none.
    Neither,
    /// There is one.
    Only(Form),
    /// Both are there, and hold the same.
    Equal,
    /// Both are there: somebody else has written one of them.
    Differ,
}

/// A file in both of its forms.
#[derive(Debug, Clone)]
pub struct Twin {
    plain: Kept,
    sealed: Kept,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Token,
    Registration,
    Role,
    Chain,
    Scoped,
    ServiceToken,
}

impl Form {
    /// The other one.
    pub fn other(self) -> Form {
        match self {
            Form::Plain => Form::Sealed,
            Form::Sealed => Form::Plain,
        }
    }
}

impl Twin {
    /// A session's token.
    pub fn token(folders: &Folders, keys: &Keys, key: &SessionKey<'_>) -> Twin {
        let kept = |keys| token_file::kept(keys, folders, key);
        Twin { plain: kept(None), sealed: kept(Some(keys)), kind: Kind::Token }
    }

    /// A session's client registration.
    pub fn registration(folders: &Folders, keys: &Keys, key: &RegistrationKey<'_>) -> Twin {
        let kept = |keys| registration_file::kept(keys, folders, key);
        Twin { plain: kept(None), sealed: kept(Some(keys)), kind: Kind::Registration }
    }

    /// The credentials of a role.
    pub fn role(folders: &Folders, keys: &Keys, key: &RoleKey<'_>) -> Twin {
        let kept = |keys| role_file::kept(keys, folders, key);
        Twin { plain: kept(None), sealed: kept(Some(keys)), kind: Kind::Role }
    }

    /// The credentials of all roles that were assumed from a session's or scoped down, and the tokens that
    /// services gave for any of its roles.
    pub fn further(folders: &Folders, keys: &Keys, key: &SessionKey<'_>) -> Vec<Twin> {
        let of = |kind| move |[plain, sealed]: [Kept; 2]| Twin { plain, sealed, kind };
        let chains = chain_file::twins(folders, key, keys).into_iter().map(of(Kind::Chain));
        let tokens = service_token_file::twins(folders, key, keys).into_iter();
        let scoped = scoped_file::twins(folders, key, keys).into_iter().map(of(Kind::Scoped));
        chains.chain(scoped).chain(tokens.map(of(Kind::ServiceToken))).collect()
    }

    /// Takes the lock of what the file is about.
    pub fn lock(&self, folders: &Folders, deadline: Instant) -> Locked {
        let name = self.sealed.path.file_name().and_then(|name| name.to_str());
        let locked = Lock::Sealed(name.unwrap_or_default()).take(folders, deadline);
        // What somebody was killed over who unsealed it is in clear, and the lock knows the sealed form alone.
        write::sweep(folders, &self.plain.path, locked.is_held());
        locked
    }

    /// How the two forms stand to each other.
    ///
    /// # Errors
    ///
    /// One of them cannot be read, for which the store may have to be unlocked.
    pub fn compare(&self) -> Result<Comparison, Error> {
        Ok(match (self.content(Form::Plain)?, self.content(Form::Sealed)?) {
            (None, None) => Comparison::Neither,
            (Some(_), None) => Comparison::Only(Form::Plain),
            (None, Some(_)) => Comparison::Only(Form::Sealed),
            (Some(plain), Some(sealed)) if plain == sealed => Comparison::Equal,
            (Some(_), Some(_)) => Comparison::Differ,
        })
    }

    /// Writes this form from the other one. Gives whether there was anything to write.
    ///
    /// # Errors
    ///
    /// Both are as they were before.
    pub fn write(&self, folders: &Folders, form: Form) -> Result<bool, Error> {
        let Some(content) = self.content(form.other())? else { return Ok(false) };
        let kept = self.kept(form);
        let times = self.kind.times(&content).unwrap_or_default();
        kept.write(folders, times, &content)?;
        match kept.read()? {
            Some(again) if again == content => Ok(true),
            // A call has saved newer ones since, or a sign-out has removed them. Nothing is lost of what can be fetched again.
            _ if !matches!(self.kind, Kind::Token | Kind::Registration) => Ok(false),
            _ => {
                let source = io::Error::other("it does not hold what was written");
                Err(Error::Io { step: Step::Write, path: kept.path.clone(), source })
            }
        }
    }

    /// Removes this form, if the other one is there and holds the same; looked at as late as can be. Says
    /// how they stood.
    ///
    /// # Errors
    ///
    /// It is there and stays.
    pub fn remove(&self, folders: &Folders, form: Form) -> Result<Comparison, Error> {
        let comparison = self.compare()?;
        if comparison == Comparison::Equal {
            self.remove_whatever(folders, form)?;
        }
        Ok(comparison)
    }

    /// Removes this form, whatever the other one holds.
    ///
    /// # Errors
    ///
    /// It is there and stays.
    pub fn remove_whatever(&self, folders: &Folders, form: Form) -> Result<(), Error> {
        if (self.kind, form) == (Kind::Chain, Form::Plain)
            && let Ok(Some(own)) = self.plain.read()
        {
            chain_file::delete_given(folders, &own);
        }
        write::remove(&self.kept(form).path)
    }

    /// Where this form is.
    pub fn path(&self, form: Form) -> &Path {
        &self.kept(form).path
    }

    /// Whether it is a session's token.
    pub fn is_token(&self) -> bool {
        self.kind == Kind::Token
    }

    /// Whether there is a file in this form, whatever is in it.
    pub fn exists(&self, form: Form) -> bool {
        self.kept(form).path.exists()
    }

    fn kept(&self, form: Form) -> &Kept {
        match form {
            Form::Plain => &self.plain,
            Form::Sealed => &self.sealed,
        }
    }

    fn content(&self, form: Form) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let content = match (form, self.kind) {
            (Form::Plain, Kind::Token) => token_file::read_whole(&self.plain)?,
            (Form::Plain, _) => self.plain.read()?,
            (Form::Sealed, _) => match self.sealed.read() {
                Err(Error::Damaged { .. }) => None,
                read => read?,
            },
        };
        Ok(content.filter(|content| self.kind.times(content).is_some()))
    }
}

impl Kind {
    /// What the content of such a file says in clear when it is sealed; `None` for another file.
    fn times(self, content: &[u8]) -> Option<Times> {
        let expires = |moment: Option<Timestamp>| {
            let expires_at = token_file::known(moment?);
            Some(Times { expires_at, renewable_until: None })
        };
        match self {
            Kind::Token => match first_object(content) {
                Parsed::Whole(object) => {
                    token_file::understand(&object).map(|file| token_file::times(&file.token))
                }
                Parsed::Torn | Parsed::Foreign => None,
            },
            Kind::Registration => expires(registration_file::expiry(content)),
            Kind::Role => expires(role_file::expiry(content)),
            Kind::Chain => expires(chain_file::expiry(content)),
            Kind::Scoped => expires(scoped_file::expiry(content)),
            Kind::ServiceToken => expires(service_token_file::expiry(content)),
        }
    }
}
