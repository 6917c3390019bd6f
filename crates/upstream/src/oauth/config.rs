//! What an operator says of a server's login. All of it may be left out.

use crate::oauth::Secret;

/// Who we are to a server's provider, and what we ask it for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OAuth {
    /// The id the provider knows us by. Without one we register ourselves.
    pub client_id: Option<String>,
    /// The password that goes with it.
    pub client_secret: Option<Secret>,
    /// The provider's name for itself. Whatever the server says, nobody else is asked.
    pub issuer: Option<String>,
    /// A document at an `https` URL that describes us, for providers that read such.
    pub client_metadata_url: Option<String>,
    /// The scopes to ask for, instead of those the server names.
    pub scopes: Vec<String>,
    /// The port of this machine the browser comes back to; any when absent.
    pub callback_port: Option<u16>,
    /// How tokens are had.
    pub grant: Grant,
}

/// How tokens are had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grant {
    /// A person logs in, in a browser.
    #[default]
    Login,
    /// Our own id and password are enough.
    ClientCredentials,
}
