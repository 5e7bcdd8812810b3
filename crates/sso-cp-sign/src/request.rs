//! A request, as far as its signature goes.

/// What is signed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// Where it goes, without a query. Its path is as it travels: encoded once already.
    pub url: &'a str,
    /// Names and values of the query, not yet encoded, in the order of the URL.
    pub query: &'a [(&'a str, &'a str)],
    /// The headers that are signed beside the host and those of the signature itself: lower-case
    /// names, values without outer blanks.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is sent after the head.
    pub body: &'a str,
}
