//! The official conformance suite against our server side. What is not passed, and why, is in
//! `docs/mcp-http.md`.
