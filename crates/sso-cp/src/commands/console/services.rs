//! The services of the console by their short names, and where each one's page is.

/// One a line: the name, and the page where it is not `NAME/home`. A slash before the page means that the service
/// is in no region, so its page is at the host without one.
const SERVICES: &str = "\
acm
amplify
apigateway apigateway/main/apis
apprunner
appsync
athena
autoscaling ec2/home#AutoScalingGroups:
backup
batch
bedrock
billing /billing/home
budgets /billing/home#/budgets
cloudformation
cloudfront /cloudfront/v4/home
cloudshell
cloudtrail cloudtrailv2/home
cloudwatch
codeartifact codesuite/codeartifact/start
codebuild codesuite/codebuild/projects
codecommit codesuite/codecommit/repositories
codedeploy codesuite/codedeploy/applications
codepipeline codesuite/codepipeline/pipelines
cognito cognito/v2/home
config
costexplorer /cost-management/home#/cost-explorer
dynamodb dynamodbv2/home
ec2
ecr ecr/repositories
ecs ecs/v2/clusters
efs
eks
elasticache
elb ec2/home#LoadBalancers:
emr
eventbridge events/home
fsx
glue
guardduty
health /health/home
iam /iam/home
identitycenter singlesignon/home
inspector inspector/v2/home
kinesis
kms
lambda
logs cloudwatch/home#logsV2:log-groups
macie
mq amazon-mq/home
msk
neptune
opensearch aos/home
organizations /organizations/v2/home
parameterstore systems-manager/parameters
quicksight
ram
rds
redshift redshiftv2/home
route53 /route53/v2/home
s3
sagemaker
secretsmanager
securityhub
servicecatalog
servicequotas
ses
sns sns/v3/home
sqs sqs/v3/home
ssm systems-manager/home
stepfunctions states/home
support /support/home
transfer
trustedadvisor /trustedadvisor/home
vpc vpcconsole/home
waf wafv2/homev2
workspaces
xray
";

/// The console's host by what a region begins with; the last one is of all other regions. The isolated partitions'
/// hosts are not public.
const HOSTS: [(&str, &str); 6] = [
    ("cn-", "console.amazonaws.cn"),
    ("us-gov-", "console.amazonaws-us-gov.com"),
    ("eusc-", "console.amazonaws-eusc.eu"),
    ("us-iso", ""),
    ("eu-iso", ""),
    ("", "console.aws.amazon.com"),
];

/// A service of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Service {
    page: Option<&'static str>,
    name: &'static str,
}

/// The names, in the order of the alphabet.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SERVICES.lines().map(|line| line.split_once(' ').map_or(line, |(name, _)| name))
}

/// The service of that name.
pub(crate) fn service(name: &str) -> Option<Service> {
    let line = SERVICES.lines().zip(names()).find(|(_, known)| known.eq_ignore_ascii_case(name));
    line.map(|(line, name)| Service { name, page: line.split_once(' ').map(|(_, page)| page) })
}

impl Service {
    /// The address of its page. `region` is where the person works, `home` any region of the same partition: without
    /// the first, the console shows the region that was seen last. `None` where the console's host is not known.
    pub(crate) fn address(self, region: Option<&str>, home: &str) -> Option<String> {
        let partition = region.unwrap_or(home);
        let (_, host) = HOSTS.iter().find(|(prefix, _)| partition.starts_with(prefix))?;
        if host.is_empty() {
            return None;
        }
        let path = self.page.map_or_else(|| [self.name, "/home"].concat(), str::to_owned);
        let place = path.strip_prefix('/');
        let (path, anchor) = match place.unwrap_or(&path).split_once('#') {
            Some((path, anchor)) => (path, ["#", anchor].concat()),
            None => (place.unwrap_or(&path), String::new()),
        };
        Some(match region {
            Some(region) if place.is_none() => {
                format!("https://{region}.{host}/{path}?region={region}{anchor}")
            }
            Some(region) => format!("https://{host}/{path}?region={region}{anchor}"),
            None => format!("https://{host}/{path}{anchor}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(name: &str, region: Option<&str>, home: &str) -> String {
        service(name).unwrap().address(region, home).unwrap_or_default()
    }

    #[test]
    fn a_service_has_its_page_in_its_partition() {
        let aws = "console.aws.amazon.com";
        for (name, region, expected) in [
            ("s3", Some("eu-west-1"), format!("https://eu-west-1.{aws}/s3/home?region=eu-west-1")),
            ("S3", None, format!("https://{aws}/s3/home")),
            ("iam", Some("eu-west-1"), format!("https://{aws}/iam/home?region=eu-west-1")),
            ("logs", Some("us-east-1"), {
                format!(
                    "https://us-east-1.{aws}/cloudwatch/home?region=us-east-1#logsV2:log-groups"
                )
            }),
            ("iam", Some("cn-north-1"), {
                "https://console.amazonaws.cn/iam/home?region=cn-north-1".to_owned()
            }),
            ("ec2", Some("us-gov-west-1"), {
                "https://us-gov-west-1.console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1"
                    .to_owned()
            }),
            ("ec2", Some("eusc-de-east-1"), {
                "https://eusc-de-east-1.console.amazonaws-eusc.eu/ec2/home?region=eusc-de-east-1"
                    .to_owned()
            }),
            ("ec2", Some("us-iso-east-1"), String::new()),
            ("ec2", Some("us-isob-east-1"), String::new()),
        ] {
            assert_eq!(address(name, region, "us-east-1"), expected, "{name} {region:?}");
        }
        assert_eq!(address("s3", None, "cn-north-1"), "https://console.amazonaws.cn/s3/home");
    }

    #[test]
    fn every_service_is_in_the_documentation() {
        let page = include_str!("../../../../../docs/commands/console.md");
        let (_, list) = page.split_once("## Services").unwrap();
        let (list, _) = list.split_once(".\n").unwrap();
        let documented: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        assert_eq!(documented, names().collect::<Vec<_>>());
    }

    #[test]
    fn every_service_stands_once_and_has_a_plain_address() {
        let names: Vec<&str> = names().collect();
        assert!(names.is_sorted() && names.len() >= 60, "{}", names.len());
        for name in names {
            let address = address(name, Some("eu-west-1"), "");
            sso_cp_login::check_openable(&address).unwrap();
            assert!(address.matches("?region=eu-west-1").count() == 1, "{address}");
            assert!(!address.contains("//iam") && !address.contains(' '), "{address}");
        }
        assert_eq!((service("frobnicate"), service("")), (None, None));
    }
}
