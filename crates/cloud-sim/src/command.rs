//! What `berth sim oci` does once its arguments are read.

use std::io::Write as _;

use tokio::signal::unix::{SignalKind, signal};

use crate::{
    options::{Options, StartError},
    server::start,
};

/// Starts a simulator, prints its base URL as the first line of stdout, and serves until Ctrl-C or SIGTERM.
pub async fn run(options: Options) -> Result<(), StartError> {
    let running = start(options).await?;
    // Whoever closed stdout does not want to know.
    let _ = writeln!(std::io::stdout(), "{}", running.base_url);
    asked_to_stop().await;
    running.stop().await;
    Ok(())
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
