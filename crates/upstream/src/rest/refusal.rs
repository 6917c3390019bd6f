//! Why a request to an API came to nothing, in words for who configured the API.

use egress::{Cause, Error};

/// Says it.
pub(crate) fn words(error: &Error) -> String {
    match error {
        Error::Denied { host, port } => format!(
            "it redirects to {host}:{port}, another host or port than is configured, which is not \
             followed"
        ),
        Error::Unreachable { host, port, cause } => {
            let why = match cause {
                Cause::Resolve => "there is no such name",
                Cause::Connect => "nothing answers there",
                Cause::AddressMetadata => "it is a cloud's metadata service, which is never called",
                Cause::AddressNotGlobal | Cause::AddressOwn => {
                    "it is a private address that only the OpenAPI document names; if that is right, \
                     say so with `baseUrl`"
                }
            };
            format!("{host}:{port} could not be reached: {why}")
        }
        other => other.to_string(),
    }
}
