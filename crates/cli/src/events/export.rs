//! The log as JSONL, as the server streams it.

use std::io::Write;

use crate::{Console, Global, client::Client, failure::Failure};

/// Which events, and how plain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Those after this position.
    pub after: u64,
    /// And not after this one.
    pub to: Option<u64>,
    /// With identifiers and addresses masked.
    pub redact: bool,
}

/// Copies an export of the server's log. Answers the exit code; what came of a stream that broke off is no whole export.
pub async fn export(global: &Global, wanted: &Wanted, out: &mut (dyn Write + Send)) -> u8 {
    let mut console = Console::system(global);
    match download(global, &console, wanted, out).await {
        Ok(()) => 0,
        Err(failure) => failure.report(&mut console).code(),
    }
}

async fn download(
    global: &Global,
    console: &Console,
    wanted: &Wanted,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let client = Client::new(global, console.language())?;
    let to = wanted.to.map(|to| format!("&to={to}")).unwrap_or_default();
    let redact = if wanted.redact { "&redact=true" } else { "" };
    client.download(&format!("/api/events.jsonl?after={}{to}{redact}", wanted.after), out).await
}
