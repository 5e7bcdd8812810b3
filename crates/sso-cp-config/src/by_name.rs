//! Numbers by names, for tens of thousands of names that stand in a text already: no name is copied.

use std::hash::{BuildHasher, RandomState};

/// A table that is made for as many names as there will be. Its seed is the process's own, so that no file
/// can be made to slow it down.
#[derive(Debug)]
pub(crate) struct ByName {
    seed: [u64; 2],
    /// Each number plus one, or zero where nothing is; at most half of them are taken.
    slots: Vec<u32>,
}

impl ByName {
    pub(crate) fn with_room_for(names: usize) -> ByName {
        let slots = vec![0; (2 * names).next_power_of_two()];
        let random = RandomState::new();
        ByName { seed: [random.hash_one(0), random.hash_one(1)], slots }
    }

    /// The number that a name has.
    pub(crate) fn get<'n>(
        &self,
        name: &[u8],
        name_of: impl Fn(usize) -> &'n [u8],
    ) -> Option<usize> {
        self.find(name, name_of).ok()
    }

    /// Gives a name its number, unless it has one: then that.
    pub(crate) fn insert<'n>(
        &mut self,
        name: &[u8],
        number: usize,
        name_of: impl Fn(usize) -> &'n [u8],
    ) -> Option<usize> {
        match self.find(name, name_of) {
            Ok(known) => Some(known),
            Err(slot) => {
                self.slots[slot] = u32::try_from(number + 1).unwrap_or_default();
                None
            }
        }
    }

    /// The number, or the slot where it would be.
    fn find<'n>(&self, name: &[u8], name_of: impl Fn(usize) -> &'n [u8]) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        // Only the lower bits count.
        let mut slot = hash(self.seed, name) as usize & mask;
        loop {
            match self.slots[slot] as usize {
                0 => return Err(slot),
                taken if name_of(taken - 1) == name => return Ok(taken - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

/// Eight bytes of the name per step, which takes a fifth of what the standard library's hash of short texts
/// does. Nobody sees the outcome, so what is wanted of it is that equal ones cannot be prepared.
fn hash([first, factor]: [u64; 2], name: &[u8]) -> u64 {
    let mut state = first;
    let (words, rest) = name.as_chunks::<8>();
    for word in words {
        state = folded(state ^ u64::from_le_bytes(*word), factor);
    }
    // The rest with its length, for a name that ends in zeros is another than one without.
    let mut last = [0, 0, 0, 0, 0, 0, 0, rest.len() as u8];
    last[..rest.len()].copy_from_slice(rest);
    // Once more, for names of one word that differ in a digit.
    folded(folded(state ^ u64::from_le_bytes(last), factor), first)
}

/// Both halves of the product, so that each bit of it depends on all of either number. An even factor would
/// lose some.
fn folded(state: u64, factor: u64) -> u64 {
    let product = u128::from(state) * u128::from(factor | 1);
    (product as u64) ^ (product >> u64::BITS) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_that_are_much_alike_have_places_far_apart() {
        let seed = [0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];
        for (prefix, suffix) in [("team-", "-admin"), ("", ""), ("a-long-prefix-of-a-name-", "")] {
            let of = |at: u32| hash(seed, format!("{prefix}{at:05}{suffix}").as_bytes());
            let places: BTreeSet<_> = (0..20_000).map(|at| of(at) & 0xffff).collect();
            // So many of 65,536 places are taken where 20,000 names fall at random: 17,200.
            assert!(places.len() > 16_900, "{} places", places.len());
        }
        let zeros = [&b"a"[..], b"a\0", b"a\0\0\0\0\0\0\0", b"a\0\0\0\0\0\0\0\0", b""];
        assert_eq!(BTreeSet::from(zeros.map(|name| hash(seed, name))).len(), zeros.len());
    }

    #[test]
    fn each_name_has_the_number_that_it_got_first() {
        let names: Vec<String> = (0..1_000).map(|at| format!("name-{}", at % 700)).collect();
        let name_of = |at: usize| names[at].as_bytes();
        let mut table = ByName::with_room_for(names.len());
        for (at, name) in names.iter().enumerate() {
            let known = table.insert(name.as_bytes(), at, name_of);
            assert_eq!(known, (at >= 700).then(|| at - 700));
        }
        assert_eq!(table.get(b"name-699", name_of), Some(699));
        assert_eq!(table.get(b"name-700", name_of), None);
        assert_eq!(ByName::with_room_for(0).get(b"x", name_of), None);
    }
}
