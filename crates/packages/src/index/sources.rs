//! Which indexes count: those that `uv` is told of, or else those of `pip`.

use super::{
    Error, MAX_INDEXES, Said, Source, Sources, Variables, absolute,
    address::Address,
    pip::Pip,
    uv_toml::{IndexEntry, UvToml},
    variables::is_true,
};

/// The indexes, in the order in which `uv` asks them.
pub(super) fn collect(
    variables: &Variables<'_>,
    uv_toml: &UvToml,
    pip: &Pip,
) -> Result<Sources, Error> {
    let sources = of_uv(variables, uv_toml)?;
    let sources = if sources.says_something() { sources } else { of_pip(variables, pip)? };
    if sources.extra.len() > MAX_INDEXES || sources.links.len() > MAX_INDEXES {
        return Err(Error::Index {
            origin: "pip or uv".to_owned(),
            reason: format!("more than {MAX_INDEXES} indexes are named; name fewer"),
        });
    }
    Ok(sources)
}

impl Sources {
    fn says_something(&self) -> bool {
        !self.extra.is_empty() || self.default.is_some() || self.no_index || !self.links.is_empty()
    }
}

fn of_uv(variables: &Variables<'_>, uv_toml: &UvToml) -> Result<Sources, Error> {
    let mut sources = Sources {
        no_index: variables.get("UV_NO_INDEX").map_or_else(|| uv_toml.is_on("no-index"), is_true),
        ..Sources::default()
    };
    for name in ["UV_INDEX", "UV_EXTRA_INDEX_URL"] {
        for item in variables.get(name).unwrap_or_default().split_ascii_whitespace() {
            sources.extra.push(of_variable(variables, name, item)?);
        }
    }
    for name in ["UV_DEFAULT_INDEX", "UV_INDEX_URL"] {
        if let (None, Some(value)) = (&sources.default, variables.get(name)) {
            sources.default = Some(of_variable(variables, name, value.trim())?);
        }
    }
    for entry in uv_toml.indexes()? {
        // What is asked for by name only is asked for by nobody here.
        let is_explicit = entry.options.get("explicit").and_then(toml::Value::as_bool);
        if is_explicit == Some(true) {
            continue;
        }
        let is_default = entry.is_default;
        let source = of_entry(variables, entry)?;
        if !is_default {
            sources.extra.push(source);
        } else if sources.default.is_none() {
            sources.default = Some(source);
        }
    }
    if let (None, Some(said)) = (&sources.default, uv_toml.place("index-url")) {
        sources.default = Some(Source::plain(&said)?);
    }
    for said in uv_toml.places("extra-index-url") {
        sources.extra.push(Source::plain(&said)?);
    }
    let named = variables.get("UV_FIND_LINKS").unwrap_or_default();
    let links = named
        .split(',')
        .map(str::trim)
        .filter(|link| !link.is_empty())
        .map(|link| Said { value: link.to_owned(), origin: "UV_FIND_LINKS".to_owned() })
        .chain(uv_toml.places("find-links"));
    sources.links = usable_links(variables, links.collect())?;
    Ok(sources)
}

fn of_pip(variables: &Variables<'_>, pip: &Pip) -> Result<Sources, Error> {
    Ok(Sources {
        extra: pip.list("extra-index-url").iter().map(Source::plain).collect::<Result<_, _>>()?,
        default: pip.get("index-url").map(Source::plain).transpose()?,
        no_index: pip.is_on("no-index"),
        links: usable_links(variables, pip.list("find-links"))?,
    })
}

impl Source {
    fn plain(said: &Said) -> Result<Self, Error> {
        Ok(Self { address: Address::parse(said)?, options: toml::Table::new() })
    }
}

/// An index of a variable, which may carry a name.
fn of_variable(variables: &Variables<'_>, variable: &str, item: &str) -> Result<Source, Error> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let (name, url) = match item.split_once('=') {
        Some((name, url)) if is_name(name) => (Some(name.to_owned()), url),
        _ => (None, item),
    };
    let url = Said { value: url.to_owned(), origin: variable.to_owned() };
    let entry = IndexEntry { url, name, is_default: false, options: toml::Table::new() };
    of_entry(variables, entry)
}

/// An index with the credentials that variables give to its name.
fn of_entry(variables: &Variables<'_>, entry: IndexEntry) -> Result<Source, Error> {
    let mut address = Address::parse(&entry.url)?;
    if let Some(name) = &entry.name {
        let in_variables: String = name
            .chars()
            .map(|each| if each.is_ascii_alphanumeric() { each.to_ascii_uppercase() } else { '_' })
            .collect();
        let given = |what: &str| {
            variables.get(&format!("UV_INDEX_{in_variables}_{what}")).map(str::to_owned)
        };
        address.username = given("USERNAME").or(address.username);
        address.password = given("PASSWORD").or(address.password);
    }
    Ok(Source { address, options: entry.options })
}

/// Places with files: addresses and directories that are there. `pip` leaves out the others too.
fn usable_links(variables: &Variables<'_>, links: Vec<Said>) -> Result<Vec<String>, Error> {
    let mut usable = Vec::new();
    for said in links {
        if said.value.contains("://") {
            Address::parse(&said)?;
            usable.push(said.value);
        } else if let Some(path) = absolute(variables, &said.value).filter(|path| path.exists())
            && let Some(path) = path.to_str()
            && !path.contains(',')
        {
            usable.push(path.to_owned());
        }
    }
    Ok(usable)
}
