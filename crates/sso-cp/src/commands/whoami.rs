//! `sso-cp whoami`: asks STS who the credentials are.

use serde::Serialize;
use sso_cp_config::{Session, StsEndpoint, Target};
use sso_cp_http::CallError;
use sso_cp_sts::{Caller, Sts};

use crate::args::commands::Whoami;
use crate::clock;
use crate::context::Context;
use crate::credentials::{Issued, issue};
use crate::messages::failure::{Direct, Failure};
use crate::messages::text::{clean, json_line};
use crate::network;
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
    // What may be missing in the configuration is told before anything is fetched.
    let (endpoint, session) = service(&target, context)?;
    let Issued { credentials, account_id, .. } = issue(target, context)?;
    let client = network::client(&session, context);
    let deadline = context.started + clock::TOTAL;
    let sts = Sts { client: &client, url: &endpoint.url, region: &endpoint.region, deadline };
    let caller = sts.caller_identity(&credentials).map_err(not_believed)?;
    output::print(&if flags.json { json(&caller) } else { lines(&caller) })?;
    if caller.account_id.0 != account_id {
        context.warn(&format!(
            "the credentials are of account {}, but {account_id} is configured",
            caller.account_id
        ));
    }
    context.tell_warnings();
    Ok(())
}

/// Where to ask, and how to get there.
fn service(target: &Target, context: &Context) -> Result<(StsEndpoint, Session), Failure> {
    Ok(match target {
        Target::Chain(chain) => (chain.sts.clone(), chain.source.session.clone()),
        Target::Role(role) => {
            let region = &role.session.region;
            let endpoint =
                sso_cp_config::sts(&context.selected(), region, &context.files, &context.env);
            (endpoint.map_err(Failure::Config)?, role.session.clone())
        }
    })
}

/// Everybody may ask, so a no is about the credentials.
fn not_believed(error: CallError) -> Failure {
    match error {
        CallError::Refused { .. } if !error.is_passing() => {
            Failure::Direct(Direct::NotBelieved { error: Box::new(error) })
        }
        _ => Failure::Network(Box::new(error)),
    }
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
