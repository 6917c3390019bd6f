//! `auth.issuers`: whose tokens are taken. A list of objects, which no other setting is, so it is read
//! here: every field is known, and everything wrong is told with its place.

use policy::remote::{Introspection, IssuerConfig, is_safe};
use policy::token::{Algorithm, Expected, Mapping, TenantOf};
use serde_json::{Value as JsonValue, json};
use url::Url;

use crate::config::document::{Json, Member, Node, repeated};
use crate::config::error::{Problem, nearest};

/// The most issuers.
const MAX: usize = 16;
/// The most entries of a list.
const MAX_LIST: usize = 32;
/// What is taken where nobody says more.
const USUAL: [Algorithm; 5] =
    [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa];

const FIELDS: &[&str] = &[
    "issuer",
    "audience",
    "tenant",
    "jwksUri",
    "algorithms",
    "introspection",
    "claims",
    "mayAdmin",
];
const INTROSPECTION: &[&str] = &["endpoint", "clientId", "clientSecret"];
const CLAIMS: &[&str] = &["tenant", "subject", "scopes", "roles"];

/// Reads the list. `variable` gives what `env:NAME` stands for. The audience of an issuer stays empty
/// where it is not given, and the clock's skew is not set here.
pub fn read<'a>(
    node: &'a Node,
    variable: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<Vec<IssuerConfig>, Problem> {
    let Json::List(items) = &node.value else {
        return Err(wrong(node, "auth.issuers", "must be a list of issuers"));
    };
    if items.len() > MAX {
        let what = format!("`auth.issuers` has {} entries, the limit is {MAX}", items.len());
        return Err(Problem::at(&node.place, what));
    }
    let mut issuers: Vec<IssuerConfig> = Vec::new();
    for item in items {
        let issuer = issuer(&Object::new("auth.issuers[]", item, FIELDS, variable)?, item)?;
        if issuers.iter().any(|known| known.expected.issuer == issuer.expected.issuer) {
            return Err(Problem::at(&item.place, "`auth.issuers` has this issuer twice"));
        }
        issuers.push(issuer);
    }
    Ok(issuers)
}

fn issuer(object: &Object<'_, '_>, node: &Node) -> Result<IssuerConfig, Problem> {
    let claims = object.inner("claims", CLAIMS)?;
    let claim = |name| match &claims {
        Some(claims) => claims.text(name),
        None => Ok(None),
    };
    let claim_list = |name| match &claims {
        Some(claims) => claims.list(name),
        None => Ok(None),
    };
    let name = object.url("issuer")?.ok_or_else(|| missing(node, "auth.issuers[].issuer"))?.0;
    let tenant = match (object.text("tenant")?, claim("tenant")?) {
        (Some(_), Some(_)) => {
            let what = "`auth.issuers[]` has `tenant`, for all tokens, and `claims.tenant`";
            return Err(Problem::at(&node.place, what).hint("leave out one of them"));
        }
        (_, Some(claim)) => TenantOf::Claim(claim),
        (Some(tenant), None) => TenantOf::All(tenant),
        (None, None) => TenantOf::All(name.clone()),
    };
    if tenant == TenantOf::All("local".to_owned()) {
        let what = "`tenant` is \"local\", which is who starts this program at a terminal";
        return Err(Problem::at(&node.place, what).hint("give the tenant another name"));
    }
    let usual = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Ok(IssuerConfig {
        keys: object.url("jwksUri")?.map(|(_, url)| url),
        algorithms: algorithms(object)?,
        introspection: introspection(object)?,
        expected: Expected {
            issuer: name,
            audience: object.list("audience")?.unwrap_or_default(),
            skew: 0,
            mapping: Mapping {
                tenant,
                subject: claim("subject")?.unwrap_or_else(|| "sub".to_owned()),
                scopes: claim_list("scopes")?.unwrap_or_else(|| usual(&["scope", "scp"])),
                roles: claim_list("roles")?.unwrap_or_default(),
                may_admin: object.flag("mayAdmin")?,
            },
        },
    })
}

fn algorithms(object: &Object<'_, '_>) -> Result<Vec<Algorithm>, Problem> {
    let Some(names) = object.list("algorithms")? else { return Ok(USUAL.to_vec()) };
    let known = || Algorithm::ALL.map(Algorithm::name);
    let read = |name: &String| {
        Algorithm::named(name).ok_or_else(|| {
            let what = format!(
                "`auth.issuers[].algorithms` names {name:?}; there are {}",
                known().join(", ")
            );
            object.problem("algorithms", what)
        })
    };
    names.iter().map(read).collect()
}

fn introspection(object: &Object<'_, '_>) -> Result<Option<Introspection>, Problem> {
    let Some(inner) = object.inner("introspection", INTROSPECTION)? else { return Ok(None) };
    let needed = |name: &str| {
        let what = format!("`auth.issuers[].introspection` has no `{name}`");
        object.problem("introspection", what)
    };
    Ok(Some(Introspection {
        endpoint: inner.url("endpoint")?.ok_or_else(|| needed("endpoint"))?.1,
        client_id: inner.text("clientId")?.ok_or_else(|| needed("clientId"))?,
        client_secret: inner.text("clientSecret")?.ok_or_else(|| needed("clientSecret"))?,
    }))
}

/// An object whose members are all known.
struct Object<'n, 'v> {
    path: String,
    members: &'n [Member],
    variable: &'v dyn Fn(&str) -> Option<&'n str>,
}

impl<'n, 'v> Object<'n, 'v> {
    fn new(
        path: &str,
        node: &'n Node,
        fields: &[&str],
        variable: &'v dyn Fn(&str) -> Option<&'n str>,
    ) -> Result<Self, Problem> {
        let Json::Object(members) = &node.value else {
            return Err(wrong(node, path, "must be an object"));
        };
        if let Some((member, first)) = repeated(members).next() {
            let what = format!("`{path}.{}` is given twice", member.name);
            let hint = format!("the first is on line {first}");
            return Err(Problem::at(&member.place, what).hint(hint));
        }
        let unknown = members.iter().find(|member| !fields.contains(&member.name.as_str()));
        if let Some(member) = unknown {
            let near = nearest(&member.name, fields.iter().copied());
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", fields.join(", ")),
            };
            let what = format!("`{path}.{}` is not a setting", member.name);
            return Err(Problem::at(&member.place, what).hint(hint));
        }
        Ok(Self { path: path.to_owned(), members, variable })
    }

    fn find(&self, name: &str) -> Option<&'n Node> {
        self.members.iter().find(|member| member.name == name).map(|member| &member.node)
    }

    fn problem(&self, name: &str, what: String) -> Problem {
        self.find(name).map_or_else(|| Problem::new(&what), |node| Problem::at(&node.place, &what))
    }

    fn inner(&self, name: &str, fields: &[&str]) -> Result<Option<Self>, Problem> {
        let path = format!("{}.{name}", self.path);
        self.find(name).map(|node| Self::new(&path, node, fields, self.variable)).transpose()
    }

    /// What a string is, or what the variable holds that it names.
    fn resolved(&self, name: &str, node: &'n Node) -> Result<String, Problem> {
        let path = format!("{}.{name}", self.path);
        match &node.value {
            Json::Text(text) if text.starts_with("env:") => {
                let variable = text.trim_start_matches("env:");
                let value = (self.variable)(variable).filter(|value| !value.is_empty());
                value.map(str::to_owned).ok_or_else(|| {
                    let what = format!(
                        "`{path}` reads the environment variable {variable}, which is not set"
                    );
                    Problem::at(&node.place, what).hint("set it, or write the value itself")
                })
            }
            Json::Text(text) if !text.is_empty() => Ok(text.clone()),
            // Not described: it may be a secret that was written in a wrong way.
            _ => {
                let what = format!("`{path}` is {}; it must be a string", node.kind());
                Err(Problem::at(&node.place, what))
            }
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        self.find(name).map(|node| self.resolved(name, node)).transpose()
    }

    /// Yes or no; no where nothing is said.
    fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.find(name) {
            None => Ok(false),
            Some(Node { value: Json::Bool(flag), .. }) => Ok(*flag),
            Some(node) => {
                Err(wrong(node, &format!("{}.{name}", self.path), "must be true or false"))
            }
        }
    }

    /// One string, or several in a list.
    fn list(&self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        let Some(node) = self.find(name) else { return Ok(None) };
        match &node.value {
            Json::List(items) if (1..=MAX_LIST).contains(&items.len()) => items
                .iter()
                .map(|item| self.resolved(name, item))
                .collect::<Result<_, _>>()
                .map(Some),
            Json::List(_) => {
                let what = format!("must have from 1 to {MAX_LIST} entries");
                Err(wrong(node, &format!("{}.{name}", self.path), &what))
            }
            _ => self.resolved(name, node).map(|one| Some(vec![one])),
        }
    }

    /// A URL as it is written, and as one.
    fn url(&self, name: &str) -> Result<Option<(String, Url)>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match Url::parse(&text).ok().filter(is_safe) {
            Some(url) => Ok(Some((text, url))),
            None => {
                let what = format!("`{}.{name}` is no URL that can be relied on", self.path);
                let hint =
                    "write https://..., or http:// of this machine, without user or password";
                Err(self.problem(name, what).hint(hint))
            }
        }
    }
}

fn wrong(node: &Node, path: &str, what: &str) -> Problem {
    Problem::at(&node.place, format!("`{path}` is {}; it {what}", node.kind()))
}

fn missing(node: &Node, path: &str) -> Problem {
    Problem::at(&node.place, format!("`{path}` is missing"))
}

/// The list in the schema of the configuration.
pub fn schema() -> JsonValue {
    let text = |words: &str| json!({"type": "string", "minLength": 1, "description": words});
    let list = |words: &str| {
        let one = json!({"type": "string", "minLength": 1});
        let several = json!({"type": "array", "items": one, "minItems": 1, "maxItems": MAX_LIST});
        json!({"anyOf": [one, several], "description": words})
    };
    let object = |required: &[&str], properties: JsonValue| {
        json!({"type": "object", "properties": properties, "required": required,
               "additionalProperties": false})
    };
    let names = Algorithm::ALL.map(Algorithm::name);
    let issuer = object(
        &["issuer"],
        json!({
            "issuer": text("The issuer, letter by letter as its tokens name it."),
            "audience": list("One of these has to be among a token's audiences; `auth.resource` and \
                              its /mcp where nothing is given."),
            "tenant": text("The tenant of all its tokens; the issuer's name where nothing is given."),
            "jwksUri": text("Where its keys are; by its own description where nothing is given."),
            "mayAdmin": {"type": "boolean", "default": false, "description":
                "Whether the scope `admin` of its tokens counts: it is over all tenants."},
            "algorithms": {"type": "array", "items": {"enum": names}, "minItems": 1,
                           "description": "How its tokens may be signed."},
            "introspection": object(INTROSPECTION, json!({
                "endpoint": text("Where it is asked whether a token holds."),
                "clientId": text("Our name there."),
                "clientSecret": text("Our password there; `env:NAME` keeps it out of the file."),
            })),
            "claims": object(&[], json!({
                "tenant": text("The claim with the tenant."),
                "subject": text("The claim with the subject; `sub` where nothing is given."),
                "scopes": list("The claims with scopes; `scope` and `scp` where nothing is given."),
                "roles": list("The claims with roles."),
            })),
        }),
    );
    json!({"type": "array", "items": issuer, "maxItems": MAX})
}
