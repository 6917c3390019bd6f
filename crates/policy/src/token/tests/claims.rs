//! What tokens say, in the shapes of the providers that many have.

use serde_json::{Map, Value, json};

use crate::token::{Checked, Expected, Mapping, TenantOf, Wrong, check};

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://issuer.example/";

fn expected() -> Expected {
    Expected {
        issuer: ISSUER.to_owned(),
        audience: vec!["https://us.example/mcp".to_owned(), "https://us.example".to_owned()],
        skew: 60,
        mapping: Mapping {
            tenant: TenantOf::All("acme".to_owned()),
            subject: "sub".to_owned(),
            scopes: vec!["scope".to_owned(), "scp".to_owned()],
            roles: Vec::new(),
            may_admin: false,
        },
    }
}

fn claims(changed: &Value) -> Map<String, Value> {
    let mut claims = json!({
        "iss": ISSUER, "aud": "https://us.example/mcp", "sub": "alice", "exp": NOW + 300,
        "iat": NOW, "scope": "openid tools:read execute:python tools:read"
    });
    for (name, value) in changed.as_object().into_iter().flatten() {
        match value {
            Value::String(word) if word == "-" => {
                drop(claims.as_object_mut().map(|it| it.remove(name)))
            }
            value => claims[name.as_str()] = value.clone(),
        }
    }
    claims.as_object().cloned().unwrap_or_default()
}

fn asked(changed: Value) -> Result<Checked, Wrong> {
    check(&claims(&changed), &expected(), NOW)
}

#[test]
fn a_token_that_holds_says_who_asks() {
    let checked = asked(json!({})).expect("it holds");
    assert_eq!(checked.expires, NOW + 300);
    let principal = checked.principal;
    assert_eq!((principal.tenant.as_str(), principal.subject.as_str()), ("acme", "alice"));
    assert_eq!(principal.scopes, ["tools:read", "execute:python"], "those that are ours");
    assert!(principal.roles.is_empty());
}

#[test]
fn admin_is_taken_only_where_the_operator_said_so() {
    let claims = claims(&json!({"scope": "admin tools:read", "scp": ["admin"]}));
    let scopes = |may_admin| {
        let mapping = Mapping { may_admin, ..expected().mapping };
        let checked = check(&claims, &Expected { mapping, ..expected() }, NOW);
        checked.expect("it holds").principal.scopes
    };
    assert_eq!(scopes(false), ["tools:read"]);
    assert_eq!(scopes(true), ["admin", "tools:read"]);
}

#[test]
fn time_is_held_against_the_clock_with_some_skew() {
    assert!(asked(json!({"exp": NOW - 59})).is_ok());
    assert!(asked(json!({"exp": NOW as f64 + 0.5})).is_ok());
    assert_eq!(asked(json!({"exp": NOW - 60})), Err(Wrong::Expired));
    assert!(asked(json!({"nbf": NOW + 60, "iat": NOW + 60})).is_ok());
    assert_eq!(asked(json!({"nbf": NOW + 61})), Err(Wrong::NotYet));
    assert_eq!(asked(json!({"iat": NOW + 61})), Err(Wrong::NotYet));
    for exp in [json!("-"), json!(null), json!("soon"), json!(-1), json!(1e300), json!([NOW])] {
        assert_eq!(asked(json!({ "exp": exp })), Err(Wrong::Claims), "{exp}");
    }
}

#[test]
fn issuer_and_audience_are_ours_letter_by_letter() {
    for iss in
        ["https://issuer.example", "https://ISSUER.example/", "https://issuer.example/x", "-"]
    {
        assert_eq!(asked(json!({ "iss": iss })), Err(Wrong::Issuer), "{iss}");
    }
    assert_eq!(asked(json!({"iss": [ISSUER]})), Err(Wrong::Issuer));
    assert!(asked(json!({"aud": ["other", "https://us.example"]})).is_ok());
    for aud in [json!("-"), json!([]), json!("https://us.example/"), json!("us"), json!(null)] {
        assert_eq!(asked(json!({ "aud": aud })), Err(Wrong::Audience), "{aud}");
    }
    for aud in [json!({"a": 1}), json!([["https://us.example"]]), json!(7)] {
        assert_eq!(asked(json!({ "aud": aud })), Err(Wrong::Claims), "{aud}");
    }
}

#[test]
fn who_is_not_said_is_nobody() {
    for sub in
        [json!("-"), json!(""), json!(7), json!(["alice"]), json!("a\nb"), json!("x".repeat(257))]
    {
        assert_eq!(asked(json!({ "sub": sub })), Err(Wrong::Claims), "{sub}");
    }
    assert_eq!(asked(json!({"cnf": {"jkt": "x"}})), Err(Wrong::Bound));
    let mut ours = expected();
    ours.mapping.tenant = TenantOf::Claim("tid".to_owned());
    let of = |tenant: &str| check(&claims(&json!({ "tid": tenant })), &ours, NOW);
    assert_eq!(of("globex").expect("a tenant").principal.tenant, "globex");
    assert_eq!(of("local"), Err(Wrong::Claims), "that is who starts us at a terminal");
    assert_eq!(of("-"), Err(Wrong::Claims));
}

#[test]
fn a_claim_that_cannot_be_read_whole_gives_no_part_of_itself() {
    let mut ours = expected();
    ours.mapping.roles = vec!["roles".to_owned()];
    let of = |roles: Value| check(&claims(&json!({ "roles": roles })), &ours, NOW);
    assert_eq!(of(json!("dev")).expect("one role").principal.roles, ["dev"]);
    assert_eq!(of(json!(["a b", "c", "c"])).expect("two").principal.roles, ["a b", "c"]);
    for roles in
        [json!({"admin": true}), json!([["admin"]]), json!([1]), json!([""]), json!(vec!["r"; 257])]
    {
        assert_eq!(of(roles.clone()), Err(Wrong::Claims), "{roles:.60}");
    }
    assert_eq!(asked(json!({"scope": {"admin": true}})), Err(Wrong::Claims));
}

/// The shapes that Auth0, Okta, Entra and Keycloak give their access tokens.
#[test]
fn the_shapes_of_known_providers_are_read() {
    let read = |token: Value, tenant: TenantOf, subject: &str, scopes: &[&str], roles: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mapping = Mapping {
            tenant,
            subject: subject.to_owned(),
            scopes: owned(scopes),
            roles: owned(roles),
            may_admin: true,
        };
        let token = token.as_object().expect("an object");
        let text = |name: &str| token[name].as_str().unwrap_or_default().to_owned();
        let audience = match &token["aud"] {
            Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => vec![text("aud")],
        };
        let expected = Expected { issuer: text("iss"), audience, skew: 60, mapping };
        check(token, &expected, NOW).expect("it holds").principal
    };
    let all = || TenantOf::All("acme".to_owned());
    let auth0 = json!({
        "iss": "https://acme.eu.auth0.com/", "sub": "auth0|123",
        "aud": ["https://tools.acme.example", "https://acme.eu.auth0.com/userinfo"],
        "iat": NOW, "exp": NOW + 86_400, "azp": "client", "scope": "openid execute:typescript",
        "permissions": ["tools:read"], "https://acme.example/roles": ["dev"]
    });
    let who = read(auth0, all(), "sub", &["scope", "permissions"], &["https://acme.example/roles"]);
    assert_eq!(who.scopes, ["execute:typescript", "tools:read"]);
    assert_eq!((who.subject.as_str(), who.roles), ("auth0|123", vec!["dev".to_owned()]));
    let okta = json!({
        "ver": 1, "jti": "AT.x", "iss": "https://acme.okta.com/oauth2/default", "aud": "api://tools",
        "iat": NOW, "exp": NOW + 3600, "cid": "client", "uid": "00u1", "sub": "alice@acme.example",
        "scp": ["tools:read", "execute:python"], "groups": ["Everyone", "dev"]
    });
    let who = read(okta, all(), "sub", &["scope", "scp"], &["groups"]);
    assert_eq!(who.scopes, ["tools:read", "execute:python"]);
    assert_eq!(who.roles, ["Everyone", "dev"]);
    let entra = json!({
        "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3", "ver": "2.0", "tid": "72f988bf",
        "iss": "https://login.microsoftonline.com/72f988bf/v2.0", "iat": NOW, "nbf": NOW,
        "exp": NOW + 4000, "azp": "client", "oid": "690222be", "sub": "pairwise",
        "scp": "tools:read execute:typescript", "roles": ["dev", "admin"]
    });
    let tenant = TenantOf::Claim("tid".to_owned());
    let who = read(entra, tenant, "oid", &["scp", "roles"], &["roles"]);
    assert_eq!((who.tenant.as_str(), who.subject.as_str()), ("72f988bf", "690222be"));
    assert_eq!(who.scopes, ["tools:read", "execute:typescript", "admin"]);
    let keycloak = json!({
        "exp": NOW + 300, "iat": NOW, "jti": "x", "iss": "https://id.acme.example/realms/acme",
        "aud": ["tools", "account"], "sub": "f:1:alice", "typ": "Bearer", "azp": "cli",
        "realm_access": {"roles": ["dev", "offline_access"]},
        "resource_access": {"tools": {"roles": ["runner"]}},
        "scope": "profile execute:python email", "preferred_username": "alice"
    });
    let roles = ["realm_access.roles", "resource_access.tools.roles"];
    let who = read(keycloak, all(), "preferred_username", &["scope"], &roles);
    assert_eq!(who.roles, ["dev", "offline_access", "runner"]);
    assert_eq!((who.subject.as_str(), who.scopes), ("alice", vec!["execute:python".to_owned()]));
}
