//! Types that are declared as themselves: `A = A | string`, or the same by way of others. No compiler
//! takes them, and they say nothing more than what is left without the repetition.

use std::collections::HashMap;

use super::{Declaration, Type, combine::union};

/// Takes out every name that leads back to its own declaration with nothing between.
pub(super) fn untie(declarations: &mut [Declaration]) {
    let places: HashMap<String, usize> =
        declarations.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
    let mut walk = Walk { places, seen: vec![Seen::No; declarations.len()] };
    for at in 0..declarations.len() {
        walk.visit(at, declarations);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    No,
    Above,
    Done,
}

struct Walk {
    places: HashMap<String, usize>,
    seen: Vec<Seen>,
}

impl Walk {
    fn visit(&mut self, at: usize, declarations: &mut [Declaration]) {
        if self.seen[at] != Seen::No {
            return;
        }
        self.seen[at] = Seen::Above;
        let mut bare = Vec::new();
        names(&declarations[at].of, &mut bare);
        for name in bare {
            let Some(&next) = self.places.get(&name) else { continue };
            self.visit(next, declarations);
            if self.seen[next] == Seen::Above {
                let of = std::mem::replace(&mut declarations[at].of, Type::Unknown);
                declarations[at].of = match without(of, &name) {
                    Type::Never => Type::Unknown,
                    of => of,
                };
            }
        }
        self.seen[at] = Seen::Done;
    }
}

/// The names that stand for the whole value.
fn names(of: &Type, found: &mut Vec<String>) {
    match of {
        Type::Named(name) => found.push(name.clone()),
        Type::Union(parts) | Type::Intersection(parts) => {
            parts.iter().for_each(|part| names(part, found));
        }
        _ => {}
    }
}

fn without(of: Type, name: &str) -> Type {
    match of {
        Type::Named(it) if it == name => Type::Never,
        Type::Union(parts) => union(parts.into_iter().map(|part| without(part, name)).collect()),
        Type::Intersection(parts) => {
            let parts = parts.into_iter().map(|part| without(part, name));
            let mut kept: Vec<Type> = parts.filter(|part| *part != Type::Never).collect();
            match kept.len() {
                0 => Type::Never,
                1 => kept.remove(0),
                _ => Type::Intersection(kept),
            }
        }
        other => other,
    }
}
