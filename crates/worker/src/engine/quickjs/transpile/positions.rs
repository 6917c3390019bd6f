//! From the generated module's positions to the user's own.

use std::path::PathBuf;

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};

use crate::engine::quickjs::transpile::{PROGRAM_NAME, parse, transform, value};

/// Maps positions of the generated module to the user's program. Built on first use: only errors
/// need it.
pub struct Positions(Vec<Mapped>);

/// A generated position and the user's, all from 0; ordered by the generated one.
struct Mapped {
    generated: (u32, u32),
    original: (u32, u32),
}

impl Positions {
    /// Repeats the transpilation with a map.
    pub fn of(source: &str) -> Option<Self> {
        let allocator = Allocator::default();
        let mut program = parse(&allocator, source).ok()?;
        value::export(&allocator, &mut program);
        transform(&allocator, &mut program, source).ok()?;
        let options = CodegenOptions {
            source_map_path: Some(PathBuf::from(PROGRAM_NAME)),
            ..CodegenOptions::default()
        };
        let map = Codegen::new().with_options(options).build(&program).map?;
        let mapped = map.get_tokens().map(|token| Mapped {
            generated: (token.get_dst_line(), token.get_dst_col()),
            original: (token.get_src_line(), token.get_src_col()),
        });
        let mut positions: Vec<Mapped> = mapped.collect();
        positions.sort_by_key(|mapped| mapped.generated);
        Some(Self(positions))
    }

    /// The user's line and column (both from 1) for the engine's (both from 1).
    pub fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let wanted = (line.checked_sub(1)?, column.saturating_sub(1));
        let after = self.0.partition_point(|mapped| mapped.generated <= wanted);
        let found = self.0.get(after.checked_sub(1)?)?;
        // A position before the first token of its line belongs to that token.
        let found = match self.0.get(after) {
            Some(next) if found.generated.0 != wanted.0 && next.generated.0 == wanted.0 => next,
            _ => found,
        };
        Some((found.original.0 + 1, found.original.1 + 1))
    }
}
