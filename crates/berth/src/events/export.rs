//! `berth events export`: the log as JSONL, from the files or, without a directory, from the server that runs.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use berth_cli::{Gauge, Global};
use berth_store::{
    Position,
    exchange::{self, Options, Span, Unwritable},
};

use crate::{
    compressed::Sink,
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Export {
    /// File to make; compressed when it ends in .zst. Standard output without it
    file: Option<PathBuf>,
    /// Only events after this position
    #[arg(long, default_value_t, value_name = "POSITION")]
    after: Position,
    /// And none after this one
    #[arg(long, value_name = "POSITION")]
    to: Option<Position>,
    /// Mask identifiers and addresses: for bug reports. Such a file cannot be imported
    #[arg(long)]
    redact: bool,
    /// Configuration file that names the log; the server may be running
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Any other setting
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Export {
    /// Whether a log was named, rather than a server.
    fn names_a_log(&self, global: &Global) -> bool {
        global.data_dir.is_some() || self.config.is_some() || !self.set.is_empty()
    }
}

/// 0: written whole. 1: the file could not be made or written. 70: the log could not be read.
pub(super) async fn run(export: Export, global: &Global) -> u8 {
    if !export.names_a_log(global) {
        let wanted = berth_cli::EventsExport {
            after: export.after.get(),
            to: export.to.map(Position::get),
            redact: export.redact,
        };
        return match &export.file {
            None => berth_cli::export(global, &wanted, &mut io::stdout()).await,
            Some(file) => into_file(file, async |out| berth_cli::export(global, &wanted, out).await).await,
        };
    }
    let configuration =
        Configuration { set: export.set.clone(), ..Configuration::for_tools(export.config.clone(), global) };
    let config = match configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    let log = match storage::open_existing(&config.database, Use::Beside).await {
        Ok(log) => log,
        Err(error) => return words::fail(&error, error.exit_code()),
    };
    let code = match &export.file {
        None => write(&*log, &export, &mut io::stdout(), global.quiet).await,
        Some(file) => into_file(file, async |out| write(&*log, &export, out, global.quiet).await).await,
    };
    log.close().await;
    code
}

/// A file that is not whole is taken away again.
async fn into_file(path: &Path, fill: impl AsyncFnOnce(&mut (dyn Write + Send)) -> u8) -> u8 {
    let mut sink = match Sink::create(path) {
        Ok(sink) => sink,
        Err(error) => {
            words::complain(&format!("{}: {error}", path.display()), None);
            return 1;
        }
    };
    let code = fill(&mut sink).await;
    let finished = if code == 0 { sink.finish(path) } else { Ok(()) };
    if let Err(error) = &finished {
        words::fail(error, 1);
    }
    if code == 0 && finished.is_ok() {
        return 0;
    }
    std::fs::remove_file(path).ok();
    code.max(1)
}

async fn write(
    log: &dyn berth_store::Storage,
    export: &Export,
    out: &mut (dyn Write + Send),
    quiet: bool,
) -> u8 {
    let salt = rand::random::<[u8; 32]>();
    let redact = |value: &serde_json::Value| exchange::redact(&salt, value);
    let options = Options { redact: export.redact.then_some(&redact), ground: true };
    let span = Span { after: export.after, through: export.to };
    let head = log.head().await.unwrap_or_default();
    if export.after > Position::START && export.after >= export.to.unwrap_or(head).min(head) {
        let hint = words::of("give a smaller --after", "请给出更小的 --after");
        words::complain(
            &format!("no event is after {} there: the log ends at {head}", export.after),
            Some(hint),
        );
        return 2;
    }
    let total = head.get();
    let mut gauge = Gauge::new("export", total, quiet);
    let written = exchange::export(log, span, options, out, &mut |at| gauge.at(at.get())).await;
    gauge.finish();
    match written {
        Ok(_) => 0,
        // A reader that closes the pipe has seen enough.
        Err(Unwritable::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error @ Unwritable::Write(_)) => words::fail(&error, 1),
        Err(error) => words::fail(&error, 70),
    }
}
