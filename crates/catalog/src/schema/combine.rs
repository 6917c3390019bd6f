//! Several types as one: any of them, or all of them at once.

use super::{Doc, Member, Object, Primitive, Type};

/// A union without repetitions; `unknown` swallows the rest.
pub(super) fn union(options: Vec<Type>) -> Type {
    let mut flat: Vec<Type> = Vec::new();
    for option in options {
        let parts = match option {
            Type::Union(parts) => parts,
            Type::Never => continue,
            other => vec![other],
        };
        for part in parts {
            if !flat.contains(&part) {
                flat.push(part);
            }
        }
    }
    // An integer says nothing beside numbers, nor a literal beside its own base type.
    if flat.contains(&Type::Primitive(Primitive::Number)) {
        flat.retain(|part| *part != Type::Primitive(Primitive::Integer));
    }
    if flat.contains(&Type::Primitive(Primitive::Text)) {
        flat.retain(|part| !matches!(part, Type::Literal(text) if text.starts_with('"')));
    }
    if flat.contains(&Type::Unknown) {
        return Type::Unknown;
    }
    match flat.len() {
        0 => Type::Never,
        1 => flat.remove(0),
        _ => Type::Union(flat),
    }
}

/// An intersection without repetitions and without `unknown`; plain objects are merged.
pub(super) fn intersection(parts: Vec<Type>) -> Type {
    let mut kept: Vec<Type> = Vec::new();
    for part in parts {
        match part {
            Type::Unknown => {}
            Type::Object(object) if object == Object::default() && !kept.is_empty() => {}
            Type::Object(object) => match kept.iter_mut().find_map(as_object) {
                Some(known) => merge(known, object),
                None => kept.push(Type::Object(object)),
            },
            other if kept.contains(&other) => {}
            other => kept.push(other),
        }
    }
    if kept.len() > 1 {
        kept.retain(|part| !matches!(part, Type::Object(object) if *object == Object::default()));
    }
    // A simple type says nothing beside some of its own values.
    let all = kept.clone();
    kept.retain(|part| match part {
        Type::Primitive(base) => !all.iter().any(|other| other != part && is_within(other, *base)),
        _ => true,
    });
    match kept.len() {
        0 => Type::Unknown,
        1 => kept.remove(0),
        _ => Type::Intersection(kept),
    }
}

fn is_within(of: &Type, base: Primitive) -> bool {
    match of {
        Type::Primitive(Primitive::Integer) => base == Primitive::Number,
        Type::Literal(text) => match text.as_bytes().first() {
            Some(b'"') => base == Primitive::Text,
            Some(b't' | b'f') => base == Primitive::Boolean,
            _ => matches!(base, Primitive::Number | Primitive::Integer),
        },
        Type::Union(options) => options.iter().all(|option| is_within(option, base)),
        _ => false,
    }
}

fn as_object(of: &mut Type) -> Option<&mut Object> {
    match of {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

fn merge(known: &mut Object, more: Object) {
    for member in more.members {
        match known.members.iter_mut().find(|old| old.name == member.name) {
            Some(old) => {
                old.optional &= member.optional;
                let both = vec![std::mem::replace(&mut old.of, Type::Unknown), member.of];
                old.of = intersection(both);
                if old.doc == Doc::default() {
                    old.doc = member.doc;
                }
            }
            None => known.members.push(member),
        }
    }
    known.others = known.others.take().or(more.others);
    known.left_out += more.left_out;
}

/// The same for a language that has no intersections: objects become one with all their members,
/// where those of alternatives need not be there; of anything else the first part stands for all.
pub(super) fn without_intersections(of: Type) -> Type {
    let all = |parts: Vec<Type>| parts.into_iter().map(without_intersections).collect::<Vec<_>>();
    match of {
        Type::Intersection(parts) => one_of(all(parts)),
        Type::Union(options) => union(all(options)),
        Type::Array(item) => Type::Array(Box::new(without_intersections(*item))),
        Type::Tuple(mut tuple) => {
            tuple.items = all(tuple.items);
            tuple.rest = tuple.rest.map(|rest| Box::new(without_intersections(*rest)));
            Type::Tuple(tuple)
        }
        Type::Object(mut object) => {
            for member in &mut object.members {
                let of = std::mem::replace(&mut member.of, Type::Unknown);
                member.of = without_intersections(of);
            }
            object.others = object.others.map(|others| Box::new(without_intersections(*others)));
            Type::Object(object)
        }
        other => other,
    }
}

fn one_of(parts: Vec<Type>) -> Type {
    let mut whole: Option<Object> = None;
    for part in &parts {
        let object = match part {
            Type::Object(object) => Some(object.clone()),
            Type::Union(options) => any_of(options),
            _ => None,
        };
        let Some(object) = object else { return first_simple(parts) };
        merge(whole.get_or_insert_default(), object);
    }
    let Some(mut whole) = whole else { return Type::Unknown };
    for member in &mut whole.members {
        let of = std::mem::replace(&mut member.of, Type::Unknown);
        member.of = without_intersections(of);
    }
    Type::Object(whole)
}

/// The members of several objects, none of which has to be there; `None` when one is no object.
fn any_of(options: &[Type]) -> Option<Object> {
    let mut all = Object::default();
    for option in options {
        let Type::Object(object) = option else { return None };
        for member in &object.members {
            match all.members.iter_mut().find(|old| old.name == member.name) {
                Some(old) => {
                    let known = std::mem::replace(&mut old.of, Type::Unknown);
                    old.of = union(vec![known, member.of.clone()]);
                }
                None => all.members.push(Member { optional: true, ..member.clone() }),
            }
        }
        all.left_out += object.left_out;
    }
    Some(all)
}

fn first_simple(parts: Vec<Type>) -> Type {
    let is_simple = |part: &Type| !matches!(part, Type::Object(_) | Type::Unknown | Type::Named(_));
    parts.into_iter().find(is_simple).unwrap_or(Type::Unknown)
}
