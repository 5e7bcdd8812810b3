//! Vectors that others made.

/// A file of them as JSON. `None` where they are not on this machine.
pub(crate) fn read(name: &str) -> Option<serde_json::Value> {
    mutations::suite(name).map(|text| serde_json::from_str(&text).unwrap())
}
