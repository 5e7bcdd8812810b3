//! The region that stands in the name of a host.

/// The region in the name of an RDS, Aurora or RDS Proxy endpoint: before the label `rds`, in China's
/// older names after it. Other names, such as a CNAME, tell none.
pub fn region_of_rds(host: &str) -> Option<&str> {
    let labels: Vec<&str> = host.split('.').collect();
    let rds = labels.iter().rposition(|label| label.eq_ignore_ascii_case("rds"))?;
    let is_aws = labels.get(rds + 1..)?.iter().any(|label| label.eq_ignore_ascii_case("amazonaws"));
    let before = rds.checked_sub(1).and_then(|at| labels.get(at));
    let around = [before, labels.get(rds + 1)];
    around.into_iter().flatten().copied().find(|label| is_aws && is_region_of_aws(label))
}

/// The region in the name of a DSQL cluster, or of a VPC endpoint to one: after the label `dsql` or
/// `dsql-xxxx`.
pub fn region_of_dsql(host: &str) -> Option<&str> {
    let (_, after) = host.split_once('.')?;
    let mut labels = after.split('.');
    let service = labels.next()?;
    let region = labels.next().filter(|label| is_region_of_aws(label))?;
    let is_dsql = service == "dsql" || service.starts_with("dsql-");
    (is_dsql && labels.next() == Some("on")).then_some(region)
}

/// `eu-central-1`, `us-gov-west-1`: what all of AWS's regions look like.
pub(crate) fn is_region_of_aws(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let (Some((number, words)), true) = (parts.split_last(), parts.len() >= 3) else {
        return false;
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    is_number && words.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rds_host_tells_its_region() {
        for (host, region) in [
            ("prod.c0abcdefghij.us-east-1.rds.amazonaws.com", Some("us-east-1")),
            ("PROD.c0abcdefghij.us-east-1.RDS.amazonaws.com", Some("us-east-1")),
            ("aur.cluster-c0abcdefghij.eu-west-1.rds.amazonaws.com", Some("eu-west-1")),
            ("px.proxy-c0abc.cn-northwest-1.rds.amazonaws.com.cn", Some("cn-northwest-1")),
            ("db.c0abc.rds.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("db.c0abc.us-gov-west-1.rds.amazonaws.com", Some("us-gov-west-1")),
            ("db.example.com", None),
            ("us-east-1.rds.example.com", None),
            ("rds.amazonaws.com", None),
            ("rds", None),
            ("", None),
        ] {
            assert_eq!(region_of_rds(host), region, "{host}");
        }
    }

    #[test]
    fn a_dsql_host_tells_its_region() {
        for (host, region) in [
            ("abc.dsql.us-east-1.on.aws", Some("us-east-1")),
            ("abc.dsql-fnh4.eu-west-2.on.aws", Some("eu-west-2")),
            ("abc.dsql.on.aws", None),
            ("dsql.us-east-1.on.aws", None),
            ("localhost", None),
        ] {
            assert_eq!(region_of_dsql(host), region, "{host}");
        }
    }

    #[test]
    fn regions_look_alike() {
        for good in ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "ap-southeast-10"] {
            assert!(is_region_of_aws(good), "{good}");
        }
        for bad in ["", "us", "us-east", "us-east-x", "-east-1", "us--1", "US-EAST-1", "a-b-1-"] {
            assert!(!is_region_of_aws(bad), "{bad}");
        }
    }
}
