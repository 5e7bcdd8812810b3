//! Managed Kafka (MSK): a presigned URL for SASL's OAUTHBEARER.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sso_cp_sign::Presigned;
use sso_cp_types::{Secret, push_percent_encoded};
use zeroize::Zeroizing;

use crate::presigner::CONNECT_SECONDS;
use crate::{Presigner, ServiceToken};

/// How long brokers take a token, which Kafka clients want beside it.
pub const LIFE_SECONDS: u32 = CONNECT_SECONDS;

impl Presigner<'_> {
    /// A token for the brokers of a region. `user_agent`, a name and a version with a slash between
    /// them, is not signed; AWS's logs show it.
    pub fn msk(&self, user_agent: &str) -> ServiceToken {
        self.token(token(&self.msk_url(), user_agent), LIFE_SECONDS)
    }

    pub(crate) fn msk_url(&self) -> Presigned {
        // The one suffix in AWS's own libraries, whatever the partition.
        let url = format!("https://kafka.{}.amazonaws.com/", self.region);
        let query = [("Action", "kafka-cluster:Connect")];
        self.url("kafka-cluster", &url, &query, &[], LIFE_SECONDS)
    }
}

fn token(presigned: &Presigned, user_agent: &str) -> Secret {
    const NAME: &str = "&User-Agent=";
    let length = presigned.url.len() + NAME.len() + 3 * user_agent.len();
    let mut url = Zeroizing::new(String::with_capacity(length));
    url.push_str(&presigned.url);
    url.push_str(NAME);
    push_percent_encoded(&mut url, user_agent);
    Secret::new(BASE64_URL_SAFE_NO_PAD.encode(url.as_bytes()))
}
