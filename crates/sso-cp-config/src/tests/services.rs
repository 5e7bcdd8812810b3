//! Where the services of tokens are, and whose profile speaks for a registry.

use super::{HOME, Scratch};
use crate::{
    Env, Files, Selection, Service, Target, Variants, aws_endpoint, registry_profiles, session,
    target,
};

const PLAIN: Variants = Variants { fips: false, dual_stack: false };
const FIPS: Variants = Variants { fips: true, dual_stack: false };
const DUAL: Variants = Variants { fips: false, dual_stack: true };
const BOTH: Variants = Variants { fips: true, dual_stack: true };

/// Read off botocore 1.44.8's endpoint rules.
#[test]
fn the_hosts_are_botocore_s() {
    for (service, region, [plain, dual, fips, both]) in [
        (
            Service::Ecr,
            "us-east-1",
            [
                "api.ecr.us-east-1.amazonaws.com",
                "ecr.us-east-1.api.aws",
                "api.ecr-fips.us-east-1.amazonaws.com",
                "ecr-fips.us-east-1.api.aws",
            ],
        ),
        (
            Service::Ecr,
            "cn-north-1",
            [
                "api.ecr.cn-north-1.amazonaws.com.cn",
                "ecr.cn-north-1.api.amazonwebservices.com.cn",
                "api.ecr-fips.cn-north-1.amazonaws.com.cn",
                "ecr-fips.cn-north-1.api.amazonwebservices.com.cn",
            ],
        ),
        (
            Service::Ecr,
            "us-gov-west-1",
            [
                "api.ecr.us-gov-west-1.amazonaws.com",
                "ecr.us-gov-west-1.api.aws",
                "api.ecr-fips.us-gov-west-1.amazonaws.com",
                "ecr-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            Service::EcrPublic,
            "us-east-1",
            [
                "api.ecr-public.us-east-1.amazonaws.com",
                "ecr-public.us-east-1.api.aws",
                "api.ecr-public-fips.us-east-1.amazonaws.com",
                "api.ecr-public-fips.us-east-1.api.aws",
            ],
        ),
        (
            Service::CodeArtifact,
            "eu-west-1",
            [
                "codeartifact.eu-west-1.amazonaws.com",
                "codeartifact.eu-west-1.api.aws",
                "codeartifact-fips.eu-west-1.amazonaws.com",
                "codeartifact-fips.eu-west-1.api.aws",
            ],
        ),
        (
            Service::CodeArtifact,
            "us-gov-west-1",
            [
                "codeartifact.us-gov-west-1.amazonaws.com",
                "codeartifact.us-gov-west-1.api.aws",
                "codeartifact-fips.us-gov-west-1.amazonaws.com",
                "codeartifact-fips.us-gov-west-1.api.aws",
            ],
        ),
        // There is no host of the older form.
        (
            Service::AccountAccess,
            "us-east-1",
            [
                "account-access-runtime.us-east-1.api.aws",
                "account-access-runtime.us-east-1.api.aws",
                "account-access-runtime-fips.us-east-1.api.aws",
                "account-access-runtime-fips.us-east-1.api.aws",
            ],
        ),
        (
            Service::Eks,
            "us-east-1",
            [
                "eks.us-east-1.amazonaws.com",
                "eks.us-east-1.api.aws",
                "fips.eks.us-east-1.amazonaws.com",
                "eks-fips.us-east-1.api.aws",
            ],
        ),
        (
            Service::Eks,
            "us-gov-west-1",
            [
                "eks.us-gov-west-1.amazonaws.com",
                "eks.us-gov-west-1.api.aws",
                "eks.us-gov-west-1.amazonaws.com",
                "eks-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            Service::Eks,
            "eusc-de-east-1",
            [
                "eks.eusc-de-east-1.amazonaws.eu",
                "eks.eusc-de-east-1.api.amazonwebservices.eu",
                "eks-fips.eusc-de-east-1.amazonaws.eu",
                "eks-fips.eusc-de-east-1.api.amazonwebservices.eu",
            ],
        ),
    ] {
        for (variants, host) in [(PLAIN, plain), (DUAL, dual), (FIPS, fips), (BOTH, both)] {
            let url = aws_endpoint(service, region, variants);
            assert_eq!(url, format!("https://{host}"), "{service:?} {region} {variants:?}");
        }
    }
}

const CONFIG: &str = "\
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ReadOnly
region = eu-central-1
services = local

[profile twin]
sso_cp_session = corp
sso_cp_account_id = 111122223333
sso_cp_role_name = ReadOnly
services = local

[profile push]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Push
sso_cp_registry = true

[profile other]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = ReadOnly

[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deploy
source_profile = dev
region = us-east-1

[profile broken]
sso_session = nowhere
sso_account_id = 777788889999
sso_role_name = ReadOnly

[services local]
ecr =
  endpoint_url = http://127.0.0.1:1234/ecr
eks =
  endpoint_url = http://10.0.0.1/
";

fn files(scratch: &Scratch) -> Files {
    Files::locate(&Env::listed([(HOME, scratch.home())])).unwrap()
}

fn of(name: &str, env: &Env) -> Target {
    let scratch = Scratch::new().with("config", CONFIG);
    target(&Selection::Profile(name.to_owned()), &files(&scratch), env).unwrap()
}

#[test]
fn a_region_is_configured_or_there_is_none() {
    let nothing = Env::listed::<&str, &str>([]);
    let both = Env::listed([("AWS_REGION", "us-west-2"), ("AWS_DEFAULT_REGION", "us-west-1")]);
    let region = |name: &str, env: &Env| of(name, env).service_region(env).unwrap();
    assert_eq!(region("dev", &both).as_deref(), Some("eu-central-1"));
    assert_eq!(region("twin", &both).as_deref(), Some("us-west-2"));
    assert_eq!(region("twin", &nothing), None);
    for bad in ["x.evil.example/", "aws-global", "1"] {
        let env = Env::listed([("AWS_REGION", bad)]);
        assert!(of("twin", &env).service_region(&env).is_err(), "{bad}");
    }
}

#[test]
fn an_endpoint_of_one_s_own_goes_before_aws_s_and_never_into_a_token() {
    let env = Env::listed([("AWS_ENDPOINT_URL_CODEARTIFACT", "http://127.0.0.1:9/ca/")]);
    let dev = of("dev", &env);
    let url = |service, asked| {
        dev.service_endpoint(service, "eu-west-1", asked, &env).map(|endpoint| endpoint.url)
    };
    assert_eq!(url(Service::Ecr, FIPS).unwrap(), "http://127.0.0.1:1234/ecr");
    assert_eq!(url(Service::CodeArtifact, PLAIN).unwrap(), "http://127.0.0.1:9/ca");
    assert_eq!(
        url(Service::EcrPublic, BOTH).unwrap(),
        "https://api.ecr-public-fips.eu-west-1.api.aws"
    );
    assert!(url(Service::Eks, PLAIN).unwrap_err().to_string().contains("plain http"));
    let everything = Env::listed([
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
    ]);
    let sts = of("dev", &everything).aws_service_endpoint(Service::Sts, "eu-west-1", &everything);
    assert_eq!(sts, "https://sts.eu-west-1.api.aws");
}

/// A portal of the dual-stack form is signed in to by device code where its pages come from, unless the
/// configuration says something about it.
#[test]
fn a_dual_stack_portal_is_asked_at_dual_stack_hosts() {
    let session = |config: &str, env: &Env| {
        let scratch = Scratch::new().with("config", config);
        let selection = Selection::Profile("dev".to_owned());
        session(&selection, &files(&scratch), env).unwrap()
    };
    let url = |config: &str, env: &Env| session(config, env).dual_stack_oidc(env).unwrap().url;
    let env = |name: &str, value: &str| Env::listed([(name, value)]);
    let nothing = Env::listed::<&str, &str>([]);
    let said = |line: &str| CONFIG.replace("services = local", line);
    let (dual, plain) = ("https://oidc.eu-west-1.api.aws", "https://oidc.eu-west-1.amazonaws.com");
    assert_eq!(url(CONFIG, &nothing), dual);
    assert_eq!(url(&said("use_dualstack_endpoint = false"), &nothing), plain);
    assert_eq!(url(&said("use_dualstack_endpoint = true"), &nothing), dual);
    assert_eq!(url(CONFIG, &env("AWS_USE_DUALSTACK_ENDPOINT", "false")), plain);
    let fips = env("AWS_USE_FIPS_ENDPOINT", "true");
    assert_eq!(url(CONFIG, &fips), "https://oidc-fips.eu-west-1.api.aws");
    let own = env("AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:9");
    assert_eq!(url(CONFIG, &own), "http://127.0.0.1:9");
    assert_eq!(session(CONFIG, &nothing).oidc(&nothing).unwrap().url, plain, "for all else");
}

#[test]
fn a_registry_s_profiles_are_those_of_its_account() {
    let scratch = Scratch::new().with("config", CONFIG);
    let env = Env::listed::<&str, &str>([]);
    let names = |account: Option<&str>| -> Vec<(String, bool, bool)> {
        let found = registry_profiles(account, &files(&scratch), &env).unwrap();
        let found = found.into_iter();
        found.map(|found| (found.name, found.is_marked, found.target.is_ok())).collect()
    };
    let row = |name: &str, is_marked, is_ok| (name.to_owned(), is_marked, is_ok);
    let dev_and_push = [row("dev", false, true), row("push", true, true)];
    assert_eq!(names(Some("111122223333")), dev_and_push);
    let other = [row("other", false, true), row("deploy", false, true)];
    assert_eq!(names(Some("444455556666")), other);
    assert_eq!(names(Some("777788889999")), [row("broken", false, false)]);
    assert_eq!(names(Some("000000000000")), []);
    assert_eq!(names(None), [row("push", true, true)]);
}
