//! Roles cut down what the operator would give, also where a link leads.

use std::fs;
use std::os::unix::fs::symlink;

use egress::{Config, Egress, Grant};
use files::Operator;
use policy::roles::{Authority, Roles};
use types::{Asked, Grants, Permissions, Principal};

use crate::caller::{Caller, View};
use crate::reach::Reach;

fn view(rules: &str) -> View {
    let authority = Authority::new(Roles::parse(rules).unwrap());
    Caller::new(Some(&authority), &Principal::local()).view()
}

fn entries(entries: &[&str]) -> Asked {
    Asked::Entries(entries.iter().map(|&entry| entry.to_owned()).collect())
}

async fn told(reach: &Reach, asked: &Permissions, rules: &str) -> Grants {
    reach.grant(asked, &view(rules)).await.unwrap().told.unwrap()
}

fn denied(told: &Grants) -> Vec<(&str, &str)> {
    let denied = told.denied.iter().map(|denied| {
        assert_eq!(denied.reason, super::REASON);
        (denied.permission.as_str(), denied.entry.as_str())
    });
    denied.collect()
}

#[tokio::test]
async fn a_directory_is_given_when_operator_and_roles_allow_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    for name in ["data/team", "data/secret", "else"] {
        fs::create_dir_all(path(name)).unwrap();
    }
    symlink(path("data/secret"), path("data/team/door")).unwrap();
    let operator = Operator::open(&[], std::slice::from_ref(&root), &[]).unwrap();
    let reach = Reach::new(operator, Egress::new(Config::default()).unwrap());
    let rules = format!(
        "p, *, *, read, {0}, allow\np, *, *, read, {0}/secret, deny\np, *, *, write, {0}/team, allow\n",
        path("data")
    );
    let (data, team, secret) = (path("data"), path("data/team"), path("data/secret"));

    let asked = Permissions { read: entries(&[&team, &secret, &data]), ..Permissions::default() };
    let all = told(&reach, &asked, &rules).await;
    assert_eq!(all.read, [team.as_str()]);
    assert_eq!(denied(&all), [("read", secret.as_str()), ("read", data.as_str())]);

    let asked = Permissions { write: entries(&[&team, &path("else")]), ..Permissions::default() };
    let all = told(&reach, &asked, &rules).await;
    assert_eq!(all.write, [team.as_str()]);
    assert_eq!(denied(&all), [("write", path("else").as_str())]);

    // By its name it is in the team's directory; what it is, is secret.
    let door = path("data/team/door");
    let asked =
        Permissions { read: entries(&[&door]), cwd: Some(door.clone()), ..Permissions::default() };
    let all = told(&reach, &asked, &rules).await;
    assert!(all.read.is_empty() && all.cwd.is_none(), "{all:?}");
    assert_eq!(denied(&all), [("read", door.as_str()), ("cwd", secret.as_str())]);

    let asked = Permissions { read: Asked::All, write: Asked::All, ..Permissions::default() };
    let all = told(&reach, &asked, &rules).await;
    assert_eq!(all.write, [team.as_str()], "what rules name in the operator's directories");
    let nothing = told(&reach, &asked, "p, *, *, call, *, allow").await;
    assert!(nothing.read.is_empty() && nothing.write.is_empty());
}

#[tokio::test]
async fn a_host_is_given_when_operator_and_roles_allow_it() {
    let allow = Grant::parse(&["*.example.com", "api.test"]).unwrap();
    let egress = Egress::new(Config { allow, ..Config::default() }).unwrap();
    let reach = Reach::new(Operator::default(), egress);
    let rules = "p, *, *, net, *.example.com, allow\np, *, *, net, secret.example.com, deny\n\
                 p, *, *, net, docs.example.com, allow\np, *, *, net, elsewhere.test, allow\n";
    let asked = |net| Permissions { net, ..Permissions::default() };
    let wanted = entries(&["a.example.com", "secret.example.com", "api.test", "*.example.com"]);
    let all = told(&reach, &asked(wanted), rules).await;
    assert_eq!(all.net, ["a.example.com"]);
    let refused = [("net", "secret.example.com"), ("net", "api.test"), ("net", "*.example.com")];
    assert_eq!(denied(&all), refused);
    let all = told(&reach, &asked(Asked::All), rules).await;
    assert_eq!(all.net, ["docs.example.com"], "and not what the operator does not allow");
}
