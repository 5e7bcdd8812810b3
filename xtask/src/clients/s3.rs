//! An S3 that has nothing and remembers with which key it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The stand-in. Its thread lives as long as the process.
#[derive(Debug, Clone)]
pub(super) struct S3 {
    pub(super) address: String,
    /// The key of each request, none of those without a signature.
    seen: Arc<Mutex<Vec<Option<String>>>>,
}

impl S3 {
    pub(super) fn start() -> std::io::Result<S3> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let s3 = S3 { address: listener.local_addr()?.to_string(), seen: Arc::default() };
        let answering = s3.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let s3 = answering.clone();
                thread::spawn(move || s3.answer(stream));
            }
        });
        Ok(s3)
    }

    pub(super) fn seen(&self) -> Vec<Option<String>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, mut stream: TcpStream) {
        const BODY: &str = "<Error><Code>NoSuchKey</Code><Message>nothing</Message></Error>";
        let (mut head, mut piece) = (Vec::new(), [0; 4096]);
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut piece) {
                Ok(count) if count > 0 => head.extend_from_slice(&piece[..count]),
                _ => return,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let key = head.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
        let key = key.map(str::to_owned);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        let body = if head.starts_with("HEAD ") { "" } else { BODY };
        let _ = write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            BODY.len()
        );
    }
}
