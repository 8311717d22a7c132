//! Many who are told every event, half of whom have stopped reading, and how soon the others know.

use std::{
    collections::HashSet,
    ops::Range,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, bail};
use futures::future::try_join_all;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use crate::{
    process::{Binaries, Memory, Process},
    sample::{Sample, float},
    server::{Api, Server, accepted},
    socket::{self, Pipe, Socket, Told},
    table::Row,
};

/// Each command writes two events: what was made, and that somebody asked for it.
const EVENTS_A_COMMAND: u32 = 2;
const QUIET: Duration = Duration::from_millis(100);
const COMMANDS_WHEN_QUIET: u32 = 200;
/// So many of those that were let go come back at once.
const RETURNING: usize = 25;
/// How long it may take until everybody has been told everything.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long after the last command a stalled one may still be there: it is let go 30 s after it took nothing any more.
const LET_GO_WITHIN: Duration = Duration::from_secs(40);

/// How many, and how much they are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Audience {
    pub(crate) live: usize,
    pub(crate) stalled: usize,
    pub(crate) events_a_second: u32,
    pub(crate) time: Duration,
}

pub(crate) async fn measure(binaries: &Binaries, audience: Audience) -> Result<Vec<Row>> {
    let directory = tempfile::tempdir_in(crate::herd::scratch())?;
    let (server, _) = Server::start(binaries, &directory.path().join("data"), &[])?;
    let quiet = when_quiet(&server.api).await?;
    let mut rows = vec![quiet.row()];
    rows.extend(Hall::fill(&server, audience).await?.perform(quiet.median).await?);
    server.process.stop()?;
    Ok(rows)
}

/// From sending a command to its event at a subscriber, and to the command's answer, with nobody else there.
struct Quiet {
    told: Sample,
    answered: Sample,
    median: f64,
}

async fn when_quiet(api: &Api) -> Result<Quiet> {
    let mut socket = Socket::subscribe(api, head(api).await?, Pipe::Wide).await?;
    // The feed tells once that it is level.
    socket.next().await?;
    let (mut told, mut answered) = (Vec::new(), Vec::new());
    for number in 0..COMMANDS_WHEN_QUIET {
        tokio::time::sleep(QUIET).await;
        let start = Instant::now();
        let command = async {
            make(api, &format!("quiet {number}")).await?;
            anyhow::Ok(start.elapsed())
        };
        let event = async {
            let events = socket.next().await?;
            anyhow::Ok((start.elapsed(), events.map_or(0, |events| events.len())))
        };
        let (done, (seen, mut events)) = tokio::try_join!(command, event)?;
        told.push(seen);
        answered.push(done);
        // The record of the asking may come in a batch of its own.
        while events < EVENTS_A_COMMAND as usize {
            events += socket.next().await?.map_or(EVENTS_A_COMMAND as usize, |events| events.len());
        }
    }
    let told = Sample::of_durations(told);
    Ok(Quiet { median: told.median(), told, answered: Sample::of_durations(answered) })
}

impl Quiet {
    fn row(&self) -> Row {
        let p99 = self.told.percentile(99);
        let name = "command to a subscriber, quiet";
        Row::new(name, words(&self.told), format!("{}: its own answer", words(&self.answered)))
            .ratio(self.told.median() / self.answered.median())
            .goal("p99 < 50 ms", p99 < 50.0)
    }
}

/// All who are there, and the server that they listen to.
struct Hall<'a> {
    server: &'a Server,
    audience: Audience,
    from: u64,
    before: Memory,
    live: Vec<Socket>,
    stalled: Vec<Socket>,
}

/// What a listener was told: how late, in milliseconds, and whether it was everything, once and in order.
struct Heard {
    late: Vec<f64>,
    last: u64,
    missed: u64,
    repeated: u64,
}

impl<'a> Hall<'a> {
    async fn fill(server: &'a Server, audience: Audience) -> Result<Self> {
        let (from, before) = (head(&server.api).await?, server.process.memory()?);
        let live = listeners(&server.api, from, audience.live, Pipe::Wide).await?;
        let stalled = listeners(&server.api, from, audience.stalled, Pipe::Narrow).await?;
        Ok(Self { server, audience, from, before, live, stalled })
    }

    async fn perform(self, quiet: f64) -> Result<Vec<Row>> {
        let Self { server, audience, from, before, live, stalled } = self;
        let (api, ending) = (&server.api, watch::Sender::new(None));
        let heard: Vec<_> =
            live.into_iter().map(|socket| tokio::spawn(listen(socket, from, ending.subscribe()))).collect();
        let ports = stalled.iter().map(Socket::port).collect::<Result<_>>()?;
        let watched = watch_process(&server.process, ports, ending.subscribe());
        let speech = async {
            let asked = speak(api, audience).await?;
            let end = head(api).await?;
            ending.send_replace(Some(end));
            anyhow::Ok((asked, end))
        };
        let ((asked, end), watched) = tokio::try_join!(speech, watched)?;
        let heard = try_join_all(heard).await?.into_iter().collect::<Result<Vec<_>>>()?;
        let back = return_all(api, stalled, from..end).await?;
        let rate = float(end - from) / asked.as_secs_f64();
        Ok(vec![
            live_row(&heard, audience, rate, quiet),
            whole_row("of those who read", &heard, end),
            watched.closed_row(audience),
            whole_row("of those who came back", &back, end),
            watched.memory_row(before, server.process.memory()?),
        ])
    }
}

async fn listeners(api: &Api, after: u64, count: usize, pipe: Pipe) -> Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        sockets.push(Socket::subscribe(api, after, pipe).await?);
    }
    Ok(sockets)
}

/// Sends commands at an even pace, each when it is due, whether those before were answered or not. Answers how long it took.
async fn speak(api: &Api, audience: Audience) -> Result<Duration> {
    let each = Duration::from_secs(1) * EVENTS_A_COMMAND / audience.events_a_second;
    let commands = u32::try_from(audience.time.as_micros() / each.as_micros())?;
    let mut due = interval(each);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let start = Instant::now();
    let mut asked = Vec::new();
    for number in 0..commands {
        due.tick().await;
        let api = api.clone();
        asked.push(tokio::spawn(async move { make(&api, &format!("storm {number}")).await }));
    }
    try_join_all(asked).await?.into_iter().collect::<Result<Vec<()>>>()?;
    Ok(start.elapsed())
}

/// Reads until everything was told.
async fn listen(mut socket: Socket, from: u64, mut ending: watch::Receiver<Option<u64>>) -> Result<Heard> {
    let mut heard = Heard::new(from);
    loop {
        let end = *ending.borrow_and_update();
        if end.is_some_and(|end| heard.last >= end) {
            return Ok(heard);
        }
        tokio::select! {
            events = socket.next() => match events? {
                Some(events) => heard.take(&events),
                None => bail!("a subscriber who read was let go"),
            },
            Ok(()) = ending.changed() => {}
            // Nobody hangs for ever here.
            () = tokio::time::sleep(PATIENCE) => bail!("a subscriber was told nothing for {PATIENCE:?}"),
        }
    }
}

/// What was sent to them before they were let go they read first; then they come back from there.
async fn return_all(api: &Api, stalled: Vec<Socket>, span: Range<u64>) -> Result<Vec<Heard>> {
    let mut stalled = stalled.into_iter();
    let mut all = Vec::new();
    loop {
        let some: Vec<_> = stalled.by_ref().take(RETURNING).collect();
        if some.is_empty() {
            return Ok(all);
        }
        let back = some.into_iter().map(|socket| come_back(api, socket, &span));
        all.extend(timeout(PATIENCE, try_join_all(back)).await??);
    }
}

async fn come_back(api: &Api, mut old: Socket, span: &Range<u64>) -> Result<Heard> {
    let mut heard = Heard::new(span.start);
    while let Some(events) = old.next().await? {
        heard.take(&events);
        if heard.last >= span.end {
            bail!("a subscriber who did not read was told everything: it was not let go");
        }
    }
    let mut socket = Socket::subscribe(api, heard.last, Pipe::Wide).await?;
    while heard.last < span.end {
        let Some(events) = socket.next().await? else { bail!("one who came back was let go") };
        heard.take(&events);
    }
    Ok(heard)
}

impl Heard {
    fn new(from: u64) -> Self {
        Self { late: Vec::new(), last: from, missed: 0, repeated: 0 }
    }

    fn take(&mut self, events: &[Told]) {
        let now = now_ms();
        for event in events {
            self.late.push(now - milliseconds(event.written));
            self.repeated += u64::from(event.position <= self.last);
            self.missed += event.position.saturating_sub(self.last + 1);
            self.last = self.last.max(event.position);
        }
    }
}

/// What was seen of the server while everybody was there.
struct Watched {
    most: Memory,
    /// From the first command until the stalled ones were gone. None when they were not.
    gone: Option<Duration>,
}

async fn watch_process(
    process: &Process,
    stalled: HashSet<u16>,
    mut ending: watch::Receiver<Option<u64>>,
) -> Result<Watched> {
    let (start, mut most, mut gone) = (Instant::now(), process.memory()?, None);
    let mut ended: Option<Instant> = None;
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = process.memory()?;
        most = if now.resident > most.resident { now } else { most };
        if gone.is_none() && !socket::any_connected(&stalled)? {
            gone = Some(start.elapsed());
        }
        if ending.has_changed()? {
            ending.borrow_and_update();
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|ended| gone.is_some() || ended.elapsed() > LET_GO_WITHIN) {
            return Ok(Watched { most, gone });
        }
    }
}

impl Watched {
    fn closed_row(&self, audience: Audience) -> Row {
        let words = self.gone.map_or_else(
            || "not let go".into(),
            |gone| format!("all gone after {:.0} s", gone.as_secs_f64()),
        );
        Row::new(format!("{} stalled subscribers", audience.stalled), words, "30 s: a reader's patience")
            .goal("let go", self.gone.is_some())
    }

    fn memory_row(&self, before: Memory, after: Memory) -> Row {
        let grown = self.most.resident - before.resident;
        let ours = format!("{:.1} MB at most, {:.1} afterwards", self.most.resident, after.resident);
        Row::new("… memory with all of them", ours, format!("{:.1} MB: before they came", before.resident))
            .ratio(self.most.resident / before.resident)
            .goal("≤ 64 MB more", grown <= 64.0)
    }
}

fn live_row(heard: &[Heard], audience: Audience, rate: f64, quiet: f64) -> Row {
    let late = Sample::of(heard.iter().flat_map(|heard| heard.late.iter().copied()));
    let name = format!("append to {} subscribers at {rate:.0} events/s", audience.live);
    let ours = format!("{} ({} told)", words(&late), late.len());
    Row::new(name, ours, format!("{quiet:.1} ms: one, quiet"))
        .ratio(late.median() / quiet)
        .goal("p99 < 250 ms", late.percentile(99) < 250.0)
}

fn whole_row(whose: &str, heard: &[Heard], end: u64) -> Row {
    let sum = |part: fn(&Heard) -> u64| heard.iter().map(part).sum::<u64>();
    let (missed, repeated) = (sum(|heard| heard.missed), sum(|heard| heard.repeated));
    let behind = heard.iter().filter(|heard| heard.last < end).count();
    let ours = format!("{missed} missed, {repeated} repeated, {behind} not to the end");
    Row::new(format!("… events {whose}"), ours, format!("{}: how many they are", heard.len()))
        .goal("0, 0, 0", missed == 0 && repeated == 0 && behind == 0)
}

fn words(sample: &Sample) -> String {
    format!("{:.1} ms, p99 {:.1}", sample.median(), sample.percentile(99))
}

async fn head(api: &Api) -> Result<u64> {
    let answer = api.ask("{ eventLog { head } }", json!({})).await?;
    Ok(answer["eventLog"]["head"].as_str().unwrap_or_default().parse()?)
}

const MAKE: &str = "mutation($input: LaunchProfileCreateInput!) {
    launchProfileCreate(input: $input) { userErrors { message } }
}";

async fn make(api: &Api, name: &str) -> Result<()> {
    let sizes = json!([{ "ocpus": 1, "memoryGb": 6 }]);
    let spec = json!({ "shape": "VM.Standard.A1.Flex", "image": "Canonical Ubuntu 22.04", "sizes": sizes });
    let input: Value = json!({ "input": { "name": name, "spec": spec } });
    accepted(&api.ask(MAKE, input).await?["launchProfileCreate"])
}

/// By the clock that the server writes its events with.
fn now_ms() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(f64::NAN, |since| since.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^52")]
fn milliseconds(written: i64) -> f64 {
    written as f64
}
