//! Policies to start from. Each passes the checks of this crate, and fits with room to spare.

/// A policy, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// By which it is asked for.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// The policy, for people to read and change.
    pub text: &'static str,
}

/// All of them, in the order of their names.
pub const EXAMPLES: [Example; 5] = [
    Example {
        name: "bedrock",
        summary: "invoke models on Bedrock, as a coding agent does, and nothing else",
        text: include_str!("examples/bedrock.json"),
    },
    Example {
        name: "logs",
        summary: "read CloudWatch logs, metrics and alarms",
        text: include_str!("examples/logs.json"),
    },
    Example {
        name: "no-identity",
        summary: "all that the role may do but identity, secrets and deletion",
        text: include_str!("examples/no-identity.json"),
    },
    Example {
        name: "one-bucket",
        summary: "read and write the objects of one bucket, named in place of BUCKET",
        text: include_str!("examples/one-bucket.json"),
    },
    Example {
        name: "read-only",
        summary: "look at common services, S3's objects included, and change nothing",
        text: include_str!("examples/read-only.json"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MAX_CHARACTERS, review};

    #[test]
    fn every_example_passes_its_own_check_with_room_to_spare() {
        const ROOM: usize = 200;
        for example in EXAMPLES {
            let (policy, findings) = review(example.text.as_bytes()).unwrap();
            assert_eq!(findings, [], "{}", example.name);
            assert!(policy.characters() + ROOM <= MAX_CHARACTERS, "{}", example.name);
            assert!(
                example.text.ends_with("}\n")
                    && example.name.len() + 2 + example.summary.len() <= 80 - 2
            );
        }
        assert!(EXAMPLES.is_sorted_by_key(|example| example.name));
    }
}
