//! What host and worker say to each other, and decoders that treat the other side as hostile.
//!
//! Two conversations: `frame` and `message` are the guest protocol, the same wherever the child
//! runs; `control` is the host talking to a zygote on this machine. `reading` tells what need not be
//! asked. No I/O here, and no tokio: the worker links this crate.
#![forbid(unsafe_code)]

pub mod control;
mod frame;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod message;
mod order;
pub mod pieces;
mod reading;
pub mod registry;

pub use frame::{Decoder, Error, Frame, HEADER_BYTES, encode, encode_header};
pub use message::{
    Done, FromChild, Grants, Op, Reply, Start, Task, ToChild, advice_frame, child_frame,
    done_frame, encode_parts, from_child_decoder, host_frame, output_frame, ready_frame,
    reply_frame, request_frame, split_parts, start_frame, to_child_decoder,
};
pub use order::{Order, OrderError};
pub use reading::worth_reading;
