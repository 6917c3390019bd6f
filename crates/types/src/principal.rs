//! Who is asking, and what they were given leave to ask for.

use serde::{Deserialize, Serialize};

/// The authenticated caller of a request. It comes from a front, never from the request's body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// The tenant the caller belongs to.
    pub tenant: String,
    /// The caller within the tenant; `clientId` in audit records.
    pub subject: String,
    /// What the caller may ask for at all, as words of [`scope`].
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The roles that rules speak of.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// The tenant and the subject of the user who started this process.
const LOCAL_USER: (&str, &str) = ("local", "default");

/// The scopes there are.
pub mod scope {
    use crate::Language;

    /// To run programs in TypeScript and JavaScript.
    pub const EXECUTE_TYPESCRIPT: &str = "execute:typescript";
    /// To run programs in Python.
    pub const EXECUTE_PYTHON: &str = "execute:python";
    /// To see which tools there are.
    pub const TOOLS_READ: &str = "tools:read";
    /// Everything, and what concerns others.
    pub const ADMIN: &str = "admin";

    /// All of them.
    pub const ALL: [&str; 4] = [EXECUTE_TYPESCRIPT, EXECUTE_PYTHON, TOOLS_READ, ADMIN];

    /// The one to run programs in a language.
    pub fn of_language(language: Language) -> &'static str {
        match language {
            Language::TypeScript => EXECUTE_TYPESCRIPT,
            Language::Python => EXECUTE_PYTHON,
        }
    }
}

impl Principal {
    /// The user who started this process: whoever talks over its stdio. May ask for everything.
    pub fn local() -> Self {
        Self {
            tenant: LOCAL_USER.0.to_owned(),
            subject: LOCAL_USER.1.to_owned(),
            scopes: vec![scope::ADMIN.to_owned()],
            roles: Vec::new(),
        }
    }

    /// Whether this is the user who started this process.
    pub fn is_local_user(&self) -> bool {
        (self.tenant.as_str(), self.subject.as_str()) == LOCAL_USER
    }

    /// Whether a scope was given; `admin` holds all of them.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|given| given == scope || given == scope::ADMIN)
    }
}

#[cfg(test)]
mod tests {
    use super::{Principal, scope};

    #[test]
    fn an_administrator_may_all_and_others_what_they_were_given() {
        let local = Principal::local();
        assert!(scope::ALL.into_iter().all(|scope| local.may(scope)));
        let reader = Principal { scopes: vec![scope::TOOLS_READ.to_owned()], ..local };
        assert!(reader.may(scope::TOOLS_READ));
        assert!(!reader.may(scope::EXECUTE_PYTHON) && !reader.may(scope::ADMIN));
    }
}
