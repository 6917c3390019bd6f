//! Asking an issuer whether a token holds (RFC 7662): for tokens that say nothing themselves, and
//! where it has to be known soon that one was revoked.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::remote::Failure;
use crate::remote::http::{Asker, Unreachable};
use crate::token::Wrong;

/// Questions to one issuer at once.
const AT_ONCE: usize = 32;
/// How long one waits for its turn.
const WAIT: Duration = Duration::from_secs(2);

/// Where an issuer is asked, and as whom.
#[derive(Clone, PartialEq, Eq)]
pub struct Introspection {
    /// Where.
    pub endpoint: Url,
    /// Our name there.
    pub client_id: String,
    /// Our password there.
    pub client_secret: String,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Introspection");
        shown.field("endpoint", &self.endpoint.as_str()).field("client_id", &self.client_id);
        shown.finish_non_exhaustive()
    }
}

/// Whoever asks one issuer.
pub(crate) struct Introspector {
    endpoint: Url,
    authorization: String,
    asker: Asker,
    turns: Semaphore,
}

impl fmt::Debug for Introspector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Introspector");
        shown.field("endpoint", &self.endpoint.as_str()).finish_non_exhaustive()
    }
}

impl Introspector {
    pub(crate) fn new(config: &Introspection, asker: Asker) -> Self {
        // RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&config.client_id), encoded(&config.client_secret));
        Self {
            endpoint: config.endpoint.clone(),
            authorization: format!("Basic {}", BASE64.encode(pair)),
            asker,
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// What the issuer says of a token that holds.
    pub(crate) async fn ask(&self, token: &str) -> Result<Map<String, Value>, Failure> {
        let busy = || Failure::Unavailable("too many tokens are being asked about".to_owned());
        let Ok(Ok(_turn)) = timeout(WAIT, self.turns.acquire()).await else { return Err(busy()) };
        let form = Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("token_type_hint", "access_token")
            .finish();
        let answer = self.asker.post(&self.endpoint, form, &self.authorization).await;
        let answer = answer.map_err(|Unreachable(reason)| {
            tracing::warn!(reason, "an issuer cannot be asked about a token");
            Failure::Unavailable(reason)
        })?;
        let Value::Object(said) = answer else { return Err(Wrong::Inactive.into()) };
        if said.get("active") != Some(&Value::Bool(true)) {
            return Err(Wrong::Inactive.into());
        }
        let kind = said.get("token_type").and_then(Value::as_str).map(str::to_ascii_lowercase);
        match kind.as_deref() {
            None | Some("bearer" | "access_token") => Ok(said),
            Some("dpop") => Err(Wrong::Bound.into()),
            Some(_) => Err(Wrong::Malformed.into()),
        }
    }
}
