//! What `serve` and `exec --serve` share: an endpoint with its token, and keeping it supplied.

use sso_cp_provider::{Error, Provided};
use sso_cp_serve::{Cause, Endpoint, Place, Refusal, Served, Serving};

use crate::context::Context;
use crate::messages::failure::{Direct, Failure};

/// Binds a port, with a token that nobody has ever seen.
pub(crate) fn bind(port: u16) -> Result<Endpoint, Failure> {
    let octets =
        sso_cp_login::random_octets().map_err(|error| Failure::Direct(Direct::Random { error }))?;
    Endpoint::bind(port, vec![Place::only(&octets)]).map_err(unusable)
}

/// Begins to answer, with the first credentials at hand.
pub(crate) fn serve(endpoint: Endpoint, first: Provided) -> Result<Serving, Failure> {
    let serving = endpoint.serve().map_err(unusable)?;
    serving.supply(0, Ok(served(&first)));
    Ok(serving)
}

/// Fetches whatever the endpoint needs, for ever. Each time is a call of its own, with its own time,
/// that reads the files anew: a sign-in in between is found.
pub(crate) fn keep_supplied(serving: &Serving, context: &Context) -> ! {
    loop {
        let role = serving.wait_for_need();
        let supplied = context
            .provided_ahead_of_need()
            .map(|selected| served(&selected))
            .map_err(|failure| refusal(&failure, context));
        if let Err(refusal) = &supplied {
            context.debug.tell(|| refusal.message.clone());
        }
        serving.supply(role, supplied);
    }
}

fn served(selected: &Provided) -> Served {
    Served::new(&selected.credentials, &selected.account_id.0)
}

fn refusal(failure: &Failure, context: &Context) -> Refusal {
    let cause = match failure {
        Failure::Provider(Error::SignInRequired(_))
        | Failure::NoBrowser { .. }
        | Failure::Login(_) => Cause::SignIn,
        Failure::Provider(Error::RoleRefused { .. } | Error::Scope(_)) => Cause::Refused,
        Failure::Provider(error @ Error::Network(_)) if error.is_transient() => Cause::Passing,
        _ => Cause::Local,
    };
    Refusal { cause, message: failure.one_line(&context.scene()) }
}

fn unusable(error: sso_cp_serve::Error) -> Failure {
    Failure::Direct(Direct::Endpoint { error })
}
