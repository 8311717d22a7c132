//! How fast the views are folded from nothing, beside a plain scan of the same rows: `rebuild_rate [EVENTS] [TASKS]`.
//!
//! Run it with `--release`. The log is made first; its making is not measured.

use std::{error::Error, path::Path, sync::Arc, time::Instant};

use berth_domain::{
    GrabId, ProviderError, Seconds, TenantId, Timestamp,
    event::Event as _,
    grab::{
        AttemptSettled, AttemptStarted, Build, Created, Deed, Event, Outcome, Reason, Schedule, Size, Spec,
        Started, Target,
    },
};
use berth_store::{
    Append, CommandId, Log, Meta, NewEvent, Position, StreamId, Version, follow,
    sqlite::{Options, SqliteLog},
};
use berth_views::{PROJECTIONS, Views, grab};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PER_APPEND: usize = 64;

#[tokio::main]
async fn main() -> Result<()> {
    let number = |index| std::env::args().nth(index).and_then(|text| text.parse::<usize>().ok());
    let (events, tasks) = (number(1).unwrap_or(200_000), number(2).unwrap_or(1_000));
    let directory = tempfile::tempdir()?;
    let log = Arc::new(SqliteLog::open(&directory.path().join("log.db"), Options::default()).await?);
    fill(&log, events, tasks).await?;
    let head = log.head().await?;

    let scanned = scan(&directory.path().join("log.db")).await?;
    let followed = follow_all(log.clone(), head).await?;
    let folded = fold(&directory.path().join("views.db"), log, head).await?;
    println!("events             {}", head.get());
    println!("plain scan         {scanned:>9.0} events/s");
    println!("followed           {followed:>9.0} events/s");
    println!("folded             {:>9.0} events/s", folded.folded);
    println!("rebuilt beside     {:>9.0} events/s", folded.rebuilt);
    println!("folded / scanned   {:>9.3}", folded.folded / scanned);
    println!("processor          {:>9.1} µs an event, all threads", folded.microseconds);
    Ok(())
}

/// Every event once, as a follower sees it.
async fn follow_all(log: Arc<SqliteLog>, head: Position) -> Result<f64> {
    use futures::StreamExt as _;
    let started = Instant::now();
    let mut batches = std::pin::pin!(follow(log, Position::START));
    while let Some(batch) = batches.next().await {
        if batch?.position >= head {
            break;
        }
    }
    Ok(rate(head, started))
}

struct Rates {
    folded: f64,
    rebuilt: f64,
    /// Of processor time for each event folded: says something on a busy machine as well.
    microseconds: f64,
}

/// Folds everything, says how long it takes to ask what wants attention, for every start asks that, and rebuilds everything.
async fn fold(path: &Path, log: Arc<SqliteLog>, head: Position) -> Result<Rates> {
    let (started, used) = (Instant::now(), processor_seconds());
    let views = Views::open(path, log).await?;
    views.level_offline().await?;
    let folded = rate(head, started);
    let microseconds = (processor_seconds() - used) / count(head) * 1e6;
    let asked = Instant::now();
    let wanting = grab::wanting_attention(&views).await?.len();
    println!("wanting attention  {wanting} tasks in {:.1} ms", asked.elapsed().as_secs_f64() * 1000.0);
    let started = Instant::now();
    views.rebuild_offline(&PROJECTIONS, |_| {}).await?;
    Ok(Rates { folded, rebuilt: rate(head, started), microseconds })
}

/// Of this process so far, as Linux counts it in hundredths of a second; 0 elsewhere.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// What SQLite and its driver need for the same rows and columns alone.
async fn scan(path: &Path) -> Result<f64> {
    use futures::TryStreamExt as _;
    use sqlx::{ConnectOptions as _, Row as _};
    let mut connection =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true).connect().await?;
    let started = Instant::now();
    let mut rows = sqlx::query(
        "SELECT position, stream, version, name, schema, time_ms, actor, correlation, causation, command, data \
         FROM events ORDER BY position",
    )
    .fetch(&mut connection);
    let (mut last, mut bytes) = (0, 0);
    while let Some(row) = rows.try_next().await? {
        last = row.try_get::<i64, _>(0)?.unsigned_abs();
        for column in [1, 3, 6, 7, 8, 9, 10] {
            bytes += row.try_get::<Option<&str>, _>(column)?.map_or(0, str::len);
        }
    }
    std::hint::black_box(bytes);
    Ok(rate(Position::new(last), started))
}

fn rate(events: Position, started: Instant) -> f64 {
    count(events) / started.elapsed().as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
fn count(events: Position) -> f64 {
    events.get() as f64
}

async fn fill(log: &Arc<SqliteLog>, events: usize, tasks: usize) -> Result<()> {
    let mut streams: Vec<_> = (0..tasks).map(Stream::new).collect();
    let mut written = 0;
    while written < events {
        for group in streams.chunks_mut(PER_APPEND) {
            let mut append =
                Append::new(CommandId::fresh(), [0; 32], Meta { actor: "system".into(), ..Meta::default() });
            for stream in group {
                let (expected, events) = stream.next();
                written += events.len();
                append = append.write(stream.id.clone(), expected, events);
            }
            log.append(append).await?;
        }
    }
    Ok(())
}

/// A task that misses for ever.
struct Stream {
    id: StreamId,
    index: usize,
    version: u32,
    attempts: u32,
}

impl Stream {
    fn new(index: usize) -> Self {
        let id = StreamId::new("grab", GrabId::from_parts(1_700_000_000_000, index as u128 * 7919 + 1));
        Self { id, index, version: 0, attempts: 0 }
    }

    fn next(&mut self) -> (Version, Vec<NewEvent>) {
        let expected = Version::new(self.version);
        let events = if self.version == 0 { self.birth() } else { self.miss() };
        self.version += 2;
        let encoded = |event: &Event| NewEvent {
            name: event.name().into(),
            schema: event.schema(),
            data: event.encode(),
        };
        (expected, events.iter().map(encoded).collect())
    }

    fn birth(&self) -> [Event; 2] {
        let at = Timestamp::from_millis(1_700_000_000_000);
        let tenant = TenantId::from_parts(1_700_000_000_000, self.index as u128 % 10);
        let spec = Spec {
            shape: "VM.Standard.A1.Flex".into(),
            sizes: vec![Size { ocpus: 4.0, memory_gb: 24.0 }],
            boot_volume_gb: 50,
            image: "Canonical Ubuntu 24.04".into(),
            regions: vec!["ap-tokyo-1".into()],
            ..Spec::default()
        };
        let schedule = Schedule { interval: Seconds(60), jitter_percent: 20, ..Schedule::default() };
        [
            Created { tenant, name: format!("抢ARM机器 {}", self.index), spec, schedule, at }.into(),
            Started { at }.into(),
        ]
    }

    fn miss(&mut self) -> [Event; 2] {
        self.attempts += 1;
        let at = Timestamp::from_millis(1_700_000_000_000 + i64::from(self.attempts) * 60_000);
        let availability_domain = format!("Uocm:AP-TOKYO-1-AD-{}", self.attempts % 3 + 1);
        let target = Target {
            region: "ap-tokyo-1".into(),
            size: None,
            availability_domain: availability_domain.clone(),
            deed: Deed::Launch(Build {
                image: "ocid1.image.oc1..aaaaaaaaexample".into(),
                subnet: "ocid1.subnet.oc1..aaaaaaaaexample".into(),
                display_name: "berth-0001".into(),
            }),
        };
        let provider_error = ProviderError {
            status: Some(500),
            code: "InternalError".into(),
            message: "Out of host capacity.".into(),
            request_id: Some("ABCDEF0123456789/ABCDEF0123456789/ABCDEF0123456789".into()),
        };
        [
            AttemptStarted {
                number: self.attempts,
                token: format!("token-{}", self.attempts),
                target,
                body_hash: "0".repeat(64),
                at,
            }
            .into(),
            AttemptSettled {
                number: self.attempts,
                availability_domain,
                outcome: Outcome::Capacity,
                reason: Reason::OutOfHostCapacity,
                provider_error: Some(provider_error),
                request_id: None,
                duration_ms: 312,
                instance: None,
                work_request: None,
                in_a_row: self.attempts,
                not_before: None,
                at,
            }
            .into(),
        ]
    }
}
