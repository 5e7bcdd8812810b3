//! What a reader must know about the machine and the day: numbers of another machine are other numbers.

use crate::workspace::{Outcome, stdout_of};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, thread};

/// One line: processor, cores, whether it is a guest, kernel, C library, compiler, day.
pub(super) fn described() -> Outcome<String> {
    let compiler = stdout_of(Command::new("rustc").arg("--version"))?;
    let release = compiler.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let mut facts = vec![processor(), format!("{} cores", thread::available_parallelism()?)];
    facts.extend(is_guest().then(|| "a virtual machine".to_owned()));
    facts.push(kernel());
    facts.extend(c_library());
    facts.push(release);
    facts.push(today()?);
    Ok(facts.join(", "))
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    match model {
        Some((_, name)) => format!("{} ({})", name.trim(), env::consts::ARCH),
        None => env::consts::ARCH.to_owned(),
    }
}

/// Whether a hypervisor is underneath: some instructions then cost fifty times what they cost elsewhere.
fn is_guest() -> bool {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines()
        .any(|line| line.starts_with("flags") && line.split(" ").any(|flag| flag == "hypervisor"))
}

/// The system and the first two numbers of its release; the rest is the distributor's.
fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let numbers: Vec<_> = release.trim().splitn(3, '.').take(2).collect();
    format!("{} {}", env::consts::OS, numbers.join(".")).trim_end().to_owned()
}

/// glibc says its name and version; other C libraries do not.
fn c_library() -> Option<String> {
    let said = stdout_of(Command::new("getconf").arg("GNU_LIBC_VERSION")).ok()?;
    Some(said.trim().to_owned()).filter(|said| !said.is_empty())
}

fn today() -> Outcome<String> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    Ok(format!("{year}-{month:02}-{day:02}"))
}

/// The date of a day that is counted from 1970-01-01, in the Gregorian calendar.
fn date(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= days_of_year(year) {
        days -= days_of_year(year);
        year += 1;
    }
    let february = if days_of_year(year) == 366 { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn days_of_year(year: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if is_leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(11_017), (2000, 3, 1));
        assert_eq!(date(20_453), (2025, 12, 31));
        assert_eq!(date(20_454), (2026, 1, 1));
        assert_eq!(date(47_541), (2100, 3, 1));
    }
}
