//! Numbers by names, for tens of thousands of names that stand in a text already: no name is copied.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A table that is made for as many names as there will be. Its seed is the process's own, so that no file
/// can be made to slow it down.
#[derive(Debug)]
pub(crate) struct ByName {
    seed: RandomState,
    /// Each number plus one, or zero where nothing is; at most half of them are taken.
    slots: Vec<u32>,
}

impl ByName {
    pub(crate) fn with_room_for(names: usize) -> ByName {
        let slots = vec![0; (2 * names).next_power_of_two()];
        ByName { seed: RandomState::new(), slots }
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
        let mut hasher = self.seed.build_hasher();
        hasher.write(name);
        // Only the lower bits count.
        let mut slot = hasher.finish() as usize & mask;
        loop {
            match self.slots[slot] as usize {
                0 => return Err(slot),
                taken if name_of(taken - 1) == name => return Ok(taken - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
