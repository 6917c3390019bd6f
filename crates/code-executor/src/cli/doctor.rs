//! `code-executor doctor`: the isolation programs get here, and why not more.

use std::time::Duration;

use crate::cli::Exit;
use crate::cli::render::{self, Style};
use crate::compose;
use crate::config::{Inputs, Settings};

/// Starts the sandbox, which proves its layers by trying, and shows what there is.
pub async fn run(settings: Settings, inputs: &Inputs) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let gateway = compose::gateway(settings)?;
    let exit = match gateway.warm().await {
        Ok(isolation) => {
            render::isolation(&isolation, style).write()?;
            Exit::Success
        }
        Err(refusal) => {
            render::refusal(&refusal, style).write()?;
            Exit::of_refusal(&refusal)
        }
    };
    gateway.shutdown(Duration::from_secs(1)).await;
    Ok(exit)
}
