//! ureq's connector: a connection that was made ahead, else a new one.

use std::sync::Arc;

use ureq::unversioned::transport::{ConnectionDetails, Connector, Transport};

use crate::ahead::Ahead;
use crate::dial::Ways;
use crate::limits::ATTEMPT_LIMIT;

/// ureq's connector for everything that we send.
#[derive(Debug)]
pub(crate) struct Dial {
    pub(crate) ways: Arc<Ways>,
    /// Connections made ahead, for requests that may be sent again if such a connection has died meanwhile.
    pub(crate) ahead: Option<Arc<Ahead>>,
}

impl Connector for Dial {
    type Out = Box<dyn Transport>;

    /// Every error is one of ours, boxed: that is how the client knows that nothing was sent.
    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        // ureq's time limit may be endless by its type, which no clock can hold.
        let limit = (*details.timeout.after).min(ATTEMPT_LIMIT);
        let ahead =
            self.ahead.as_ref().and_then(|ahead| ahead.take(&self.ways, details.uri, limit));
        let opened = ahead.unwrap_or_else(|| self.ways.open(details.uri, limit));
        opened.map(Some).map_err(|error| ureq::Error::Other(Box::new(error)))
    }
}
