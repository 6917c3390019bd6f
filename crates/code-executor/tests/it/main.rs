//! Integration tests: our binary as its users meet it, over its stdio and on the command line, with
//! real and with misbehaving servers behind it. One module a topic.
//!
//! `cargo xtask test` installs the official clients and servers that some of them drive.
#![forbid(unsafe_code)]

mod advice;
mod attack_cases;
mod attacks;
mod audit;
mod bad_input;
mod bridge;
mod chaos;
mod cli;
mod compression;
mod config;
mod conformance;
mod console;
mod crypto;
mod deno_offer;
mod docs;
mod doctor;
mod grants;
mod grants_python;
mod grants_python_guest;
mod grants_typescript;
mod http_api;
mod http_attacks;
mod http_bounds;
mod http_described;
mod http_executions;
mod http_stream;
mod http_tls;
mod hub;
mod identity;
mod intl;
mod isolation;
mod language;
mod levels;
mod lifecycle;
mod limits;
mod mcp_http;
mod node_modules;
mod oauth;
mod official_clients;
mod openapi;
mod operating;
mod ordinary_user;
mod pinning;
mod programs;
mod protocol;
mod python;
mod python_bad_input;
mod python_guest;
mod python_mounts;
mod python_packages;
mod roles;
mod semantics;
mod session_children;
mod sessions;
mod state;
mod support;
mod tokens;
mod upstreams;
mod upstreams_cli;
mod upstreams_http;
mod web_platform;
mod wrappers;
