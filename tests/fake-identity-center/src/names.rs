//! The secrets and identifiers that the stand-in makes up. Every secret contains `SECRET`, so that a test can look for
//! leaks by that one word.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes names that never repeat within one stand-in and, but for role keys, not between two either.
pub(crate) struct Names {
    seed: RandomState,
    count: u64,
}

impl Names {
    pub(crate) fn new() -> Self {
        Self { seed: RandomState::new(), count: 0 }
    }

    pub(crate) fn client_id(&mut self) -> String {
        format!("fake-client-{}", self.letters(22))
    }

    /// Over 1 KiB, as the real ones are.
    pub(crate) fn client_secret(&mut self) -> String {
        format!("eyJSECRETclient.{}.{}", self.letters(900), self.letters(160))
    }

    pub(crate) fn access_token(&mut self) -> String {
        format!(
            "aoaSECRET{}:{}/{}+{}==",
            self.letters(80),
            self.letters(120),
            self.letters(60),
            self.letters(60)
        )
    }

    pub(crate) fn refresh_token(&mut self) -> String {
        format!(
            "aorSECRET{}:{}/{}+{}=",
            self.letters(80),
            self.letters(160),
            self.letters(60),
            self.letters(60)
        )
    }

    pub(crate) fn authorization_code(&mut self) -> String {
        format!("SECRETcode.{}~{}/+=&%", self.letters(40), self.letters(200))
    }

    pub(crate) fn device_code(&mut self) -> String {
        format!("SECRETdevice-{}", self.letters(60))
    }

    /// `ABCD-EFGH`, without vowels so that it spells nothing.
    pub(crate) fn user_code(&mut self) -> String {
        const CONSONANTS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
        let mut number = self.number();
        let mut letters = String::new();
        for place in 0..8 {
            if place == 4 {
                letters.push('-');
            }
            letters.push(char::from(CONSONANTS[(number % 20) as usize]));
            number /= 20;
        }
        letters
    }

    /// An opaque name without a secret in it.
    pub(crate) fn ticket(&mut self) -> String {
        self.letters(24)
    }

    /// The shape of `x-amzn-RequestId`.
    pub(crate) fn request_id(&mut self) -> String {
        let (high, low) = (self.number(), self.number());
        let hex = format!("{high:016x}{low:016x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// Access key id, secret key and session token number `count`: counted, so that expected output can be written down.
    pub(crate) fn role_key(count: usize) -> (String, String, String) {
        let token = format!("IQoSECRETtoken/{count:06}+{}==", "fakeSessionToken".repeat(20));
        (
            format!("ASIAFAKE{count:012}"),
            format!("SECRETkey/{count:06}+fakeSecretAccessKey0000"),
            token,
        )
    }

    /// The password of a registry, number `count`; several KiB, as the real ones.
    pub(crate) fn registry_password(count: usize) -> String {
        format!("eyJSECRETregistry/{count:06}.{}==", "fakePassword".repeat(150))
    }

    /// A token of package repositories, number `count`.
    pub(crate) fn package_token(count: usize) -> String {
        format!("eyJSECRETpackages.{count:06}.{}", "fakeToken".repeat(80))
    }

    fn letters(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let mut number = self.number();
            for _ in 0..10.min(length - text.len()) {
                text.push(char::from(ALPHABET[(number % 64) as usize]));
                number /= 64;
            }
        }
        text
    }

    /// A keyed hash of a counter: as random as a test needs.
    fn number(&mut self) -> u64 {
        self.count += 1;
        let mut hasher = self.seed.build_hasher();
        hasher.write_u64(self.count);
        hasher.finish()
    }
}
