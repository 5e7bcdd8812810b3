//! What the relay does to one reply: the words of a script that are about bytes on the wire.

use crate::words::{Word, duration, split};
use std::path::PathBuf;
use std::time::Duration;

/// How a reply is sent. The default sends it whole and keeps the connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Waits this long before the first byte.
    pub(crate) delay: Duration,
    /// Waits for as long as this file is there, before the first byte.
    pub(crate) hold: Option<PathBuf>,
    /// What happens after the last byte that is sent.
    pub(crate) ending: Ending,
    /// Sends nothing at all before the ending.
    pub(crate) silent: bool,
    /// Sends only so many bytes of the head, and no body.
    pub(crate) head_limit: Option<usize>,
    /// Sends only so many bytes of the body.
    pub(crate) body_limit: Option<usize>,
    pub(crate) head_drip: Option<Drip>,
    pub(crate) body_drip: Option<Drip>,
    pub(crate) framing: Framing,
    /// Headers to add, even such as stand there already.
    pub(crate) add: Vec<(String, String)>,
    /// Headers to leave out.
    pub(crate) remove: Vec<String>,
    /// `HTTP/1.1`, unless a script says otherwise.
    pub(crate) version: Option<String>,
}

/// What happens after the last byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The connection lives on.
    #[default]
    KeepAlive,
    /// An orderly close.
    Close,
    /// A TCP reset.
    Reset,
    /// Silence, until the client goes away.
    Stall,
}

/// How the client learns where the body ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A true Content-Length.
    #[default]
    Length,
    /// A Content-Length of the script's.
    FalseLength(u64),
    /// Chunks.
    Chunked,
    /// By the end of the connection, which never comes: blanks follow the body for ever.
    Endless,
}

/// So many bytes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drip {
    pub(crate) bytes: usize,
    pub(crate) every: Duration,
}

impl Plan {
    /// Takes one word; tells whether it was one for the relay.
    pub(crate) fn take(&mut self, word: &Word) -> Result<bool, String> {
        match word.key.as_str() {
            "delay" => self.delay = duration(word.need()?)?,
            "hold" => self.hold = Some(word.need()?.into()),
            "drop" => self.end_silently(Ending::Close),
            "reset" => self.end_silently(Ending::Reset),
            "stall" => self.end_silently(Ending::Stall),
            "close" => self.ending = Ending::Close,
            "truncate" => self.body_limit = Some(word.number()?),
            "truncate-head" => self.head_limit = Some(word.number()?),
            "drip" => {
                self.head_drip = Some(drip(word)?);
                self.body_drip = self.head_drip;
            }
            "drip-body" => self.body_drip = Some(drip(word)?),
            "content-length" => self.framing = Framing::FalseLength(word.number()?),
            "chunked" => self.framing = Framing::Chunked,
            "endless" => self.framing = Framing::Endless,
            "header" => self.add.push(word.header()?),
            "no-header" => self.remove.push(word.need()?.to_ascii_lowercase()),
            "version" => self.version = Some(word.need()?.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads the relay's words from the back end's private header.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut plan = Self::default();
        for word in split(text)? {
            plan.take(&word)?;
        }
        Ok(plan.settled())
    }

    /// A cut or falsely announced reply cannot be followed by another one on the same connection; and where a script
    /// cuts a reply, `drop`, `reset` and `stall` come after the part that is sent.
    fn settled(mut self) -> Self {
        let cut = self.head_limit.is_some() || self.body_limit.is_some();
        let odd = matches!(self.framing, Framing::FalseLength(_) | Framing::Endless);
        if cut {
            self.silent = false;
        }
        if (cut || odd) && self.ending == Ending::KeepAlive {
            self.ending = Ending::Close;
        }
        self
    }

    fn end_silently(&mut self, ending: Ending) {
        self.ending = ending;
        self.silent = true;
    }
}

fn drip(word: &Word) -> Result<Drip, String> {
    let wrong = || format!("{} needs bytes/interval, such as 1/100ms", word.key);
    let (bytes, every) = word.need()?.split_once('/').ok_or_else(wrong)?;
    match bytes.parse() {
        Ok(bytes) if bytes > 0 => Ok(Drip { bytes, every: duration(every)? }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_plan() {
        let plan = Plan::parse("delay=2s truncate=40 reset").unwrap();
        assert_eq!((plan.delay, plan.body_limit), (Duration::from_secs(2), Some(40)));
        assert_eq!((plan.ending, plan.silent), (Ending::Reset, false));
        let plan = Plan::parse("stall").unwrap();
        assert_eq!((plan.ending, plan.silent), (Ending::Stall, true));
        assert!(Plan::parse("drip=0/1s").is_err());
        assert_eq!(Plan::parse("content-length=9").unwrap().ending, Ending::Close);
    }
}
