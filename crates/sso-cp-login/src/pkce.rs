//! PKCE with S256 (RFC 7636), the only method that we offer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use sso_cp_types::Secret;

/// The verifier: 32 random octets in base64url without padding, 43 characters (RFC 7636 section 4.1).
pub(crate) fn verifier_from(octets: &[u8; 32]) -> Secret {
    base64url(octets)
}

/// The challenge to a verifier: base64url of the SHA-256 of its ASCII bytes (RFC 7636 section 4.2).
pub(crate) fn challenge_of(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()))
}

/// Octets as a text that needs no escaping in a URL.
pub(crate) fn base64url(octets: &[u8]) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(octets))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::fresh::Fresh;
    use crate::suites;

    #[test]
    fn challenges_are_those_of_others() {
        for (verifier, challenge) in [
            (
                "2PadgiL~7GOl~wO.qad_Ns7e35FT2s1Nfyq8l4HiaMZNeMX~ulOmbeyqyOBVT5p1",
                "P8hRM81qB10Smbdd5QIMxMks2KRpLfaEd42dUhjX3Ss",
            ),
            (&"A".repeat(43), "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo"),
            (
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.",
                "0yYmnP4bO4rGE_A5t7N38moWM6-SEO0vHhtepQ3V1eY",
            ),
        ] {
            assert_eq!(challenge_of(&Secret::new(verifier.to_owned())), challenge, "{verifier}");
        }
    }

    #[test]
    fn the_example_of_the_rfc_holds() {
        let Some(suite) = suites::read("pkce-vector.json") else { return };
        let vector = &suite["rfc7636_appendix_b"];
        let verifier = vector["code_verifier"].as_str().unwrap();
        let challenge = challenge_of(&Secret::new(verifier.to_owned()));
        assert_eq!(challenge, vector["code_challenge"].as_str().unwrap());
    }

    #[test]
    fn a_thousand_verifiers_are_long_plain_and_never_the_same() {
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let fresh = Fresh::draw().unwrap();
            for text in [
                verifier_from(&fresh.verifier),
                base64url(fresh.state.as_slice()),
                base64url(fresh.link.as_slice()),
            ] {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
                assert!(text.expose().bytes().all(plain));
                assert!([43, 22].contains(&text.expose().len()));
                assert!(seen.insert(text.expose().to_owned()));
            }
        }
        assert_eq!(seen.len(), 3000);
    }

    #[test]
    fn octets_give_the_same_verifier_each_time() {
        assert_eq!(verifier_from(&[0; 32]).expose(), "A".repeat(43));
        assert_eq!(verifier_from(&[255; 32]).expose(), format!("{}8", "_".repeat(42)));
    }
}
