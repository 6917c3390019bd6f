//! What of a session is fixed when it begins, and what a later program asks for beside it.

use policy::Allowlist;
use types::{Asked, ErrorCode, Permissions, Principal, Refusal, SessionId};

/// What stays as it was when the session began.
#[derive(Debug, Clone)]
pub(crate) struct Fixed {
    /// Who began it, with the scopes and roles that came with the credential.
    pub(crate) principal: Principal,
    /// The roles it was in then, by the policy file too.
    pub(crate) roles: Vec<String>,
    /// The tools its programs may call.
    pub(crate) allowlist: Allowlist,
    /// The directories and hosts that were asked for.
    pub(crate) permissions: Permissions,
}

/// What a program that comes asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    /// Who asks.
    pub(crate) principal: &'a Principal,
    /// The tools, where it names some.
    pub(crate) allowlist: Option<&'a Allowlist>,
    /// The directories and hosts, where it says.
    pub(crate) permissions: Option<&'a Permissions>,
}

impl Fixed {
    /// Refuses what is not as it was, by name. What is not said is meant as it was.
    pub(crate) fn check(&self, id: &SessionId, wish: &Wish<'_>) -> Result<(), Refusal> {
        let (own, principal) = (&self.principal, wish.principal);
        let are_others =
            |asked: &Allowlist| sorted(asked.patterns()) != sorted(self.allowlist.patterns());
        let what = if sorted(&own.roles) != sorted(&principal.roles) {
            "the caller's roles"
        } else if sorted(&own.scopes) != sorted(&principal.scopes) {
            "the caller's scopes"
        } else if wish.allowlist.is_some_and(are_others) {
            "allowedTools"
        } else if wish.permissions.is_some_and(|asked| !are_same(asked, &self.permissions)) {
            "permissions"
        } else {
            return Ok(());
        };
        Err(mismatch(id, what))
    }
}

/// Something is not as it was when the session began.
pub(crate) fn mismatch(id: &SessionId, what: &str) -> Refusal {
    let message = format!(
        "session \"{id}\" was begun with other values of {what}, which stay as they were; leave them out \
         to go on with those, use another sessionId, or begin anew with resetSession"
    );
    Refusal::new(ErrorCode::SessionMismatch, message)
}

fn are_same(left: &Permissions, right: &Permissions) -> bool {
    let same = |left: &Asked, right: &Asked| match (left, right) {
        (Asked::Entries(left), Asked::Entries(right)) => sorted(left) == sorted(right),
        (left, right) => left == right,
    };
    same(&left.read, &right.read)
        && same(&left.write, &right.write)
        && same(&left.net, &right.net)
        && left.cwd == right.cwd
}

/// Words without order and repetitions.
pub(super) fn sorted(words: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    words
}
