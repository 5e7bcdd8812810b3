//! XML bodies, which only STS sends: the texts of a small document, so that an error can name the
//! element, and never its value.
//!
//! This is a reader for the documents that AWS's query services write, and for no others: elements,
//! attributes (passed over), the five entities and character references, comments and one
//! declaration. A document type or a CDATA section, which they never send, is refused. A package
//! would bring what is not wanted here (namespaces, document types, entities of one's own, copies
//! that nobody wipes) for six members of two replies.

use std::fmt;

use zeroize::Zeroizing;

use crate::{BadReply, Reply};

/// STS nests four levels deep.
const MAX_DEPTH: usize = 16;
/// The longest name in STS's replies has 24 letters.
const MAX_NAME_BYTES: usize = 64;
/// STS's replies hold fewer than ten texts.
const MAX_TEXTS: usize = 256;

/// The texts of a document by their paths, `ErrorResponse/Error/Code`. They may be secrets.
pub struct XmlTexts(Vec<(String, Zeroizing<String>)>);

impl Reply {
    /// Reads the body, which must be a small XML document.
    ///
    /// # Errors
    ///
    /// [`BadReply::NotXml`].
    pub fn xml(&self) -> Result<XmlTexts, BadReply> {
        let text = std::str::from_utf8(&self.body).ok();
        text.and_then(|text| Reader::new(text).document()).ok_or_else(|| BadReply::NotXml {
            content_type: self.content_type.clone(),
            // A good reply under the wrong label shows nothing of itself.
            preview: self.preview_for_people().filter(|text| !text.contains("AccessKey")),
        })
    }
}

impl XmlTexts {
    /// The text of the one element at a path.
    ///
    /// # Errors
    ///
    /// There is no such element, or it holds others, or there are several.
    pub fn text(&self, path: &'static str) -> Result<Zeroizing<String>, BadReply> {
        let field = path.rsplit('/').next().unwrap_or(path);
        let mut found = self.0.iter().filter(|(at, _)| at == path);
        match (found.next(), found.next()) {
            (None, _) => Err(BadReply::MissingField(field)),
            (Some((_, text)), None) => Ok(text.clone()),
            (Some(_), Some(_)) => Err(BadReply::WrongType { field, expected: "given once" }),
        }
    }
}

impl fmt::Debug for XmlTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(path, _)| path)).finish()
    }
}

/// An element whose end has not come yet.
struct Open<'a> {
    name: &'a str,
    /// Where its name begins in the path.
    path_bytes: usize,
    text: Zeroizing<String>,
    has_elements: bool,
}

/// A document half read.
struct Reader<'a> {
    rest: &'a str,
    /// The names of the open elements, with slashes between them.
    path: String,
    open: Vec<Open<'a>>,
    texts: Vec<(String, Zeroizing<String>)>,
}

impl<'a> Reader<'a> {
    fn new(body: &'a str) -> Reader<'a> {
        let rest = body.strip_prefix('\u{feff}').unwrap_or(body);
        Reader { rest, path: String::new(), open: Vec::new(), texts: Vec::new() }
    }

    /// The whole document; nothing where it is not well-formed.
    fn document(mut self) -> Option<XmlTexts> {
        if self.rest.starts_with("<?xml ") {
            self.past("?>")?;
        }
        loop {
            self.characters()?;
            if self.rest.starts_with("<!--") {
                self.past("-->")?;
                continue;
            }
            match self.tag()? {
                Tag::Start { name } => self.begin(name)?,
                Tag::Empty { name } => {
                    self.begin(name)?;
                    self.end(name)?;
                }
                Tag::End { name } => self.end(name)?,
            }
            if self.open.is_empty() {
                let is_end = self.rest.trim_ascii().is_empty();
                return is_end.then_some(XmlTexts(self.texts));
            }
        }
    }

    /// The text up to the next tag.
    fn characters(&mut self) -> Option<()> {
        let (text, rest) = self.rest.split_at(self.rest.find('<')?);
        self.rest = rest;
        match self.open.last_mut() {
            Some(element) => decode(text, &mut element.text),
            None => text.trim_ascii().is_empty().then_some(()),
        }
    }

    fn begin(&mut self, name: &'a str) -> Option<()> {
        if self.open.len() >= MAX_DEPTH || self.texts.len() >= MAX_TEXTS {
            return None;
        }
        if let Some(parent) = self.open.last_mut() {
            parent.has_elements = true;
        }
        let path_bytes = self.path.len();
        if path_bytes > 0 {
            self.path.push('/');
        }
        self.path.push_str(name);
        // Room for what can stand in it, so that growing leaves no copy behind.
        let text = Zeroizing::new(String::with_capacity(self.rest.find('<').unwrap_or(0)));
        self.open.push(Open { name, path_bytes, text, has_elements: false });
        Some(())
    }

    fn end(&mut self, name: &str) -> Option<()> {
        let element = self.open.pop().filter(|element| element.name == name)?;
        match element.has_elements {
            false => self.texts.push((self.path.clone(), element.text)),
            true if element.text.trim_ascii().is_empty() => {}
            true => return None,
        }
        self.path.truncate(element.path_bytes);
        Some(())
    }

    /// Goes on behind the next `end`.
    fn past(&mut self, end: &str) -> Option<()> {
        self.rest = self.rest.split_once(end)?.1;
        Some(())
    }

    /// The tag that begins here.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let inside = self.rest.strip_prefix('<')?;
        if let Some(inside) = inside.strip_prefix('/') {
            let (name, rest) = inside.split_once('>')?;
            self.rest = rest;
            return Some(Tag::End { name: name.trim_ascii_end() });
        }
        let (name, rest) = inside.split_at(inside.find(|c: char| !is_name_letter(c))?);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !is_name || name.len() > MAX_NAME_BYTES {
            return None;
        }
        self.rest = rest;
        Some(match self.attributes()? {
            Ending::Open => Tag::Start { name },
            Ending::Closed => Tag::Empty { name },
        })
    }

    /// Passes over attributes up to the end of the tag.
    fn attributes(&mut self) -> Option<Ending> {
        loop {
            self.rest = self.rest.trim_ascii_start();
            if let Some(rest) = self.rest.strip_prefix("/>") {
                self.rest = rest;
                return Some(Ending::Closed);
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some(Ending::Open);
            }
            let (name, value) = self.rest.split_once('=')?;
            let name = name.trim_ascii_end();
            if name.is_empty() || !name.chars().all(is_name_letter) {
                return None;
            }
            let value = value.trim_ascii_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, rest) = value[1..].split_once(quote)?;
            if value.contains('<') {
                return None;
            }
            self.rest = rest;
        }
    }
}

enum Tag<'a> {
    Start { name: &'a str },
    Empty { name: &'a str },
    End { name: &'a str },
}

/// Whether a tag closes its own element.
enum Ending {
    Open,
    Closed,
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':')
}

/// Appends a text with its references replaced; an unknown one is an error, for there are no others.
fn decode(text: &str, decoded: &mut String) -> Option<()> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let (name, tail) = after.split_once(';')?;
        decoded.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => character(name.strip_prefix('#')?)?,
        });
        rest = tail;
    }
    decoded.push_str(rest);
    Some(())
}

/// `38` or `x26`.
fn character(reference: &str) -> Option<char> {
    let (digits, radix) = match reference.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (reference, 10),
    };
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    char::from_u32(code).filter(|character| *character != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<XmlTexts, BadReply> {
        let content_type = Some("text/xml".to_owned());
        Reply { content_type, body: body.as_bytes().to_vec().into(), ..Reply::default() }.xml()
    }

    fn text(body: &str, path: &'static str) -> Result<String, BadReply> {
        read(body)?.text(path).map(|text| text.to_string())
    }

    #[test]
    fn texts_are_found_by_their_paths() {
        let body = "\u{feff}<?xml version=\"1.0\"?>\n<!-- a < b --><R xmlns=\"https://x/\" a='>'>\n \
                    <A><K>one</K><New/></A><B><K>a&amp;&lt;&gt;&quot;&apos;&#233;&#x1F600;</K >\
                    <Empty></Empty></B>\n</R>\n";
        assert_eq!(text(body, "R/A/K").as_deref(), Ok("one"));
        assert_eq!(text(body, "R/B/K").as_deref(), Ok("a&<>\"'é😀"));
        assert_eq!(text(body, "R/B/Empty").as_deref(), Ok(""));
        assert_eq!(text(body, "R/A/New").as_deref(), Ok(""));
        assert_eq!(text(body, "R/C/K"), Err(BadReply::MissingField("K")));
        assert_eq!(text(body, "R/A"), Err(BadReply::MissingField("A")));
        let twice = text("<R><K>1</K><K>2</K></R>", "R/K");
        assert_eq!(twice, Err(BadReply::WrongType { field: "K", expected: "given once" }));
    }

    #[test]
    fn what_is_not_well_formed_or_never_sent_is_refused() {
        let deep = "<a>".repeat(100_000);
        let many = format!("<R>{}</R>", "<a/>".repeat(MAX_TEXTS + 1));
        let long = format!("<{0}></{0}>", "a".repeat(MAX_NAME_BYTES + 1));
        for body in [
            "",
            " ",
            "x",
            "{}",
            "<",
            "<R",
            "<R>",
            "<R></S>",
            "<R></R",
            "<R></R><S/>",
            "<R></R>x",
            "<R>text<K/></R>",
            "<R>&nbsp;</R>",
            "<R>&amp</R>",
            "<R>&#0;</R>",
            "<R>&#xD800;</R>",
            "<R>&#+38;</R>",
            "<R>&#;</R>",
            "<R>&;</R>",
            "<!DOCTYPE R [<!ENTITY x \"y\">]><R>&x;</R>",
            "<R><![CDATA[x]]></R>",
            "<R a></R>",
            "<R a=b></R>",
            "<R a=\"<\"></R>",
            "<R a=\"",
            "<1></1>",
            "< R></ R>",
            "<é></é>",
            "</R>",
            &deep,
            &many,
            &long,
        ] {
            assert!(matches!(read(body), Err(BadReply::NotXml { .. })), "{body:.60}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let shown = format!("{:?}", read("<R><K>SECRET</K></R>").unwrap());
        assert_eq!(shown, "[\"R/K\"]");
        let error = read("<R><K>SECRET</K>").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("SECRET"));
    }

    /// Mutations of a good document, from a fixed seed: no panic, whatever comes out.
    #[test]
    fn no_bytes_make_it_panic() {
        let good = "<?xml version=\"1.0\"?><R x='y'><!-- --><A><K>a&amp;b&#x41;é</K></A><B/></R>";
        mutations::each(20_000, &[good.as_bytes()], |bytes| {
            let _ = Reply { body: bytes.to_vec().into(), ..Reply::default() }.xml();
        });
    }
}
