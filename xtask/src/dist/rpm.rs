//! A package for Fedora, SUSE and what comes from them (the format of RPM 4: a lead, two headers, and a cpio archive).
//!
//! The program is static, so the package needs nothing but an rpm that knows its form.

use super::deflate::gzip;
use super::files::{Entry, Mode, with_folders};
use super::payload::Payload;
use super::source::Source;
use super::sums::sha256;
use super::target::{System, Target};
use crate::workspace::Outcome;

/// The release of this version's package.
const RELEASE: &str = "1";

/// The package: its name and its bytes. None for a target of which no package is made.
pub(super) fn package(
    source: &Source,
    target: &Target,
    payload: &Payload,
) -> Outcome<Option<(String, Vec<u8>)>> {
    let Some(name) = file_name(source, target) else { return Ok(None) };
    let files = files(payload);
    let plain = cpio(&files, source.time)?;
    let packed = gzip(&plain);
    let header = main_header(source, target, &files, &packed)?;
    let mut signature = Header::new(SIGNATURES);
    signature.text(SHA256_OF_HEADER, &sha256(&header));
    signature.numbers(SIZE_OF_ALL, &[u32::try_from(header.len() + packed.len())?]);
    signature.numbers(SIZE_UNPACKED, &[u32::try_from(plain.len())?]);
    let mut signature = signature.bytes()?;
    signature.resize(signature.len().next_multiple_of(8), 0);
    Ok(Some((name, [lead(source), signature, header, packed].concat())))
}

/// As rpm names its files.
pub(super) fn file_name(source: &Source, target: &Target) -> Option<String> {
    let is_made = target.system() == System::Linux;
    is_made.then(|| format!("{}.{}.rpm", full_name(source), target.processor()))
}

fn full_name(source: &Source) -> String {
    format!("sso-cp-{}-{RELEASE}", version(source))
}

/// A pre-release sorts before its release in rpm's order only after a tilde.
fn version(source: &Source) -> String {
    source.version.replace('-', "~")
}

/// Where Fedora's and SUSE's policies want each file.
fn files(payload: &Payload) -> Vec<Entry> {
    let script = |shell: &str| payload.completions[shell].as_slice();
    let mut files = vec![
        Entry::program("usr/bin/sso-cp", payload.program.as_slice()),
        Entry::document("usr/share/man/man1/sso-cp.1.gz", gzip(&payload.manual)),
        Entry::document("usr/share/bash-completion/completions/sso-cp", script("bash")),
        Entry::document("usr/share/zsh/site-functions/_sso-cp", script("zsh")),
        Entry::document("usr/share/fish/vendor_completions.d/sso-cp.fish", script("fish")),
    ];
    for (name, text) in &payload.texts {
        let is_licence = name.starts_with("LICENSE") || name.starts_with("THIRD");
        let folder = if is_licence { "licenses" } else { "doc" };
        files.push(Entry::document(format!("usr/share/{folder}/sso-cp/{name}"), text.as_slice()));
    }
    // Folders of our own, and none that other packages have.
    let mut files = with_folders(&files);
    files.retain(|file| file.mode != Mode::Folder || file.path.ends_with("/sso-cp"));
    files
}

/// Kept for old programs that look at the first bytes; rpm itself reads the headers.
fn lead(source: &Source) -> Vec<u8> {
    let mut lead = vec![0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, 0, 1];
    lead.extend(full_name(source).into_bytes());
    lead.resize(76, 0);
    // Linux, and a signature in the form of a header.
    lead.extend([0, 1, 0, 5]);
    lead.resize(96, 0);
    lead
}

/// The archive of the files in the form `newc`, whose numbers are eight hexadecimal digits.
fn cpio(files: &[Entry], time: u64) -> Outcome<Vec<u8>> {
    let mut archive = Vec::new();
    let mut add = |inode: usize, mode: u32, links: u32, path: &str, bytes: &[u8]| {
        let time = if mode == 0 { 0 } else { time };
        let (size, name) = (bytes.len(), path.len() + 1);
        archive.extend(
            format!(
                "070701{inode:08x}{mode:08x}{0:08x}{0:08x}{links:08x}{time:08x}{size:08x}\
                 {0:08x}{0:08x}{0:08x}{0:08x}{name:08x}{0:08x}{path}\0",
                0
            )
            .into_bytes(),
        );
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(4), 0);
    };
    for (at, file) in files.iter().enumerate() {
        let links = if file.mode == Mode::Folder { 2 } else { 1 };
        add(at + 1, mode(file), links, &format!("./{}", file.path), &file.bytes);
    }
    add(0, 0, 1, "TRAILER!!!", &[]);
    Ok(archive)
}

/// Kind and permissions, as Unix keeps them in one number.
fn mode(file: &Entry) -> u32 {
    let kind = if file.mode == Mode::Folder { 0o040_000 } else { 0o100_000 };
    kind | file.mode.bits()
}

// Names of the entries of headers (rpmtag.h).
const SIGNATURES: u32 = 62;
const IMMUTABLE: u32 = 63;
const SHA256_OF_HEADER: u32 = 273;
const SIZE_OF_ALL: u32 = 1000;
const SIZE_UNPACKED: u32 = 1007;

fn main_header(
    source: &Source,
    target: &Target,
    files: &[Entry],
    packed: &[u8],
) -> Outcome<Vec<u8>> {
    const EQUAL: u32 = 8;
    const LESS_OR_EQUAL_IN_RPM: u32 = 0x0100_000a;
    const SHA256: u32 = 8;
    let full_version = format!("{}-{RELEASE}", version(source));
    let time = u32::try_from(source.time)?;
    let size: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut header = Header::new(IMMUTABLE);
    header.texts(100, &["C"]);
    header.text(1000, "sso-cp");
    header.text(1001, &version(source));
    header.text(1002, RELEASE);
    header.translated(
        1004,
        "AWS credentials from IAM Identity Center for everything that runs programs",
    );
    header.translated(
        1005,
        "A credential_process for the AWS SDKs and every tool that knows them: sign in\n\
         once in the browser, and each call is answered from a cache. It shares its\n\
         sign-in with the AWS CLI, through the same files.",
    );
    header.numbers(1006, &[time]);
    header.text(1007, "localhost");
    header.numbers(1009, &[u32::try_from(size)?]);
    header.text(1014, "MIT OR Apache-2.0");
    header.translated(1016, "Unspecified");
    header.text(1020, &source.repository);
    header.text(1021, "linux");
    header.text(1022, target.processor());
    let each = |number: fn(&Entry) -> u32| files.iter().map(number).collect::<Vec<u32>>();
    header.numbers(1028, &each(|file| u32::try_from(file.bytes.len()).unwrap_or(u32::MAX)));
    header.shorts(1030, &each(mode));
    header.shorts(1033, &each(|_| 0));
    header.numbers(1034, &vec![time; files.len()]);
    let sums: Vec<String> = files
        .iter()
        .map(|file| if file.mode == Mode::Folder { String::new() } else { sha256(&file.bytes) })
        .collect();
    header.texts(1035, &sums);
    header.texts(1036, &vec![""; files.len()]);
    header.numbers(1037, &each(|file| if file.path.contains("/doc/") { 2 } else { 0 }));
    header.texts(1039, &vec!["root"; files.len()]);
    header.texts(1040, &vec!["root"; files.len()]);
    header.text(1044, &format!("{}.src.rpm", full_name(source)));
    header.numbers(1045, &each(|_| u32::MAX));
    header.texts(1047, &["sso-cp"]);
    header.numbers(1048, &[LESS_OR_EQUAL_IN_RPM; 3]);
    let needs = ["CompressedFileNames", "FileDigests", "PayloadFilesHavePrefix"];
    header.texts(1049, &needs.map(|need| format!("rpmlib({need})")));
    header.texts(1050, &["3.0.4-1", "4.6.0-1", "4.0-1"]);
    header.text(1064, "4.16.0");
    header.numbers(1095, &each(|_| 1));
    let inodes: Vec<u32> = (1..).take(files.len()).collect();
    header.numbers(1096, &inodes);
    header.texts(1097, &vec![""; files.len()]);
    header.numbers(1112, &[EQUAL]);
    header.texts(1113, &[&full_version]);
    let (folders, places, names) = paths(files)?;
    header.numbers(1116, &places);
    header.texts(1117, &names);
    header.texts(1118, &folders);
    header.text(1124, "cpio");
    header.text(1125, "gzip");
    header.text(1126, "9");
    header.numbers(5011, &[SHA256]);
    header.texts(5092, &[sha256(packed)]);
    header.numbers(5093, &[SHA256]);
    header.bytes()
}

/// Folders, each once; which of them each file is in; and its name there.
fn paths(files: &[Entry]) -> Outcome<(Vec<String>, Vec<u32>, Vec<String>)> {
    let (mut folders, mut places, mut names) = (Vec::<String>::new(), Vec::new(), Vec::new());
    for file in files {
        let (folder, name) = file.path.rsplit_once('/').ok_or("a file without a folder")?;
        let folder = format!("/{folder}/");
        let known = folders.iter().position(|known| *known == folder);
        let place = known.unwrap_or(folders.len());
        if known.is_none() {
            folders.push(folder);
        }
        places.push(u32::try_from(place)?);
        names.push(name.to_owned());
    }
    Ok((folders, places, names))
}

/// A header: an index of entries in the order of their names, then their values.
struct Header {
    region: u32,
    index: Vec<u8>,
    store: Vec<u8>,
    count: u32,
}

impl Header {
    fn new(region: u32) -> Self {
        Self { region, index: Vec::new(), store: Vec::new(), count: 0 }
    }

    fn entry(&mut self, tag: u32, kind: u32, count: usize) {
        let (at, count) = (self.store.len() as u32, count as u32);
        self.index.extend([tag, kind, at, count].map(u32::to_be_bytes).concat());
        self.count += 1;
    }

    fn text(&mut self, tag: u32, text: &str) {
        const STRING: u32 = 6;
        self.entry(tag, STRING, 1);
        self.put(text);
    }

    fn translated(&mut self, tag: u32, text: &str) {
        const I18N_STRING: u32 = 9;
        self.entry(tag, I18N_STRING, 1);
        self.put(text);
    }

    fn texts(&mut self, tag: u32, texts: &[impl AsRef<str>]) {
        const STRING_ARRAY: u32 = 8;
        self.entry(tag, STRING_ARRAY, texts.len());
        texts.iter().for_each(|text| self.put(text.as_ref()));
    }

    fn put(&mut self, text: &str) {
        self.store.extend(text.bytes().chain([0]));
    }

    fn numbers(&mut self, tag: u32, numbers: &[u32]) {
        const INT32: u32 = 4;
        self.store.resize(self.store.len().next_multiple_of(4), 0);
        self.entry(tag, INT32, numbers.len());
        self.store.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    }

    /// Numbers of two bytes each.
    fn shorts(&mut self, tag: u32, numbers: &[u32]) {
        const INT16: u32 = 3;
        self.store.resize(self.store.len().next_multiple_of(2), 0);
        self.entry(tag, INT16, numbers.len());
        self.store.extend(numbers.iter().flat_map(|number| (*number as u16).to_be_bytes()));
    }

    /// With the entry in front that says which of the others must never change: all.
    fn bytes(mut self) -> Outcome<Vec<u8>> {
        const BINARY: u32 = 7;
        const LENGTH: u32 = 16;
        let at = u32::try_from(self.store.len())?;
        let back = i32::try_from((self.count + 1) * LENGTH)?;
        let region = [self.region, BINARY].map(u32::to_be_bytes).concat();
        self.store.extend(&region);
        self.store.extend((-back).to_be_bytes());
        self.store.extend(LENGTH.to_be_bytes());
        let mut bytes = vec![0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];
        bytes.extend((self.count + 1).to_be_bytes());
        bytes.extend(u32::try_from(self.store.len())?.to_be_bytes());
        bytes.extend(region);
        bytes.extend(at.to_be_bytes());
        bytes.extend(LENGTH.to_be_bytes());
        bytes.extend(self.index);
        bytes.extend(self.store);
        Ok(bytes)
    }
}
