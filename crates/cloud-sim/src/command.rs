//! What `berth sim oci` and `berth sim channels` do once their arguments are read.

use std::io::Write as _;

use tokio::signal::unix::{SignalKind, signal};

use crate::{
    channels::{self, Smtp},
    options::{Options, StartError},
    server::start,
};

/// Starts a simulator, prints its base URL as the first line of stdout and where it takes mail as the next ones, and
/// serves until Ctrl-C or SIGTERM.
pub async fn run(options: Options) -> Result<(), StartError> {
    let running = start(options).await?;
    introduce(&running.base_url, running.smtp.as_ref());
    asked_to_stop().await;
    running.stop().await;
    Ok(())
}

/// The same with channels and no cloud.
pub async fn run_channels(options: channels::Options) -> Result<(), StartError> {
    let running = channels::start(options).await?;
    introduce(&running.base_url, running.smtp.as_ref());
    asked_to_stop().await;
    running.stop().await;
    Ok(())
}

fn introduce(base_url: &str, smtp: Option<&Smtp>) {
    let mail = |Smtp { plain, starttls, tls, .. }: &Smtp| {
        format!("smtp://{plain}\nsmtp+starttls://{starttls}\nsmtps://{tls}\n")
    };
    let lines = format!("{base_url}\n{}", smtp.map(mail).unwrap_or_default());
    // Whoever closed stdout does not want to know.
    let _ = std::io::stdout().write_all(lines.as_bytes());
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}
