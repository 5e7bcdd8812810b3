//! Order, for lists of which each call has a few.

/// The items by their keys; what has the same key stays in its order. The standard library's sort
/// would be faster for long lists, and five kilobytes of program for each type.
pub(crate) fn in_order<T, K: Ord>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut ordered = Vec::with_capacity(items.len());
    for item in items {
        let place = ordered.partition_point(|before| key(before) <= key(&item));
        ordered.insert(place, item);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_stay_as_they_stood() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        let ordered = in_order(items, |item| item.0);
        assert_eq!(ordered, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
    }
}
