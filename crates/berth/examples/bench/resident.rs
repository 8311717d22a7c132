//! How much memory the server takes: idle, and with ten thousand tasks at work.

use std::{ops::Range, process::Stdio, time::Duration};

use anyhow::Result;
use berth_domain::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    hello,
    herd::{Crowd, Herd, scratch},
    lateness::{self, Attempts},
    process::{Binaries, Memory, Process, free_port},
    sample::{Sample, float},
    server::Server,
    table::Row,
};

/// First attempts come within ten seconds of a start; what is measured is the even course after them.
const SETTLE: Duration = Duration::from_secs(15);
/// As many sleeps a second as ten thousand tasks at 60 s make.
const PROBE_EVERY: Duration = Duration::from_millis(6);

const QUERY: &str = "{ server { version } grabTasks(first: 20) { nodes { id name } } }";

/// After the start and one query.
pub(crate) async fn idle(binaries: &Binaries) -> Result<Row> {
    let directory = tempfile::tempdir_in(scratch())?;
    let (server, _) = Server::start(binaries, &directory.path().join("data"), &[])?;
    server.api.ask(QUERY, json!({})).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ours = server.process.memory()?;
    let beside = hello_memory()?;
    server.process.stop()?;
    Ok(row("memory, idle", ours, ("hello", beside), 30.0))
}

/// What ten thousand tasks take and do.
pub(crate) async fn at_work(binaries: &Binaries, herd: &Herd, time: Duration) -> Result<Vec<Row>> {
    let (server, _) = herd.serve(binaries)?;
    herd.gather(&server.api).await?;
    tokio::time::sleep(SETTLE).await;
    let watched = watch(&server, herd, time).await?;
    server.process.stop()?;
    let attempts = lateness::of_attempts(&herd.data().join("log.db"), &watched.span).await?;
    let again = again(binaries, herd, time).await?;
    let naive = naive(herd, time).await?;
    let Crowd { calm, eager } = herd.crowd;
    let name = format!("memory, {calm} tasks at 60 s, {eager} at 1 s");
    let beside = ("the naive loops", naive.memory);
    Ok(vec![
        row(&name, watched.effort.memory, beside, 60.0),
        row("… of a server that did not make them itself", again, beside, 60.0),
        watched.pace(&attempts),
        watched.effort(&naive),
        attempts.peak(),
        watched.punctuality(&attempts),
    ])
}

/// What they take in a server that found them: making many at once leaves holes in the heap.
async fn again(binaries: &Binaries, herd: &Herd, time: Duration) -> Result<Memory> {
    let (server, _) = herd.serve(binaries)?;
    tokio::time::sleep(SETTLE).await;
    let watched = watch(&server, herd, time).await?;
    server.process.stop()?;
    Ok(watched.effort.memory)
}

/// What the same tasks cost as loops that keep nothing.
async fn naive(herd: &Herd, time: Duration) -> Result<Effort> {
    let process = herd.naive()?;
    tokio::time::sleep(SETTLE).await;
    let (cpu, attempts) = (process.cpu_seconds()?, herd.launches().await?);
    let start = Instant::now();
    tokio::time::sleep(time / 2).await;
    Ok(Effort {
        seconds: start.elapsed().as_secs_f64(),
        memory: process.memory()?,
        cpu_seconds: process.cpu_seconds()? - cpu,
        attempts: herd.launches().await? - attempts,
    })
}

struct Effort {
    seconds: f64,
    memory: Memory,
    cpu_seconds: f64,
    attempts: u64,
}

impl Effort {
    fn milliseconds_each(&self) -> f64 {
        self.cpu_seconds * 1e3 / float(self.attempts)
    }

    fn words(&self) -> String {
        let share = self.cpu_seconds / self.seconds * 100.0;
        format!("{:.2} ms ({share:.0} % of a core)", self.milliseconds_each())
    }
}

/// What was seen of a server over some time.
struct Watched {
    span: Range<Timestamp>,
    /// Its memory at its most.
    effort: Effort,
    probe: Sample,
}

async fn watch(server: &Server, herd: &Herd, time: Duration) -> Result<Watched> {
    let since = Timestamp::from_millis(now_ms()?);
    let (cpu, attempts) = (server.process.cpu_seconds()?, herd.launches().await?);
    let start = Instant::now();
    let probe = tokio::spawn(probe(time));
    let mut memory = server.process.memory()?;
    while start.elapsed() < time {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = server.process.memory()?;
        memory = if now.resident > memory.resident { now } else { memory };
    }
    Ok(Watched {
        span: since..Timestamp::from_millis(now_ms()?),
        effort: Effort {
            seconds: start.elapsed().as_secs_f64(),
            memory,
            cpu_seconds: server.process.cpu_seconds()? - cpu,
            attempts: herd.launches().await? - attempts,
        },
        probe: probe.await?,
    })
}

/// How late a runtime wakes that has nothing else to do.
async fn probe(time: Duration) -> Sample {
    let start = Instant::now();
    let mut late = Vec::new();
    let mut due = start;
    while start.elapsed() < time {
        due += PROBE_EVERY;
        tokio::time::sleep_until(due).await;
        late.push(due.elapsed());
    }
    Sample::of_durations(late)
}

impl Watched {
    /// Beside what the rules made due in that time: tasks that began together do not spread over a minute at once.
    fn pace(&self, attempts: &Attempts) -> Row {
        let Effort { seconds, attempts: made, .. } = self.effort;
        let (ours, due) = (float(made) / seconds, float(attempts.due) / seconds);
        let beside = format!("{due:.0}: came due");
        Row::new("attempts a second, as the cloud counts", format!("{ours:.0}"), beside)
            .ratio(ours / due)
            .goal("≥ 0.95", ours / due >= 0.95)
    }

    fn effort(&self, naive: &Effort) -> Row {
        let half_a_core = self.effort.cpu_seconds / self.effort.seconds < 0.5;
        Row::new("CPU an attempt", self.effort.words(), format!("{}: the naive loops", naive.words()))
            .ratio(self.effort.milliseconds_each() / naive.milliseconds_each())
            .goal("< half a core", half_a_core)
    }

    fn punctuality(&self, Attempts { late, .. }: &Attempts) -> Row {
        let words = |sample: &Sample| format!("{:.1} ms, p99 {:.1}", sample.median(), sample.percentile(99));
        let ours = format!("{} (of {})", words(late), late.len());
        Row::new("lateness of attempts", ours, format!("{}: bare sleeps", words(&self.probe)))
            .ratio(late.percentile(99) / self.probe.percentile(99))
            .goal("p99 < 50 ms", late.percentile(99) < 50.0)
    }
}

fn row(name: &str, ours: Memory, (other, beside): (&str, Memory), goal: f64) -> Row {
    let Memory { resident, anonymous, threads } = ours;
    let words = format!("{resident:.1} MB ({anonymous:.1} anonymous, {threads} threads)");
    Row::new(name, words, format!("{:.1} MB: {other}", beside.resident))
        .ratio(resident / beside.resident)
        .goal(format!("< {goal} MB"), resident < goal)
}

fn hello_memory() -> Result<Memory> {
    let port = free_port()?;
    let mut command = hello::command(port)?;
    command.stdin(Stdio::null());
    Process::until_answer(command, port, "/")?.0.memory()
}

fn now_ms() -> Result<i64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(i64::try_from(since.as_millis())?)
}
