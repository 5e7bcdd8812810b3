//! Buffers that are zeroed when they are dropped.

use std::hint::black_box;
use std::ops::{Deref, DerefMut};

/// Bytes that are overwritten with zeros when they are no longer needed: a request may carry an
/// authorization code or the endpoint's token, an answer may carry credentials.
///
/// The buffer never grows in place where it holds anything, since growing would leave a copy.
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    /// A buffer of zeros.
    pub(crate) fn zeros(length: usize) -> Wiped {
        Wiped(vec![0; length])
    }

    /// An empty buffer that takes `capacity` bytes before it grows.
    pub(crate) fn with_capacity(capacity: usize) -> Wiped {
        Wiped(Vec::with_capacity(capacity))
    }

    /// Adds bytes at the end.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without this, the compiler may leave the zeros out: nobody reads them.
        black_box(&self.0);
    }
}
