//! `code-executor doctor`: for each language what runs it, the isolation its programs get here, and
//! why not more.

use std::time::Duration;

use serde_json::json;
use types::{EngineHealth, ErrorCode, Isolation, Language, Refusal};

use crate::cli::render::{self, Rendered, Style};
use crate::cli::{DoctorArguments, Exit};
use crate::compose;
use crate::config::{Inputs, Settings};

/// Starts every engine, which proves its layers by trying, and shows what there is.
///
/// A Python that is not there is no failure: nobody may want one.
pub async fn run(
    arguments: DoctorArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let gateway = compose::gateway(settings)?;
    let mut warmed = Vec::new();
    for language in [Language::TypeScript, Language::Python] {
        warmed.push(gateway.warm(language).await);
    }
    let engines: Vec<_> = gateway.health().await.engines.into_iter().zip(warmed).collect();
    let failed = engines.iter().find_map(|(_, warmed)| failure(warmed));
    let none = engines.iter().all(|(_, warmed)| warmed.is_err());
    let exit = match failed {
        Some(refusal) => Exit::of_refusal(refusal),
        None if none => Exit::Unavailable,
        None => Exit::Success,
    };
    let shown = match arguments.json {
        true => as_json(&engines)?,
        false => as_text(&engines, style),
    };
    shown.write()?;
    gateway.shutdown(Duration::from_secs(1)).await;
    Ok(exit)
}

/// An engine, and what came of starting it.
type Tried = (EngineHealth, Result<Isolation, Refusal>);

/// Why a language that is wanted, and is here, cannot be run.
fn failure(warmed: &Result<Isolation, Refusal>) -> Option<&Refusal> {
    warmed.as_ref().err().filter(|refusal| refusal.code != ErrorCode::LanguageUnavailable)
}

fn as_text(engines: &[Tried], style: Style) -> Rendered {
    let mut all = Rendered::default();
    for (engine, warmed) in engines {
        let shown = match warmed {
            Ok(isolation) => render::engine(engine, isolation, style),
            Err(refusal) if refusal.code == ErrorCode::LanguageUnavailable => {
                render::no_engine(refusal, style)
            }
            Err(refusal) => render::refusal(refusal, style),
        };
        all.out.push_str(&shown.out);
        // One cause often has both.
        if !all.err.contains(&shown.err) {
            all.err.push_str(&shown.err);
        }
    }
    all
}

fn as_json(engines: &[Tried]) -> anyhow::Result<Rendered> {
    let mut all = Vec::new();
    for (engine, warmed) in engines {
        let mut value = serde_json::to_value(engine)?;
        match warmed {
            Ok(isolation) => value["isolation"] = serde_json::to_value(isolation)?,
            Err(refusal) => {
                value["reason"] = json!(refusal.message);
                value["code"] = json!(refusal.code);
            }
        }
        all.push(value);
    }
    let text = serde_json::to_string_pretty(&json!({ "engines": all }))?;
    Ok(Rendered::out(text + "\n"))
}
