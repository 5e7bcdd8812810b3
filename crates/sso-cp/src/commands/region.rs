//! A profile's region, as it is handed on.

use sso_cp_config::{Error, is_region};

use crate::messages::failure::Failure;

/// The two spellings: the AWS CLI and most SDKs read the first, boto3 only the second.
pub(crate) const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// A region that means nothing to any shell.
///
/// # Errors
///
/// It is none.
pub(crate) fn plain_region(region: Option<&str>) -> Result<Option<&str>, Failure> {
    match region.filter(|region| !is_region(region)) {
        None => Ok(region),
        Some(odd) => {
            let problem = format!("is not a region: `{odd}`");
            Err(Failure::from(Error::BadInput { name: "region".to_owned(), problem }))
        }
    }
}
