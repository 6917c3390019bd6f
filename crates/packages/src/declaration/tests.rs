//! The reader of declarations against what programs write.
