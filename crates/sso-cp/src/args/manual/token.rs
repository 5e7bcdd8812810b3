//! The kinds of `sso-cp token`.

use super::entry::{Command, Flag, Values, option, switch};

/// The forms of a token for a cluster.
const FORMATS: &[&str] = &["exec-credential", "token"];

/// The kinds, in the order of the page.
pub(crate) const KINDS: &[Command] = &[
    Command {
        word: "eks",
        about: "A token for a Kubernetes cluster of EKS, as kubectl asks for it. Prints an ExecCredential document of the version that KUBERNETES_EXEC_INFO asks for. No network where the credentials are cached. --setup prints the commands that make kubectl ask for it.",
        flags: &[
            option(
                "--cluster",
                "name",
                Values::Any,
                "the cluster's name; of a local cluster on Outposts, its id",
            ),
            region("the cluster's region; without it, the profile's"),
            option(
                "--format",
                "name",
                Values::OneOf(FORMATS),
                "exec-credential (JSON, if nothing else is named), or token (the token alone)",
            ),
            switch(
                "--setup",
                "ask EKS about the cluster, and print the commands that add it to the kubeconfig",
            ),
        ],
        operand: None,
    },
    Command {
        word: "rds",
        about: "A token for a user of RDS, Aurora or RDS Proxy, which takes it for the password. It opens connections for 15 minutes; they live on. No network where the credentials are cached. Host and port are those that AWS gave the database, not those of a tunnel to it.",
        flags: &[
            option("--hostname", "name", Values::Any, "the database's host, as AWS names it"),
            option("--port", "number", Values::Any, "the database's port"),
            option("--username", "name", Values::Any, "the database's user"),
            region(
                "the database's region; without it, the one in the host's name, else the profile's",
            ),
        ],
        operand: None,
    },
    Command {
        word: "dsql",
        about: "A token for a cluster of Aurora DSQL, which takes it for the password. It opens connections for 15 minutes; they live on. No network where the credentials are cached.",
        flags: &[
            option("--hostname", "name", Values::Any, "the cluster's host, as AWS names it"),
            switch("--admin", "for the user admin; all other users take the other token"),
            region(
                "the cluster's region; without it, the one in the host's name, else the profile's",
            ),
        ],
        operand: None,
    },
    Command {
        word: "elasticache",
        about: "A token for a user of ElastiCache, which takes it for the password. It opens connections for 15 minutes. No network where the credentials are cached.",
        flags: &[
            option(
                "--cluster",
                "name",
                Values::Any,
                "the name of the replication group or the serverless cache, not its host",
            ),
            option("--username", "name", Values::Any, "the id of the cache's user"),
            switch("--serverless", "the cache is a serverless one"),
            region("the cache's region; without it, the profile's"),
        ],
        operand: None,
    },
    Command {
        word: "memorydb",
        about: "A token for a user of MemoryDB, which takes it for the password. It opens connections for 15 minutes. No network where the credentials are cached.",
        flags: &[
            option("--cluster", "name", Values::Any, "the cluster's name, not its host"),
            option("--username", "name", Values::Any, "the cluster's user"),
            region("the cluster's region; without it, the profile's"),
        ],
        operand: None,
    },
    Command {
        word: "msk",
        about: "A token for the brokers of Amazon MSK (Kafka), for SASL's OAUTHBEARER. It opens connections for 15 minutes. No network where the credentials are cached.",
        flags: &[region("the brokers' region; without it, the profile's")],
        operand: None,
    },
    Command {
        word: "ecr",
        about: "The password of image registries in ECR; the user is AWS. One call gives it, for twelve hours and all registries that the role may use in a region; it is kept until shortly before its end. For docker itself: sso-cp docker-credential.",
        flags: &[
            option(
                "--registry",
                "host",
                Values::Any,
                "the registry's host; without it, all of the account's region. public.ecr.aws is one too",
            ),
            region(
                "the registry's region; without it, the one in the host's name, else the profile's",
            ),
        ],
        operand: None,
    },
    Command {
        word: "codeartifact",
        about: "A token for the package repositories of a domain of CodeArtifact. One call gives it, for twelve hours; it is kept until shortly before its end. pip, npm, Maven and others take it as the password of the user aws, cargo as it is.",
        flags: &[
            option("--domain", "name", Values::Any, "the domain"),
            option(
                "--domain-owner",
                "digits",
                Values::Any,
                "the account that owns the domain; without it, the role's own",
            ),
            region("the domain's region; without it, the profile's"),
        ],
        operand: None,
    },
];

const fn region(about: &'static str) -> Flag {
    option("--region", "name", Values::Any, about)
}
