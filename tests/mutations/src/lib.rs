//! What unit tests of several crates share. Damaged copies of good input, the same ones every time: the short version of what
//! `fuzz/` does for minutes. The dice behind them, for whatever else a test makes up. And the vectors that others made.

mod suites;

pub use suites::suite;

/// What formats are made of; it is put where it does most harm.
const MARKS: &[u8] = b"{}[]<>/&;=\",:\\ \r\n\t#%u0019-.eE\0\x1b\x7f\xc3\xff";

/// The most that is done to one copy.
const MOST_CHANGES: usize = 6;

/// Hands the seeds out, as they are and then damaged, so many times in all.
pub fn each(rounds: u32, seeds: &[&[u8]], mut take: impl FnMut(&[u8])) {
    seeds.iter().for_each(|seed| take(seed));
    let mut dice = Dice(0x5eed_5eed_5eed_5eed);
    for _ in 0..rounds {
        let mut bytes = seeds[dice.roll(seeds.len())].to_vec();
        for _ in 0..=dice.roll(MOST_CHANGES) {
            let other = seeds[dice.roll(seeds.len())];
            change(&mut bytes, other, &mut dice);
        }
        take(&bytes);
    }
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.roll(bytes.len() + 1);
    let end = at + dice.roll(bytes.len() - at + 1);
    match dice.roll(6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end.min(at + 3))),
        2 => bytes.insert(at, MARKS[dice.roll(MARKS.len())]),
        3 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.roll(8)),
        4 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        _ => {
            let from = dice.roll(other.len());
            bytes.splice(at..end, other[from..].iter().copied());
        }
    }
}

/// Numbers that look random, from a seed that is not 0 (xorshift).
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 to `sides` less one.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The upper half is the better one, and fits every pointer.
        (self.0 >> 33) as usize % sides
    }

    /// One of these.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_same_every_time_and_the_good_ones_first() {
        let collect = || {
            let mut all = Vec::new();
            super::each(100, &[b"good", b"better"], |bytes| all.push(bytes.to_vec()));
            all
        };
        let all = collect();
        assert_eq!(all, collect());
        assert_eq!([&*all[0], &*all[1]], [&b"good"[..], b"better"]);
        assert_eq!(all.len(), 102);
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(distinct.len() > 60, "{}", distinct.len());
    }
}
