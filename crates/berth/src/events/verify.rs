//! `berth events verify`: reads the whole log and finds any changed byte, missing position or hole.

use std::path::PathBuf;

use berth_cli::{Gauge, Global, OutputFormat};
use berth_store::{Anchor, ReadError, Report, Storage, verify_anchored};

use super::sound::{self, Soundness};
use crate::{
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Verify {
    /// Configuration file that names the log; the server may be running
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Any other setting
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// POSITION:CHECKSUM that an earlier run printed: finds a log that was cut back since
    #[arg(long, value_name = "HEAD", value_parser = anchor)]
    expect: Option<Anchor>,
}

/// 0: clean. 1: found something. 70: there is no log to read.
pub(super) async fn run(arguments: Verify, global: &Global) -> u8 {
    let configuration =
        Configuration { set: arguments.set, ..Configuration::for_tools(arguments.config, global) };
    let config = match configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match storage::open_existing(&config.database, Use::Beside).await {
        Ok(log) => {
            let checked = check(&*log, arguments.expect, global.quiet).await;
            log.close().await;
            match checked {
                Ok((report, soundness)) => told(&report, &soundness, global.format() != OutputFormat::Text),
                Err(error) => words::fail(&error, 70),
            }
        }
        Err(error) => words::fail(&error, error.exit_code()),
    }
}

/// First whether the rows are what was written, then whether what was written makes sense.
async fn check(
    log: &dyn Storage,
    expected: Option<Anchor>,
    quiet: bool,
) -> Result<(Report, Soundness), ReadError> {
    let head = log.head().await.map_or(0, berth_store::Position::get);
    let mut gauge = Gauge::new("events", head, quiet);
    let report = verify_anchored(log, expected, |position| gauge.at(position.get())).await;
    gauge.finish();
    // A damaged log cannot be folded, and need not be.
    if !report.is_clean() {
        return Ok((report, Soundness::default()));
    }
    let mut gauge = Gauge::new("fold", head, quiet);
    let soundness = sound::examine(log, report.head, |position| gauge.at(position.get())).await?;
    gauge.finish();
    Ok((report, soundness))
}

fn told(report: &Report, soundness: &Soundness, json: bool) -> u8 {
    let findings: Vec<_> =
        report.findings.iter().map(ToString::to_string).chain(soundness.findings.iter().cloned()).collect();
    if json {
        words::line(&as_json(report, soundness, &findings).to_string());
    } else {
        print(report, soundness, &findings);
    }
    u8::from(!findings.is_empty())
}

fn as_json(report: &Report, soundness: &Soundness, findings: &[String]) -> serde_json::Value {
    serde_json::json!({
        "events": report.events,
        "head": report.head.to_string(),
        "checksum": report.checksum,
        "released": report.released,
        "streams": soundness.streams,
        "snapshots": soundness.snapshots,
        "clean": findings.is_empty(),
        "findings": findings,
    })
}

fn print(report: &Report, soundness: &Soundness, findings: &[String]) {
    for finding in findings {
        words::line(&format!("✗ {finding}"));
    }
    if report.is_clean() {
        let Soundness { streams, snapshots, .. } = soundness;
        let mark = if soundness.findings.is_empty() { "✓" } else { "✗" };
        words::say(
            "positions ascend ✓   versions without holes ✓   checksums chain ✓",
            "位置递增 ✓   版本连续 ✓   校验和相连 ✓",
        );
        words::say(
            &format!("{streams} streams decode and fold {mark}   {snapshots} snapshots agree {mark}"),
            &format!("{streams} 个流均可解码并折叠 {mark}   {snapshots} 个快照一致 {mark}"),
        );
    }
    let (events, head, checksum) = (report.events, report.head, &report.checksum);
    let (released, released_zh) = match report.released {
        0 => (String::new(), String::new()),
        some => (format!(", {some} released"), format!("，已释放 {some} 条")),
    };
    let (verdict, verdict_zh) =
        if findings.is_empty() { ("clean", "完好") } else { ("NOT clean", "有问题") };
    // The head as `--expect` takes it.
    words::say(
        &format!("{events} events{released}, head {head}:{checksum}: {verdict}"),
        &format!("{events} 条事件{released_zh}，末尾 {head}:{checksum}：{verdict_zh}"),
    );
}

/// `POSITION:CHECKSUM`, the checksum in hexadecimal.
fn anchor(text: &str) -> Result<Anchor, String> {
    let wrong =
        || "write POSITION:CHECKSUM, as the last line of an earlier run says behind `head`".to_owned();
    let (position, hexadecimal) = text.split_once(':').ok_or_else(wrong)?;
    let mut checksum = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut checksum).map_err(|_| wrong())?;
    Ok(Anchor { position: position.parse().map_err(|_| wrong())?, checksum })
}
