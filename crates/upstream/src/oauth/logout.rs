//! The end of a login.

use crate::oauth::http::Asker;
use crate::oauth::login::{store, target};
use crate::oauth::store::Record;
use crate::oauth::{Error, place, token};
use crate::{Config, ServerConfig};

/// What is left after a logout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedOut {
    /// There was no login.
    Nothing,
    /// The tokens are forgotten, and the provider was told.
    Revoked,
    /// The tokens are forgotten. The provider was not told, or does not want to be.
    Forgotten,
}

/// Forgets a login, and tells the provider.
pub async fn logout(server: &ServerConfig, config: &Config) -> Result<LoggedOut, Error> {
    let (url, _) = target(server)?;
    let store = store(&url, config)?;
    if store.stamp().is_none() {
        return Ok(LoggedOut::Nothing);
    }
    let _lock = store.lock().await?;
    let record = store.load();
    store.remove()?;
    let Record { registration: Some(registration), tokens: Some(kept), .. } = record? else {
        return Ok(LoggedOut::Nothing);
    };
    let Some(endpoint) = &registration.revocation_endpoint else { return Ok(LoggedOut::Forgotten) };
    let endpoint = place::endpoint("the provider's revocation", endpoint)?;
    let asker = Asker::of(&url, config.ca_file.as_deref()).await;
    let mut told = true;
    let refresh = kept.refresh_token.iter().map(|token| (token, "refresh_token"));
    for (token, kind) in refresh.chain([(&kept.access_token, "access_token")]) {
        let client = registration.client();
        told &= token::revoke(&asker, &endpoint, &client, token, kind).await.is_ok();
    }
    Ok(if told { LoggedOut::Revoked } else { LoggedOut::Forgotten })
}
