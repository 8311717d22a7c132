//! Rates that crates measure with examples of their own, which print both sides: those are run and read, not copied.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{herd::scratch, process::Binaries, table::Row};

/// Group commit against a transaction for each append; the example alternates the two.
pub(crate) fn appends(binaries: &Binaries, seconds: u64) -> Result<Vec<Row>> {
    let mut command = binaries.example("append_rate")?;
    append_rows("durable appends/s", &output(command.arg(seconds.to_string()).arg(scratch()))?)
}

/// The same on a server of PostgreSQL that the example starts.
pub(crate) fn appends_to_postgres(binaries: &Binaries, seconds: u64) -> Result<Vec<Row>> {
    let mut command = binaries.example("append_rate_postgres")?;
    append_rows("durable appends/s, PostgreSQL", &output(command.arg(seconds.to_string()))?)
}

fn append_rows(what: &str, printed: &str) -> Result<Vec<Row>> {
    let rows: Vec<_> = printed.lines().filter_map(|line| append_row(what, line)).collect();
    if rows.is_empty() {
        bail!("no rates were printed: {printed}");
    }
    Ok(rows)
}

fn append_row(what: &str, line: &str) -> Option<Row> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let &[callers, alone, grouped, _] = columns.as_slice() else { return None };
    let (callers, alone, grouped) = (callers.parse::<u32>().ok()?, number(alone)?, number(grouped)?);
    let name = format!("{what}, {callers} at once");
    let row = Row::new(name, format!("{grouped:.0}"), format!("{alone:.0}: a transaction each"));
    let row = row.ratio(grouped / alone);
    // One caller has nobody to share a transaction with.
    Some(if callers == 1 { row } else { row.goal("≥ 10", grouped / alone >= 10.0) })
}

/// The best of some rounds of a second each, in turn: what the machine can do when nobody disturbs it.
pub(crate) fn signatures(binaries: &Binaries, rounds: usize) -> Result<Row> {
    let (mut ours, mut openssl) = (0.0_f64, 0.0_f64);
    for _ in 0..rounds {
        ours = ours.max(our_rate(binaries)?);
        openssl = openssl.max(openssl_rate()?);
    }
    let ratio = ours / openssl;
    Ok(Row::new("signatures/s", format!("{ours:.0}"), format!("{openssl:.0}: openssl speed rsa2048"))
        .ratio(ratio)
        .goal("≥ 0.8", ratio >= 0.8))
}

fn our_rate(binaries: &Binaries) -> Result<f64> {
    let printed = output(binaries.example("sign_rate")?.arg("1"))?;
    let rate = printed.split_whitespace().next().and_then(number);
    rate.with_context(|| format!("sign_rate printed no rate: {printed}"))
}

/// Reads the table for people: what `-mr` prints differs between releases.
fn openssl_rate() -> Result<f64> {
    let printed = output(Command::new("openssl").args(["speed", "-seconds", "1", "rsa2048"]))?;
    let line = printed.lines().find(|line| line.starts_with("rsa") && line.contains("2048 bits"));
    // rsa 2048 bits 0.000548s 0.000016s   1824.1  62042.3
    let rate = line.and_then(|line| line.split_whitespace().filter_map(number).nth(1));
    rate.with_context(|| format!("openssl speed printed no rate: {printed}"))
}

/// Following, folding and rebuilding every read model, each against a plain scan of the same rows.
pub(crate) fn rebuild(binaries: &Binaries) -> Result<Vec<Row>> {
    let printed = output(binaries.example("rebuild_rate")?.args(["200000", "1000"]))?;
    let after = |words: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(words));
        let rate = line.and_then(|line| line.split_whitespace().next()).and_then(number);
        rate.with_context(|| format!("rebuild_rate printed no rate of what is {words}: {printed}"))
    };
    let scanned = after("plain scan ")?;
    let row = |what, rate: f64| {
        Row::new(what, format!("{rate:.0}"), format!("{scanned:.0}: plain scan")).ratio(rate / scanned)
    };
    let (followed, folded, rebuilt) = (after("followed ")?, after("folded ")?, after("rebuilt beside ")?);
    Ok(vec![
        row("events/s followed", followed).goal("≥ 0.5 of the scan", followed / scanned >= 0.5),
        row("events/s folded into all views", folded).goal("≥ 50000/s", folded >= 50_000.0),
        row("events/s rebuilt by a tool, beside the old rows", rebuilt)
            .goal("≥ 50000/s", rebuilt >= 50_000.0),
    ])
}

/// Out of the log, into another, checked, released.
pub(crate) fn travel(binaries: &Binaries) -> Result<Vec<Row>> {
    let printed = output(&mut binaries.example("travel_rate")?)?;
    let row = |line: &str| {
        let what = line.split_whitespace().next()?;
        let rate = line.strip_suffix(" /s")?.rsplit(' ').next().and_then(number)?;
        Some(Row::new(format!("events/s, {what}"), format!("{rate:.0}"), "-"))
    };
    Ok(printed.lines().filter_map(row).collect())
}

/// What a program printed that ended well.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command.output().with_context(|| format!("failed to run {command:?}"))?;
    if !done.status.success() {
        bail!("{command:?} ended with {}: {}", done.status, String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8(done.stdout)?)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}
