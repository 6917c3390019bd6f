//! What a message that is sent leaves behind, and what one that arrives means: the same over every
//! way to a server.

use rmcp::model::{
    ClientNotification, ErrorCode, ErrorData, JsonRpcMessage, RequestId, ServerJsonRpcMessage,
};
use rmcp::service::{RoleClient, TxJsonRpcMessage};

use crate::transport::parse::Parsed;
use crate::transport::pending::{Fault, Note, Pending, Reading};

/// Longer messages are parsed away from the tasks that must not be held up.
pub(crate) const PARSE_INLINE: usize = 256 * 1024;

/// The code of the error that stands in the place of an answer there is none of. Nobody sees it but
/// those who have to tell it from a server's own.
pub(crate) const OURS: ErrorCode = ErrorCode(i32::MIN);

/// Takes note of a message that is about to be sent. Gives the request that it cancels, if any.
pub(crate) fn sent<'a>(
    pending: &Pending,
    message: &'a TxJsonRpcMessage<RoleClient>,
) -> Option<&'a RequestId> {
    match message {
        JsonRpcMessage::Request(request) => {
            pending.sent(request.id.clone(), Reading::of(&request.request));
        }
        JsonRpcMessage::Notification(notification) => {
            if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                && let Some(id) = &cancelled.params.request_id
            {
                drop(pending.done(id));
                return Some(id);
            }
        }
        JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
    }
    None
}

/// What a message that was read means for rmcp, if anything.
pub(crate) fn deliver(
    pending: &Pending,
    parsed: Parsed,
    note: Note,
) -> Option<ServerJsonRpcMessage> {
    match parsed {
        Parsed::Message(message) => {
            if let Some(id) = answered_id(&message) {
                match pending.reading(id) {
                    // Nobody looks at the note of such an answer.
                    Some(Reading::Typed) => drop(pending.done(id)),
                    _ => pending.note(id, note),
                }
            }
            Some(message)
        }
        Parsed::Refused(id, fault) => Some(refuse(pending, id, fault)),
        Parsed::Late | Parsed::Noise => None,
    }
}

/// The request that a message answers.
pub(crate) fn answered_id(message: &ServerJsonRpcMessage) -> Option<&RequestId> {
    match message {
        JsonRpcMessage::Response(response) => Some(&response.id),
        JsonRpcMessage::Error(error) => error.id.as_ref(),
        _ => None,
    }
}

/// An answer of ours in the place of one that cannot be handed on: only its caller fails.
fn refuse(pending: &Pending, id: RequestId, fault: Fault) -> ServerJsonRpcMessage {
    pending.note(&id, Note { fault: Some(fault), ..Note::default() });
    let error = ErrorData::new(OURS, "there is no answer", None);
    ServerJsonRpcMessage::error(error, Some(id))
}
