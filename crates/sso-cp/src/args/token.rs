//! The kinds of `sso-cp token`, as they are typed: one struct each, with its flags and its help.
//!
//! What a kind cannot do without is asked for by its command, which can show the whole line.

use std::str::FromStr;

use argh::FromArgs;

/// Print a token for what is not an AWS API: Kubernetes, databases, caches, Kafka, registries.
///
/// A database or a cluster takes it in place of a password. Most kinds need no network where the role's
/// credentials are cached. Each kind has flags of its own: sso-cp token eks --help.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "token", help_triggers("-h", "--help"))]
pub(crate) struct Token {
    #[argh(subcommand)]
    pub(crate) kind: TokenKind,
}

/// What a token is for.
#[derive(FromArgs, Debug)]
#[argh(subcommand)]
pub(crate) enum TokenKind {
    Eks(Eks),
    Rds(Rds),
    Dsql(Dsql),
    Elasticache(Elasticache),
    Memorydb(Memorydb),
    Msk(Msk),
    Ecr(Ecr),
    Codeartifact(Codeartifact),
}

/// A token for a Kubernetes cluster of EKS, as kubectl asks for it.
///
/// Prints an ExecCredential document of the version that KUBERNETES_EXEC_INFO asks for. No network
/// where the credentials are cached. --setup prints the commands that make kubectl ask for it.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "eks", help_triggers("-h", "--help"))]
pub(crate) struct Eks {
    /// the cluster's name; of a local cluster on Outposts, its id
    #[argh(option, arg_name = "name")]
    pub(crate) cluster: Option<String>,

    /// the cluster's region; without it, the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,

    /// exec-credential (JSON, if nothing else is named), or token (the token alone)
    #[argh(option, arg_name = "name")]
    pub(crate) format: Option<TokenFormat>,

    /// ask EKS about the cluster, and print the commands that add it to the kubeconfig
    #[argh(switch)]
    pub(crate) setup: bool,
}

/// A token for a user of RDS, Aurora or RDS Proxy, which takes it for the password.
///
/// It opens connections for 15 minutes; they live on. No network where the credentials are cached. Host
/// and port are those that AWS gave the database, not those of a tunnel to it.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "rds", help_triggers("-h", "--help"))]
pub(crate) struct Rds {
    /// the database's host, as AWS names it
    #[argh(option, arg_name = "name")]
    pub(crate) hostname: Option<String>,

    /// the database's port
    #[argh(option, arg_name = "number")]
    pub(crate) port: Option<String>,

    /// the database's user
    #[argh(option, arg_name = "name")]
    pub(crate) username: Option<String>,

    /// the database's region; without it, the one in the host's name, else the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// A token for a cluster of Aurora DSQL, which takes it for the password.
///
/// It opens connections for 15 minutes; they live on. No network where the credentials are cached.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "dsql", help_triggers("-h", "--help"))]
pub(crate) struct Dsql {
    /// the cluster's host, as AWS names it
    #[argh(option, arg_name = "name")]
    pub(crate) hostname: Option<String>,

    /// for the user admin; all other users take the other token
    #[argh(switch)]
    pub(crate) admin: bool,

    /// the cluster's region; without it, the one in the host's name, else the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// A token for a user of ElastiCache, which takes it for the password.
///
/// It opens connections for 15 minutes. No network where the credentials are cached.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "elasticache", help_triggers("-h", "--help"))]
pub(crate) struct Elasticache {
    /// the name of the replication group or the serverless cache, not its host
    #[argh(option, arg_name = "name")]
    pub(crate) cluster: Option<String>,

    /// the id of the cache's user
    #[argh(option, arg_name = "name")]
    pub(crate) username: Option<String>,

    /// the cache is a serverless one
    #[argh(switch)]
    pub(crate) serverless: bool,

    /// the cache's region; without it, the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// A token for a user of MemoryDB, which takes it for the password.
///
/// It opens connections for 15 minutes. No network where the credentials are cached.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "memorydb", help_triggers("-h", "--help"))]
pub(crate) struct Memorydb {
    /// the cluster's name, not its host
    #[argh(option, arg_name = "name")]
    pub(crate) cluster: Option<String>,

    /// the cluster's user
    #[argh(option, arg_name = "name")]
    pub(crate) username: Option<String>,

    /// the cluster's region; without it, the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// A token for the brokers of Amazon MSK (Kafka), for SASL's OAUTHBEARER.
///
/// It opens connections for 15 minutes. No network where the credentials are cached.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "msk", help_triggers("-h", "--help"))]
pub(crate) struct Msk {
    /// the brokers' region; without it, the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// The password of image registries in ECR; the user is AWS.
///
/// One call gives it, for twelve hours and all registries that the role may use in a region; it is kept
/// until shortly before its end. For docker itself: sso-cp docker-credential.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "ecr", help_triggers("-h", "--help"))]
pub(crate) struct Ecr {
    /// the registry's host; without it, all of the account's region. public.ecr.aws is one too
    #[argh(option, arg_name = "host")]
    pub(crate) registry: Option<String>,

    /// the registry's region; without it, the one in the host's name, else the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// A token for the package repositories of a domain of CodeArtifact.
///
/// One call gives it, for twelve hours; it is kept until shortly before its end. pip, npm, Maven and
/// others take it as the password of the user aws, cargo as it is.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "codeartifact", help_triggers("-h", "--help"))]
pub(crate) struct Codeartifact {
    /// the domain
    #[argh(option, arg_name = "name")]
    pub(crate) domain: Option<String>,

    /// the account that owns the domain; without it, the role's own
    #[argh(option, arg_name = "digits")]
    pub(crate) domain_owner: Option<String>,

    /// the domain's region; without it, the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,
}

/// Docker's credential helper for image registries in ECR; also by the name docker-credential-sso-cp.
///
/// get reads a registry's host on stdin and prints its user and password. The profile is the one of the
/// registry's account; of several, the one with sso_cp_registry = true; of none, AWS_PROFILE. store and
/// erase change nothing, list is empty.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "docker-credential", help_triggers("-h", "--help"), usage = "<action>")]
pub(crate) struct DockerCredential {
    /// get, store, erase, list or version
    #[argh(positional)]
    pub(crate) action: Option<String>,
}

/// The forms in which a token for a cluster is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFormat {
    /// What Kubernetes clients read.
    ExecCredential,
    /// The token alone.
    Token,
}

impl FromStr for TokenFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<TokenFormat, String> {
        match name {
            "exec-credential" => Ok(TokenFormat::ExecCredential),
            "token" => Ok(TokenFormat::Token),
            _ => Err("it is one of exec-credential, token".to_owned()),
        }
    }
}
