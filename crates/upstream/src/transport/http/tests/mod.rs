//! Servers over HTTP that keep to MCP and such that do not, seen through the hub.

mod broken;
mod credentials;
mod eras;
mod floods;
mod hub;
mod parts;
mod server;
