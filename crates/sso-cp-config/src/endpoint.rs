//! Which hosts the tokens may go to: AWS's own by partition, or the ones that the configuration
//! names. Nothing in a cache file or a reply ever chooses a host.

use url::{Host, Url};

use crate::error::Place;
use crate::section::Section;
use crate::{Env, Error, keys};

/// The pseudo-region of the one endpoint that is in no region, and the region that it signs for.
pub(crate) const GLOBAL: &str = "aws-global";
pub(crate) const GLOBAL_SIGNS_AS: &str = "us-east-1";

/// Asks for hosts with IPv6 addresses too.
const DUAL_STACK_VARIABLE: &str = "AWS_USE_DUALSTACK_ENDPOINT";

/// The services that `sso-cp` talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Signing in and renewing: `oidc.REGION...`.
    Oidc,
    /// The access portal: `portal.sso.REGION...`.
    Portal,
    /// Assuming roles: `sts.REGION...`.
    Sts,
    /// Passwords of private image registries: `api.ecr.REGION...`.
    Ecr,
    /// Passwords of the public image registry: `api.ecr-public.REGION...`.
    EcrPublic,
    /// Tokens of package repositories: `codeartifact.REGION...`.
    CodeArtifact,
    /// Descriptions of Kubernetes clusters: `eks.REGION...`.
    Eks,
    /// Roles that account access manager gives: `account-access-runtime.REGION...`.
    AccountAccess,
}

impl Service {
    const ALL: [Service; 8] = [
        Service::Oidc,
        Service::Portal,
        Service::Sts,
        Service::Ecr,
        Service::EcrPublic,
        Service::CodeArtifact,
        Service::Eks,
        Service::AccountAccess,
    ];

    /// The part of the host before the region (botocore's endpoint rules).
    fn host_prefix(self, variants: Variants, partition: &Partition) -> &'static str {
        let Variants { fips, dual_stack } = variants;
        // GovCloud's ordinary hosts are validated already; of these services they have no second name.
        let is_govcloud = partition.prefix == "us-gov-";
        let has_own_host = fips && (dual_stack || !is_govcloud);
        match self {
            Service::Oidc if has_own_host => "oidc-fips",
            Service::Oidc => "oidc",
            Service::Portal if has_own_host => "portal.sso-fips",
            Service::Portal => "portal.sso",
            Service::Sts if has_own_host => "sts-fips",
            Service::Sts => "sts",
            Service::Ecr if dual_stack && fips => "ecr-fips",
            Service::Ecr if dual_stack => "ecr",
            Service::Ecr if fips => "api.ecr-fips",
            Service::Ecr => "api.ecr",
            Service::EcrPublic if fips => "api.ecr-public-fips",
            Service::EcrPublic if dual_stack => "ecr-public",
            Service::EcrPublic => "api.ecr-public",
            Service::CodeArtifact if fips => "codeartifact-fips",
            Service::CodeArtifact => "codeartifact",
            Service::Eks if fips && !dual_stack && partition.prefix.is_empty() => "fips.eks",
            Service::Eks if has_own_host => "eks-fips",
            Service::Eks => "eks",
            Service::AccountAccess if fips => "account-access-runtime-fips",
            Service::AccountAccess => "account-access-runtime",
        }
    }

    /// The variable that names an endpoint for this service alone.
    fn variable(self) -> &'static str {
        match self {
            Service::Oidc => "AWS_ENDPOINT_URL_SSO_OIDC",
            Service::Portal => "AWS_ENDPOINT_URL_SSO",
            Service::Sts => "AWS_ENDPOINT_URL_STS",
            Service::Ecr => "AWS_ENDPOINT_URL_ECR",
            Service::EcrPublic => "AWS_ENDPOINT_URL_ECR_PUBLIC",
            Service::CodeArtifact => "AWS_ENDPOINT_URL_CODEARTIFACT",
            Service::Eks => "AWS_ENDPOINT_URL_EKS",
            Service::AccountAccess => "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME",
        }
    }

    /// The service's name in a `[services ...]` section.
    fn block(self) -> &'static str {
        match self {
            Service::Oidc => "sso_oidc",
            Service::Portal => "sso",
            Service::Sts => "sts",
            Service::Ecr => "ecr",
            Service::EcrPublic => "ecr_public",
            Service::CodeArtifact => "codeartifact",
            Service::Eks => "eks",
            Service::AccountAccess => "account_access_runtime",
        }
    }
}

/// The kinds of AWS's own hosts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Variants {
    /// Hosts with validated cryptography.
    pub fips: bool,
    /// Hosts with IPv6 addresses too.
    pub dual_stack: bool,
}

struct Partition {
    /// What a region of this partition begins with.
    prefix: &'static str,
    dns: &'static str,
    dual_stack_dns: &'static str,
}

const COMMERCIAL: Partition =
    Partition { prefix: "", dns: "amazonaws.com", dual_stack_dns: "api.aws" };

/// AWS's endpoint rules (botocore's partitions.json). Whatever matches none of them is commercial.
const OTHER_PARTITIONS: [Partition; 7] = [
    Partition {
        prefix: "cn-",
        dns: "amazonaws.com.cn",
        dual_stack_dns: "api.amazonwebservices.com.cn",
    },
    Partition { prefix: "us-gov-", dns: "amazonaws.com", dual_stack_dns: "api.aws" },
    Partition { prefix: "eusc-", dns: "amazonaws.eu", dual_stack_dns: "api.amazonwebservices.eu" },
    Partition { prefix: "us-iso-", dns: "c2s.ic.gov", dual_stack_dns: "api.aws.ic.gov" },
    Partition { prefix: "us-isob-", dns: "sc2s.sgov.gov", dual_stack_dns: "api.aws.scloud" },
    Partition {
        prefix: "eu-isoe-",
        dns: "cloud.adc-e.uk",
        dual_stack_dns: "api.cloud-aws.adc-e.uk",
    },
    Partition { prefix: "us-isof-", dns: "csp.hci.ic.gov", dual_stack_dns: "api.aws.hci.ic.gov" },
];

/// AWS's own endpoint for a region, which must be a valid host label.
pub fn aws_endpoint(service: Service, region: &str, variants: Variants) -> String {
    if service == Service::Sts && region == GLOBAL {
        return match variants {
            Variants { fips: false, dual_stack: false } => "https://sts.amazonaws.com".to_owned(),
            // The endpoint without a region has no variants.
            variants => aws_endpoint(service, GLOBAL_SIGNS_AS, variants),
        };
    }
    let partition = OTHER_PARTITIONS
        .iter()
        .find(|partition| region.starts_with(partition.prefix))
        .unwrap_or(&COMMERCIAL);
    // Account access manager has hosts of the newer form alone.
    let is_dual_stack = variants.dual_stack || service == Service::AccountAccess;
    let dns = if is_dual_stack { partition.dual_stack_dns } else { partition.dns };
    let prefix = service.host_prefix(variants, partition);
    format!("https://{prefix}.{region}.{dns}")
}

/// Whether a region can stand in a host name: one label, so that it cannot lead anywhere else
/// (botocore's rule).
pub fn is_region(region: &str) -> bool {
    const MAX_LABEL: usize = 63;
    (1..=MAX_LABEL).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a profile says about endpoints. Most calls end at the cache, so it is only kept here and
/// understood when an endpoint is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct EndpointSettings {
    fips: Option<bool>,
    dual_stack: Option<bool>,
    ignored: Option<bool>,
    /// The endpoints of its `services` section.
    services: Vec<(Service, Custom)>,
    /// Its own `endpoint_url`, for all services.
    own: Option<Custom>,
}

/// An endpoint of the user's own, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Custom {
    url: String,
    origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Origin {
    Variable(&'static str),
    Section(Place),
}

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The base URL, without a slash at its end.
    pub url: String,
    /// Which of AWS's own endpoints it is; `None` where the configuration names another.
    pub variants: Option<Variants>,
}

impl EndpointSettings {
    pub(crate) fn read(profile: Option<&Section>, services: Option<&Section>) -> EndpointSettings {
        let Some(profile) = profile else { return EndpointSettings::default() };
        let custom = |url: String, section: &Section| Custom {
            url,
            origin: Origin::Section(section.place()),
        };
        let of_service = |service: Service| {
            let services = services?;
            let url = services.get_nested(service.block(), keys::ENDPOINT_URL)?;
            Some((service, custom(url, services)))
        };
        EndpointSettings {
            fips: profile.switch(keys::USE_FIPS_ENDPOINT),
            dual_stack: profile.switch(keys::USE_DUALSTACK_ENDPOINT),
            ignored: profile.switch(keys::IGNORE_CONFIGURED_ENDPOINT_URLS),
            services: Service::ALL.into_iter().filter_map(of_service).collect(),
            own: profile.owned(keys::ENDPOINT_URL).map(|url| custom(url, profile)),
        }
    }

    /// The same without the endpoints that the user has written: those are for one Region.
    #[must_use]
    pub fn without_urls(&self) -> EndpointSettings {
        EndpointSettings { services: Vec::new(), own: None, ..self.clone() }
    }

    /// Where a service is, by these settings and the variables that go before them.
    ///
    /// # Errors
    ///
    /// The endpoint that is named cannot be used, or not with FIPS or dual stack.
    pub fn resolve(&self, service: Service, region: &str, env: &Env) -> Result<Endpoint, Error> {
        self.resolve_as(service, region, self.variants(env), env)
    }

    /// The same, where nothing says whether IPv6 is wanted: at hosts that have it.
    pub(crate) fn resolve_dual_stack(
        &self,
        service: Service,
        region: &str,
        env: &Env,
    ) -> Result<Endpoint, Error> {
        let mut variants = self.variants(env);
        let is_said = env.switch(DUAL_STACK_VARIABLE).or(self.dual_stack).is_some();
        let is_custom = self.custom(service, env).is_some();
        variants.dual_stack |= !is_said && !is_custom;
        self.resolve_as(service, region, variants, env)
    }

    fn resolve_as(
        &self,
        service: Service,
        region: &str,
        variants: Variants,
        env: &Env,
    ) -> Result<Endpoint, Error> {
        let Some(custom) = self.custom(service, env) else {
            let url = aws_endpoint(service, region, variants);
            return Ok(Endpoint { url, variants: Some(variants) });
        };
        let refused =
            |variant| Error::EndpointVariant { variant, endpoint_from: custom.origin.name() };
        if variants.fips {
            return Err(refused("FIPS"));
        }
        if variants.dual_stack {
            return Err(refused("dual stack"));
        }
        let url =
            check_endpoint(&custom.url).map_err(|problem| custom.origin.clone().error(problem))?;
        Ok(Endpoint { url, variants: None })
    }

    /// Which of AWS's own endpoints are asked for.
    pub fn variants(&self, env: &Env) -> Variants {
        let switch = |name, own: Option<bool>| env.switch(name).or(own).unwrap_or(false);
        Variants {
            fips: switch("AWS_USE_FIPS_ENDPOINT", self.fips),
            dual_stack: switch(DUAL_STACK_VARIABLE, self.dual_stack),
        }
    }

    /// The order of the AWS CLI: variables before the profile, the service's own before the one for
    /// all services.
    fn custom(&self, service: Service, env: &Env) -> Option<Custom> {
        let ignored = env.switch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").or(self.ignored);
        if ignored.unwrap_or(false) {
            return None;
        }
        for variable in [service.variable(), "AWS_ENDPOINT_URL"] {
            if let Some(url) = env.text(variable) {
                return Some(Custom { url, origin: Origin::Variable(variable) });
            }
        }
        let of_service = self.services.iter().find(|(named, _)| *named == service);
        of_service.map(|(_, custom)| custom).or(self.own.as_ref()).cloned()
    }
}

impl Origin {
    fn name(&self) -> String {
        match self {
            Origin::Variable(name) => (*name).to_owned(),
            Origin::Section(place) => format!("endpoint_url of [{}]", place.section),
        }
    }

    fn error(self, problem: String) -> Error {
        match self {
            Origin::Variable(name) => Error::BadInput { name: name.to_owned(), problem },
            Origin::Section(place) => {
                Error::BadValue { place, key: keys::ENDPOINT_URL.to_owned(), problem }
            }
        }
    }
}

/// Tokens travel to this URL, so it is https, or http that stays on this machine.
fn check_endpoint(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("is not a URL: {error}"))?;
    let Some(host) = url.host() else { return Err("is a URL without a host".to_owned()) };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&host) => {}
        "http" => {
            return Err(format!("would send tokens over plain http to {host}; only https is safe"));
        }
        other => return Err(format!("is a URL of the unusable kind `{other}:`")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("holds a query or a fragment".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
