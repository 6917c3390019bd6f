//! What may be typed after `code-executor keys`.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use types::scope;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// The longest time, in days: ten years.
const MAX_DAYS: u64 = 3_650;

/// The end of `keys --help`.
pub const AFTER_KEYS: &str = "\
A key is shown once, when it is made; what is kept is its hash. From then on it is named by its
prefix, the part after `cex_`. Changes hold within two seconds, also in gateways that run.

Once there is a key, every request over HTTP needs one, or a token: docs/identity.md";

/// `code-executor keys`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct KeysArguments {
    /// What to do with keys.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What to do with keys.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum KeysCommand {
    /// Make a key, and show it this once.
    Create(CreateArguments),
    /// List the keys that are taken.
    List(ListArguments),
    /// Make a key in the place of another, which holds for a while longer.
    Rotate(RotateArguments),
    /// Take keys back, at once.
    Revoke(RevokeArguments),
}

/// `code-executor keys create`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CreateArguments {
    /// What people call it, such as where it is used.
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub name: String,
    /// The tenant of whoever has it.
    #[arg(long, value_name = "TENANT", default_value = "default", value_parser = name)]
    pub tenant: String,
    /// Whoever has it, within the tenant; the key's name when it is not said.
    #[arg(long, value_name = "SUBJECT", value_parser = name)]
    pub subject: Option<String>,
    /// What it may ask for; may be repeated. Everything but admin when it is not said.
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',')]
    #[arg(value_parser = PossibleValuesParser::new(scope::ALL))]
    pub scopes: Vec<String>,
    /// A role of whoever has it, for the policy file; may be repeated.
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', value_parser = name)]
    pub roles: Vec<String>,
    /// How long it is taken: 90d, 12h, or never for no end.
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = lifetime)]
    pub expires: Lifetime,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor keys list`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ListArguments {
    /// Only keys of this tenant.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
    /// Only keys of this subject.
    #[arg(long, value_name = "SUBJECT")]
    pub subject: Option<String>,
    /// Those as well that have ended or were revoked.
    #[arg(long)]
    pub all: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor keys rotate`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RotateArguments {
    /// The key to replace.
    #[arg(value_name = "PREFIX", value_parser = prefix)]
    pub prefix: String,
    /// How long the old one holds beside the new one: 24h, 7d, or 0s.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = time)]
    pub overlap: u64,
    /// How long the new one is taken; as long as the old one was meant to be when it is not said.
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    pub expires: Option<Lifetime>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor keys revoke`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RevokeArguments {
    /// The keys.
    #[arg(value_name = "PREFIX", required = true, num_args = 1..=100, value_parser = prefix)]
    pub prefixes: Vec<String>,
}

/// How long a key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// So many milliseconds.
    Milliseconds(u64),
    /// Without end.
    Endless,
}

fn lifetime(text: &str) -> Result<Lifetime, String> {
    match text {
        "never" => Ok(Lifetime::Endless),
        text => match time(text)? {
            0 => Err("a key has to hold for a while".to_owned()),
            time => Ok(Lifetime::Milliseconds(time)),
        },
    }
}

/// Milliseconds from `30s`, `15m`, `24h` or `90d`.
fn time(text: &str) -> Result<u64, String> {
    let wrong = || format!("write a time of at most {MAX_DAYS} days, such as 90d, 12h or 15m");
    let unit = match text.chars().last() {
        Some('s') => 1_000,
        Some('m') => MINUTE,
        Some('h') => HOUR,
        Some('d') => DAY,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|time| *time <= MAX_DAYS * DAY).ok_or_else(wrong)
}

/// The part of a key that finds it, however much of it was typed.
fn prefix(text: &str) -> Result<String, &'static str> {
    let bare = text.strip_prefix(policy::keys::MARK).unwrap_or(text);
    let bare = bare.split('_').next().unwrap_or_default();
    match policy::keys::is_prefix(bare) {
        true => Ok(bare.to_owned()),
        false => Err("a prefix is the 13 letters after cex_; `code-executor keys list` shows them"),
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    match text {
        "" => Err("it is empty"),
        "local" => Err("that is who starts this program at a terminal; take another name"),
        text if text.len() > 128 || text.chars().any(char::is_control) => {
            Err("it is longer than 128 bytes, or has control characters")
        }
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, Lifetime, lifetime, name, prefix, time};

    #[test]
    fn times_are_read_with_their_units() {
        assert_eq!(time("0s"), Ok(0));
        assert_eq!(time("24h"), Ok(24 * HOUR));
        assert_eq!(lifetime("90d"), Ok(Lifetime::Milliseconds(90 * DAY)));
        assert_eq!(lifetime("never"), Ok(Lifetime::Endless));
        for text in ["", "90", "d", "1.5d", "-1d", "3651d", "99999999999999999999d", "1w", "1 d"] {
            assert!(time(text).is_err(), "{text}");
        }
        assert!(lifetime("0d").is_err());
    }

    #[test]
    fn a_prefix_is_found_in_what_was_typed() {
        let letters = "0123456789abc";
        for text in [letters, "cex_0123456789abc", "cex_0123456789abc_secret"] {
            assert_eq!(prefix(text).as_deref(), Ok(letters));
        }
        assert!(prefix("alice").is_err() && prefix("").is_err());
        assert!(name("local").is_err() && name("a\nb").is_err() && name("").is_err());
    }
}
