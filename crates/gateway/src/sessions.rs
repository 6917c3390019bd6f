//! Sessions: interpreters that stay alive between the programs of one client, stopped in between.
//!
//! A session belongs to who began it and is found by nobody else. What it may is fixed when it begins;
//! what is asked of it later is decided anew each time, within that. `table` is who has which, within
//! what bounds, `rooms` how many processes they have; `seat` is one program's turn; `fixed` what stays as
//! it was; `why` how sessions end; `watch` ends those whose time has come or whose rights are gone. What a
//! session holds between two programs is `kept`, which nothing else here looks into.

mod fixed;
pub(crate) mod kept;
mod lost;
mod rooms;
mod seat;
mod table;
pub(crate) mod watch;
mod why;

pub(crate) use fixed::{Fixed, Wish, mismatch};
pub(crate) use seat::{Seat, Used};
pub(crate) use table::{Asked, Body, Bounds, Key, Sessions};
pub(crate) use why::Why;

#[cfg(test)]
mod tests;
