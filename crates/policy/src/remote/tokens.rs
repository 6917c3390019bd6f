//! All issuers: to which of them a token belongs.

use crate::remote::issuer::Issuer;
use crate::remote::{Asker, IssuerConfig, Patience};
use crate::token::{Checked, Compact, Wrong};

/// Whoever knows the tokens of all configured issuers.
#[derive(Debug)]
pub struct Tokens {
    issuers: Vec<Issuer>,
}

/// Why a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It does not hold.
    Wrong(Wrong),
    /// It cannot be known now, for this reason.
    Unavailable(String),
}

impl From<Wrong> for Failure {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl Tokens {
    /// Nothing is asked before there is a token.
    pub fn new(issuers: Vec<IssuerConfig>, asker: &Asker, patience: Patience) -> Self {
        let issuers = issuers.into_iter().map(|config| Issuer::new(config, asker, patience));
        Self { issuers: issuers.collect() }
    }

    /// The names of the issuers, in the operator's order.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers.iter().map(Issuer::name)
    }

    /// Who bears a token, at a time in seconds since 1970.
    ///
    /// # Errors
    ///
    /// Why nobody is known to.
    pub async fn verify(&self, text: &str, now: u64) -> Result<Checked, Failure> {
        if !Compact::is(text) {
            return self.opaque(text, now).await;
        }
        let token = Compact::read(text)?;
        let named = token.issuer().ok_or(Wrong::Issuer)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.name() == named);
        issuer.ok_or(Wrong::Issuer)?.signed(&token, text, now).await
    }

    /// A token that says nothing itself: those issuers that can be asked are, in their order.
    async fn opaque(&self, text: &str, now: u64) -> Result<Checked, Failure> {
        let mut failure = Failure::Wrong(Wrong::Malformed);
        for issuer in self.issuers.iter().filter(|issuer| issuer.is_asked()) {
            match (issuer.vouched(text, now).await, &failure) {
                (Ok(checked), _) => return Ok(checked),
                (Err(Failure::Wrong(Wrong::Inactive)), Failure::Wrong(Wrong::Malformed)) => {
                    failure = Failure::Wrong(Wrong::Inactive);
                }
                (Err(Failure::Wrong(Wrong::Inactive)), _) => {}
                // It is this one's, and does not hold here.
                (Err(Failure::Wrong(wrong)), _) => return Err(wrong.into()),
                // It may be this one's.
                (Err(unavailable), _) => failure = unavailable,
            }
        }
        Err(failure)
    }
}
