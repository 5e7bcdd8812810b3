//! `sso-cp whoami`: asks STS who the credentials are.

use serde::Serialize;
use sso_cp_provider::Caller;

use crate::args::commands::Whoami;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, json_line};
use crate::process::output;

/// As STS and the AWS CLI name the members.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    account: &'a str,
    arn: &'a str,
    user_id: &'a str,
}

/// Prints who it is, and warns where it is somebody else than configured.
pub(crate) fn run(context: &Context, flags: &Whoami) -> Result<(), Failure> {
    let target = context.target()?;
    let selection = context.selected();
    // What may be missing in the configuration is reported before anything is fetched.
    context.provider.sts(&selection)?;
    let provided = context.provided_of(&target)?;
    let caller = context.provider.caller_identity(&selection, &provided)?;
    output::print(&if flags.json { json(&caller) } else { lines(&caller) })?;
    output::warn_of(&provided.warnings, || context.scene());
    if caller.account_id != provided.account_id {
        output::warn(&format!(
            "the credentials are of account {}, but {} is configured",
            caller.account_id, provided.account_id
        ));
    }
    Ok(())
}

fn json(caller: &Caller) -> Vec<u8> {
    let Caller { account_id, arn, user_id } = caller;
    json_line(&Document { account: &account_id.0, arn, user_id }).into_bytes()
}

fn lines(caller: &Caller) -> Vec<u8> {
    let Caller { account_id, arn, user_id } = caller;
    let [account, arn, user_id] = [&account_id.0, arn, user_id].map(|text| clean(text));
    format!("account  {account}\narn      {arn}\nuser id  {user_id}\n").into_bytes()
}
