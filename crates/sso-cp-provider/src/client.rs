//! The HTTP client, by what the configuration says about the network.

use sso_cp_config::{Network, Session};
use sso_cp_http::{Client, Named, Proxies, Roots, Settings};

use crate::provider::Provider;

impl Provider {
    /// A client for a session's endpoints: the proxy, the certificate authorities and the limits that the
    /// environment and the config file name. It does nothing before its first request.
    pub fn client(&self, session: &Session) -> Client {
        let network = Network::read(self.env(), &self.files().home, session.ca_bundle.as_deref());
        let roots = match network.ca_bundle {
            Some(bundle) => Roots::File { path: bundle.value, named_by: bundle.name.to_owned() },
            None if network.bundled_roots => Roots::Bundled,
            None => Roots::System,
        };
        let https = network
            .https_proxy
            .map(|proxy| Named { name: proxy.name.to_owned(), value: proxy.value });
        let proxies = Proxies { https, no_proxy: network.no_proxy };
        Client::new(Settings { roots, proxies, on_event: self.on_http_event() })
    }
}
