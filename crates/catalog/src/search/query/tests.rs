//! What a request is read as.
