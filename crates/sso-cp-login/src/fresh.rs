//! The random octets of one sign-in, and the one place that draws them.

use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::Error;

/// Everything that is random in one sign-in. Never used twice.
pub(crate) struct Fresh {
    /// Becomes the PKCE verifier: 256 bits, as RFC 7636 section 7.1 recommends.
    pub(crate) verifier: Zeroizing<[u8; 32]>,
    /// Becomes the state: 256 bits.
    pub(crate) state: Zeroizing<[u8; 32]>,
    /// Becomes the path of the one-time local link: 128 bits.
    pub(crate) link: Zeroizing<[u8; 16]>,
}

impl Fresh {
    /// Draws from the operating system, which is asked anew each time: no generator of ours holds a
    /// seed that could be guessed or copied by a fork.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] where the operating system has none; there is no other source.
    pub(crate) fn draw() -> Result<Fresh, Error> {
        let mut fresh = Fresh {
            verifier: Zeroizing::new([0; 32]),
            state: Zeroizing::new([0; 32]),
            link: Zeroizing::new([0; 16]),
        };
        let targets: [&mut [u8]; 3] = [&mut *fresh.verifier, &mut *fresh.state, &mut *fresh.link];
        for target in targets {
            SysRng.try_fill_bytes(target).map_err(|source| Error::Random { source })?;
        }
        Ok(fresh)
    }
}

/// 256 bits for another secret that works once, drawn in the same way.
///
/// # Errors
///
/// [`Error::Random`] where the operating system has none.
pub fn random_octets() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut octets = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *octets).map_err(|source| Error::Random { source })?;
    Ok(octets)
}
