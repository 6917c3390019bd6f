//! What a program asks for, cut down to what the roles of its caller allow: by its text at first, and
//! again by where a directory really is, since a link may lead elsewhere.

use std::path::{Path, PathBuf};

use egress::{Egress, Grant};
use files::{Granted, Operator};
use policy::roles::Act;
use types::{DeniedGrant, Grants};

use crate::caller::View;

/// Why something is not given.
const REASON: &str = "is not allowed by the roles of the caller";

/// Of the directories that are named, those that may be had.
pub(super) fn named(
    view: &View,
    act: Act,
    mut asked: Vec<PathBuf>,
    told: &mut Grants,
) -> Vec<PathBuf> {
    asked.retain(|path| {
        let may = may(view, act, path);
        if !may {
            told.denied.push(denied(act.as_str(), path));
        }
        may
    });
    asked
}

/// Every directory that may be had, when nobody names one: the operator's, and those in them that
/// rules name.
pub(super) fn all(view: &View, act: Act, operator: &Operator) -> Vec<PathBuf> {
    let of_operator = match act {
        Act::Write => operator.writable(),
        _ => operator.readable(),
    };
    let ruled = view.allowed(act).unwrap_or_default().into_iter().map(PathBuf::from);
    let inside = ruled.filter(|path| of_operator.iter().any(|whole| path.starts_with(whole)));
    let mut all: Vec<PathBuf> = of_operator.iter().map(PathBuf::from).collect();
    for path in inside {
        if !all.contains(&path) {
            all.push(path);
        }
    }
    all.retain(|path| may(view, act, path));
    all
}

/// Takes directories back that turn out to be others than their names said.
pub(super) fn opened(view: &View, granted: &mut Granted, told: &mut Grants) {
    granted.roots.retain(|root| {
        let act = if root.write { Act::Write } else { Act::Read };
        let may = may(view, act, &root.path);
        if !may {
            told.denied.extend(root.names.iter().map(|name| denied(act.as_str(), name)));
        }
        may
    });
    let roots = &granted.roots;
    let is_in_none = |cwd: &mut PathBuf| !roots.iter().any(|root| cwd.starts_with(&root.path));
    if let Some(cwd) = granted.cwd.take_if(is_in_none) {
        told.denied.push(denied("cwd", &cwd));
    }
}

fn may(view: &View, act: Act, path: &Path) -> bool {
    // A name that is no text is no rule's.
    let Some(text) = path.to_str() else { return !view.is_limited() };
    // Whatever may be written is read as well.
    view.may(act, text) && (act != Act::Write || !view.is_denied(Act::Read, text))
}

/// Of the hosts that are named, those that may be had.
pub(super) fn hosts(view: &View, asked: &mut Grant, told: &mut Grants) {
    asked.retain(|rule| {
        let entry = rule.to_string();
        let may = view.may(Act::Net, &entry);
        if !may {
            let (permission, reason) = ("net".to_owned(), REASON.to_owned());
            told.denied.push(DeniedGrant { permission, entry, reason });
        }
        may
    });
}

/// Every host that may be had, when nobody names one.
pub(super) fn all_hosts(view: &View, egress: &Egress) -> Grant {
    let operator = &egress.config().allow;
    let Some(ruled) = view.allowed(Act::Net) else { return operator.clone() };
    let mut all = operator.clone();
    let ruled: Vec<String> = ruled.into_iter().filter(|rule| rule != "*").collect();
    for rule in &ruled {
        // One that egress knows nothing of gives nothing.
        if let Ok((rule, _)) = Grant::parse_operator(&[rule]) {
            all = all.with(&Grant::narrow(operator, &rule).0);
        }
    }
    all.retain(|rule| view.may(Act::Net, &rule.to_string()));
    all
}

fn denied(permission: &str, path: &Path) -> DeniedGrant {
    DeniedGrant {
        permission: permission.to_owned(),
        entry: path.to_string_lossy().into_owned(),
        reason: REASON.to_owned(),
    }
}

#[cfg(test)]
mod tests;
