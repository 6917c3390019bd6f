//! One issuer: by what its tokens are known.

use serde_json::{Map, Value};
use url::Url;

use crate::remote::introspection::Introspector;
use crate::remote::jwks::Jwks;
use crate::remote::{Asker, Failure, Introspection, Patience};
use crate::token::{Algorithm, Checked, Compact, Expected, check};

/// Seconds for which a token holds that its issuer vouches for without saying until when.
const UNSAID_SECONDS: u64 = 60;

/// What the operator says of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerConfig {
    /// What its tokens have to be like.
    pub expected: Expected,
    /// Where its keys are; by its own description when it is not said.
    pub keys: Option<Url>,
    /// How its tokens may be signed.
    pub algorithms: Vec<Algorithm>,
    /// How it is asked about tokens. Where it is, every token is asked about.
    pub introspection: Option<Introspection>,
}

#[derive(Debug)]
pub(crate) struct Issuer {
    expected: Expected,
    algorithms: Vec<Algorithm>,
    jwks: Jwks,
    introspector: Option<Introspector>,
}

impl Issuer {
    pub(crate) fn new(config: IssuerConfig, asker: &Asker, patience: Patience) -> Self {
        let IssuerConfig { expected, keys, algorithms, introspection } = config;
        let jwks = Jwks::new(expected.issuer.clone(), keys, asker.clone(), patience);
        let introspector = introspection.map(|config| Introspector::new(&config, asker.clone()));
        Self { expected, algorithms, jwks, introspector }
    }

    pub(crate) fn name(&self) -> &str {
        &self.expected.issuer
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.introspector.is_some()
    }

    /// Whether a token that names this issuer holds.
    pub(crate) async fn signed(
        &self,
        token: &Compact<'_>,
        text: &str,
        now: u64,
    ) -> Result<Checked, Failure> {
        if self.is_asked() {
            return self.vouched(text, now).await;
        }
        self.jwks.verify(token, &self.algorithms).await?;
        Ok(check(&token.claims, &self.expected, now)?)
    }

    /// Whether the issuer says that a token holds.
    pub(crate) async fn vouched(&self, text: &str, now: u64) -> Result<Checked, Failure> {
        let Some(introspector) = &self.introspector else {
            return Err(crate::token::Wrong::Inactive.into());
        };
        let mut said = introspector.ask(text).await?;
        fill(&mut said, "iss", || self.expected.issuer.clone().into());
        // A program with a token of its own is its own subject (RFC 9068, 2.2).
        let client = said.get("client_id").cloned().unwrap_or_default();
        fill(&mut said, "sub", || client);
        let unsaid = fill(&mut said, "exp", || now.saturating_add(UNSAID_SECONDS).into());
        let checked = check(&said, &self.expected, now)?;
        Ok(Checked { ends: checked.ends.filter(|_| !unsaid), ..checked })
    }
}

/// Says what was not said; whether that was so.
fn fill(said: &mut Map<String, Value>, name: &str, value: impl FnOnce() -> Value) -> bool {
    let unsaid = said.get(name).is_none_or(Value::is_null);
    if unsaid {
        said.insert(name.to_owned(), value());
    }
    unsaid
}
