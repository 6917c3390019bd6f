//! What is refused to somebody who is known, before it reaches the gateway: put on record with who asked
//! and the code, and with nothing of what was sent.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use types::Principal;

use crate::backend::Backend;
use crate::http::app::App;

/// Who sends a request, once that is known: a request brings it along to where that is found out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking(Arc<OnceLock<Principal>>);

impl Asking {
    /// Notes who it is.
    pub(crate) fn is(&self, principal: &Principal) {
        // Found out twice, it is the same.
        let _ = self.0.set(principal.clone());
    }
}

/// The code of a refusal that nobody has put on record yet, as an extension of its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unrecorded(pub(crate) &'static str);

/// The middleware.
pub(crate) async fn record<B: Backend>(
    State(app): State<Arc<App<B>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let asking = Asking::default();
    request.extensions_mut().insert(asking.clone());
    let response = next.run(request).await;
    if let Some(Unrecorded(code)) = response.extensions().get()
        && let Some(principal) = asking.0.get()
    {
        app.backend.refused(principal, code);
    }
    response
}
