//! Where Deno asks for packages: an address within the sandbox that installs them, where nothing but a
//! process of ours listens. It is part of what is installed, so programs are given the same one; for
//! them nobody listens.

/// The port on which the process of ours listens.
pub const PORT: u16 = 4873;

/// The address.
pub const ADDRESS: &str = "http://127.0.0.1:4873";

/// How Deno is told of it.
pub const ENVIRONMENT: [(&str, &str); 2] = [
    ("NPM_CONFIG_REGISTRY", "http://127.0.0.1:4873/npm/"),
    ("JSR_URL", "http://127.0.0.1:4873/jsr/"),
];
