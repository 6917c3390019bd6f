//! The documents in which servers and providers describe themselves. Fields that nobody here needs
//! are passed over; lists are cut.

use serde::Deserialize;
use url::Url;

use crate::oauth::Error;
use crate::oauth::challenge::scopes;
use crate::oauth::place::endpoint;

/// What a protected server says of itself (RFC 9728).
#[derive(Debug, Deserialize)]
pub(crate) struct ResourceDocument {
    #[serde(default)]
    pub(crate) resource: Option<String>,
    #[serde(default)]
    pub(crate) authorization_servers: Vec<String>,
    #[serde(default)]
    pub(crate) scopes_supported: Vec<String>,
}

/// What a provider says of itself (RFC 8414, OpenID Connect Discovery).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ProviderDocument {
    #[serde(default)]
    pub(crate) issuer: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    client_id_metadata_document_supported: bool,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// A provider whose description was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provider {
    /// Its name for itself, letter by letter.
    pub(crate) issuer: String,
    pub(crate) authorization: Option<Url>,
    pub(crate) token: Url,
    pub(crate) registration: Option<Url>,
    pub(crate) revocation: Option<Url>,
    pub(crate) scopes: Vec<String>,
    /// How we may show who we are, where it says so.
    pub(crate) methods: Option<Vec<Method>>,
    /// Whether it reads a document that describes us.
    pub(crate) reads_documents: bool,
    /// Whether it names itself in its answer (RFC 9207).
    pub(crate) names_itself: bool,
    pub(crate) pkce: Pkce,
}

/// Whether a provider takes a proof with the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pkce {
    /// With SHA-256, as it has to be.
    S256,
    /// It does not say so.
    Unsaid,
    /// It describes nothing at all, as servers of 2025-03-26 may; a proof is sent.
    Undescribed,
}

/// How we show a provider who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
pub(crate) enum Method {
    /// By our id alone.
    #[serde(rename = "none")]
    None,
    /// By id and password, in the header `Authorization`.
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// By id and password, among the parameters.
    #[serde(rename = "client_secret_post")]
    Post,
}

impl Method {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "client_secret_basic" => Some(Self::Basic),
            "client_secret_post" => Some(Self::Post),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

impl Provider {
    /// What the document says, where it is complete and every endpoint is safe.
    pub(crate) fn described(issuer: String, document: ProviderDocument) -> Result<Self, Error> {
        let optional = |what, url: Option<&String>| url.map(|url| endpoint(what, url)).transpose();
        let Some(token) =
            optional("the provider's token endpoint", document.token_endpoint.as_ref())?
        else {
            return Err(Error::NoIdentity(
                "the provider names no token endpoint: it cannot be used for a login".to_owned(),
            ));
        };
        let methods = document.token_endpoint_auth_methods_supported;
        let methods =
            methods.map(|names| names.iter().filter_map(|name| Method::named(name)).collect());
        let pkce = match document.code_challenge_methods_supported {
            Some(methods) if methods.iter().any(|method| method == "S256") => Pkce::S256,
            _ => Pkce::Unsaid,
        };
        Ok(Self {
            issuer,
            authorization: optional(
                "the provider's login page",
                document.authorization_endpoint.as_ref(),
            )?,
            token,
            registration: optional(
                "the provider's registration",
                document.registration_endpoint.as_ref(),
            )?,
            revocation: optional(
                "the provider's revocation",
                document.revocation_endpoint.as_ref(),
            )?,
            scopes: scopes(document.scopes_supported.iter().map(String::as_str)),
            methods,
            reads_documents: document.client_id_metadata_document_supported,
            names_itself: document.authorization_response_iss_parameter_supported,
            pkce,
        })
    }

    /// The endpoints that a server of 2025-03-26 without any description has.
    pub(crate) fn undescribed(origin: &Url) -> Result<Self, Error> {
        let at = |path: &str| {
            let mut url = origin.clone();
            url.set_path(path);
            url
        };
        super::place::safe("the server", origin)?;
        Ok(Self {
            issuer: origin.origin().ascii_serialization(),
            authorization: Some(at("/authorize")),
            token: at("/token"),
            registration: Some(at("/register")),
            revocation: None,
            scopes: Vec::new(),
            methods: None,
            reads_documents: false,
            names_itself: false,
            pkce: Pkce::Undescribed,
        })
    }
}
