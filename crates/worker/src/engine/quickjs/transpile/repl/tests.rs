//! What becomes of the top of a program of a session.
