//! Pages of lists: of tasks with their tenants beside an answer that needs nothing, and of a very long log by each of its filters.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    herd::{Crowd, Herd, create, scratch},
    process::Binaries,
    sample::{Sample, float},
    server::{Api, Server},
    table::Row,
};

const CLIENTS: usize = 16;
const ROUNDS: usize = 5;
const TASKS: usize = 1_000;

const NOTHING: &str = "{ __typename }";
/// The oldest, so that new ones do not change the answer.
const TASKS_WITH_TENANTS: &str = "{ grabTasks(first: 20, orderBy: { field: CREATED_AT, direction: ASC }) {
    nodes { id name state tenant { id name status } }
} }";
/// How often a task is made for each tenant while pages are asked for, unless those before are not made yet: each time, all that was read has
/// to be asked again.
const CHANGES: Duration = Duration::from_millis(100);

/// In turn, so that whatever the machine is busy with meets all alike.
pub(crate) async fn of_tasks(binaries: &Binaries, time: Duration) -> Result<Vec<Row>> {
    let herd = Herd::new(binaries, Crowd { calm: 0, eager: 0 })?;
    let (server, _) = herd.serve(binaries)?;
    let tenants = herd.import(&server.api).await?;
    for number in 0..TASKS / tenants.len() {
        make(&server.api, &tenants, number).await?;
    }
    check(&server.api.ask(TASKS_WITH_TENANTS, json!({})).await?)?;
    let (mut still, mut moving, mut nothing) = (Vec::new(), Vec::new(), Vec::new());
    let (mut made, mut making) = (0, Duration::ZERO);
    for _ in 0..ROUNDS {
        still.push(rate(&server.api, TASKS_WITH_TENANTS, time).await?);
        nothing.push(rate(&server.api, NOTHING, time).await?);
        let begun = Instant::now();
        tokio::select! {
            rate = rate(&server.api, TASKS_WITH_TENANTS, time) => moving.push(rate?),
            stopped = keep_making(&server.api, &tenants, &mut made) => stopped?,
        }
        making += begun.elapsed();
    }
    server.process.stop()?;
    let nothing = Sample::of(nothing).median();
    let row = |what, pages| {
        let pages = Sample::of(pages).median();
        let ratio = pages / nothing;
        Row::new(what, format!("{pages:.0}"), format!("{nothing:.0}: {NOTHING}"))
            .ratio(ratio)
            .goal("≥ 0.15", ratio >= 0.15)
    };
    Ok(vec![
        row("pages/s of 20 tasks with their tenants, nothing changes", still),
        row(&format!("… while {:.0} tasks a second are made", float(made) / making.as_secs_f64()), moving),
    ])
}

async fn make(api: &Api, tenants: &[String], number: usize) -> Result<()> {
    create(api, tenants, json!({ "name": format!("页 {number}"), "start": false })).await
}

/// Ends when one cannot be made.
async fn keep_making(api: &Api, tenants: &[String], made: &mut u64) -> Result<()> {
    let mut ticks = tokio::time::interval(CHANGES);
    for number in TASKS.. {
        ticks.tick().await;
        make(api, tenants, number).await?;
        *made += tenants.len() as u64;
    }
    Ok(())
}

fn check(page: &Value) -> Result<()> {
    let nodes = page["grabTasks"]["nodes"].as_array().context("a page has nodes")?;
    if nodes.len() != 20 || nodes.iter().any(|node| node["tenant"]["name"].is_null()) {
        bail!("not a page of 20 tasks with their tenants: {page}");
    }
    Ok(())
}

/// Answers a second, to clients that each ask again as soon as they are answered. They read an answer's length and no more: the clients
/// share the machine with the server, and it is the server that is measured.
async fn rate(api: &Api, query: &'static str, time: Duration) -> Result<f64> {
    let length = api.text(query, json!({})).await?.len();
    let (start, until) = (Instant::now(), Instant::now() + time);
    let client = || async {
        let mut answers = 0_u64;
        while Instant::now() < until {
            let answer = api.text(query, json!({})).await?;
            // The oldest are asked for, and nothing changes in them meanwhile.
            if answer.len() != length {
                bail!("another answer than before: {}", String::from_utf8_lossy(&answer));
            }
            answers += 1;
        }
        anyhow::Ok(answers)
    };
    let answers: u64 = try_join_all((0..CLIENTS).map(|_| client())).await?.into_iter().sum();
    Ok(float(answers) / start.elapsed().as_secs_f64())
}

const LOGS: &str = "query($filter: LogFilter, $after: String) {
    logs(first: 50, filter: $filter, after: $after) {
        nodes { position time level category message repeatCount fields }
        pageInfo { endCursor hasNextPage }
    }
}";
/// Pages in a row by each filter.
const PAGES: usize = 20;

/// Makes the rows, and asks for pages by each filter from the newest on.
pub(crate) async fn of_log(binaries: &Binaries, rows: u64) -> Result<Vec<Row>> {
    let directory = tempfile::tempdir_in(scratch())?;
    let data = directory.path().join("data");
    Server::start(binaries, &data, &[])?.0.process.stop()?;
    let filters = fill(binaries, &data, rows)?;
    let (server, _) = Server::start(binaries, &data, &[])?;
    let plain = pages(&server.api, &json!({ "fold": false })).await?.0;
    let mut table = Vec::new();
    for (name, filter) in filters {
        let (times, found) = pages(&server.api, &filter).await?;
        table.push(row(&name, rows, &times, found, &plain));
    }
    server.process.stop()?;
    Ok(table)
}

/// What the example made and printed: a filter a line, after its name.
fn fill(binaries: &Binaries, data: &Path, rows: u64) -> Result<Vec<(String, Value)>> {
    let mut command = binaries.example("log_rows")?;
    let printed = crate::rates::output(command.arg(data.join("views.db")).arg(rows.to_string()))?;
    let filter = |line: &str| {
        let (name, filter) = line.split_once('\t').context("a name and a filter")?;
        Ok((name.to_owned(), serde_json::from_str(filter)?))
    };
    printed.lines().map(filter).collect()
}

/// How long each took, and how many lines were found.
async fn pages(api: &Api, filter: &Value) -> Result<(Sample, usize)> {
    let (mut times, mut found, mut after) = (Vec::new(), 0, Value::Null);
    for _ in 0..PAGES {
        let start = Instant::now();
        let page = api.ask(LOGS, json!({ "filter": filter, "after": after })).await;
        times.push(start.elapsed());
        // One that took too long for the server itself is a time like any other.
        let Ok(page) = page.map(|mut data| data["logs"].take()) else { break };
        found += page["nodes"].as_array().map_or(0, Vec::len);
        // Past the end it begins anew.
        let more = page["pageInfo"]["hasNextPage"] == true;
        after = if more { page["pageInfo"]["endCursor"].clone() } else { Value::Null };
    }
    Ok((Sample::of_durations(times), found))
}

fn row(name: &str, rows: u64, times: &Sample, found: usize, plain: &Sample) -> Row {
    let (median, most) = (times.median(), times.percentile(100));
    let ours = format!("{median:.1} ms, at most {most:.1} ({found} lines)");
    Row::new(
        format!("a page of {rows} log entries, {name}"),
        ours,
        format!("{:.1} ms: no filter", plain.median()),
    )
    .ratio(median / plain.median())
    .goal("< 50 ms", most < 50.0)
}
