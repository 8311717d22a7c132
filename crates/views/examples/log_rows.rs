//! Fills the log's lines of a new `views.db` with made-up ones: `log_rows VIEWS_DB [ROWS]`. Prints filters to ask for them by, a name
//! and GraphQL's `LogFilter` as JSON a line.
//!
//! The rows are written as the fold writes them, but by one statement: folding as many events would take all day. Most lines
//! are misses; some of each 1,000 are about something else, so that a filter that no index serves has far to look.

use std::error::Error;

use berth_domain::Timestamp;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A line each 100 ms, from here on.
const BEGUN_MS: i64 = 1_700_000_000_000;
const EACH_MS: i64 = 100;
const TASKS: u64 = 1_000;
const TENANTS: u64 = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("say which file: log_rows VIEWS_DB [ROWS]")?;
    let rows: u64 = arguments.next().map_or(Ok(10_000_000), |number| number.parse())?;
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await?;
    let generation: String = sqlx::query_scalar(
        "SELECT substr(name, length('log_entry_') + 1) FROM sqlite_master \
         WHERE type = 'table' AND name GLOB 'log_entry_[0-9]*'",
    )
    .fetch_one(&mut connection)
    .await?;
    for pragma in ["PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000"] {
        sqlx::query(pragma).execute(&mut connection).await?;
    }
    write(&mut connection, &generation, rows).await?;
    connection.close().await?;
    // Else the system writes gigabytes to its disk while pages are measured.
    std::fs::File::open(&path)?.sync_all()?;
    filters(rows);
    Ok(())
}

/// Beyond all positions that the log has, so that they are the newest and meet no line that is there.
async fn write(connection: &mut SqliteConnection, generation: &str, rows: u64) -> Result<()> {
    let tail = "printf('%026d', 1 + n % TASKS)".replace("TASKS", &TASKS.to_string());
    let tenant = "printf('%026d', 1 + n % TENANTS)".replace("TENANTS", &TENANTS.to_string());
    let lines = format!(
        "WITH RECURSIVE line(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM line WHERE n + 1 < {rows}),
         kind AS (SELECT n, CASE n % 1000 WHEN 7 THEN 3 WHEN 77 THEN 2 ELSE 1 END AS level,
             CASE n % 5000 WHEN 11 THEN 'OPERATION' WHEN 13 THEN 'SYSTEM' WHEN 17 THEN 'AUDIT' ELSE 'GRAB' END AS category FROM line)
         INSERT INTO log_entry_{generation}
         SELECT (1000000 + n) * 16, {BEGUN_MS} + n * {EACH_MS}, level, category, 'attempt.capacity',
             CASE WHEN n % 100000 = 23 THEN 'the rare needle of line ' || n ELSE 'no capacity: Out of host capacity.' END,
             '没有容量：Out of host capacity.',
             '{{\"number\":' || n || ',\"region\":\"ap-tokyo-1\",\"durationMs\":312,\"requestId\":\"ABCDEF0123456789/ABCDEF01\"}}',
             'tenant_' || {tenant}, 'grab_' || {tail}, 'system' FROM kind"
    );
    sqlx::query(AssertSqlSafe(lines)).execute(&mut *connection).await?;
    if has(connection, &format!("log_entry_span_{generation}")).await? {
        let spans = format!(
            "INSERT INTO log_entry_span_{generation} SELECT place >> 16, min(time_ms), max(time_ms) \
             FROM log_entry_{generation} GROUP BY place >> 16 \
             ON CONFLICT (block) DO UPDATE SET earliest = excluded.earliest, latest = excluded.latest"
        );
        sqlx::query(AssertSqlSafe(spans)).execute(connection).await?;
    }
    Ok(())
}

async fn has(connection: &mut SqliteConnection, table: &str) -> Result<bool> {
    let found = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = ?").bind(table);
    Ok(found.fetch_optional(connection).await?.is_some())
}

fn filters(rows: u64) {
    let task = |number: u64| format!("\"grab_{number:026}\"");
    let day = |share: u64| {
        let at = BEGUN_MS + i64::try_from(rows / 100 * share).unwrap_or_default() * EACH_MS;
        Timestamp::from_millis(at).to_string()
    };
    let said = [
        ("folded", "{}".into()),
        ("one task", format!("{{\"taskId\":[{}]}}", task(123))),
        ("three tasks", format!("{{\"taskId\":[{},{},{}]}}", task(1), task(500), task(999))),
        ("one tenant", format!("{{\"fold\":false,\"tenantId\":[\"tenant_{:026}\"]}}", 3)),
        ("warnings and errors", "{\"minLevel\":\"WARN\"}".into()),
        ("errors of one task", format!("{{\"minLevel\":\"ERROR\",\"taskId\":[{}]}}", task(8))),
        ("audit", "{\"category\":[\"AUDIT\"]}".into()),
        ("what people did", "{\"category\":[\"OPERATION\",\"AUDIT\"]}".into()),
        ("all but audit", "{\"fold\":false,\"category\":[\"GRAB\",\"OPERATION\",\"SYSTEM\"]}".into()),
        (
            "a past span of time",
            format!("{{\"fold\":false,\"time\":{{\"from\":\"{}\",\"to\":\"{}\"}}}}", day(1), day(2)),
        ),
        (
            "errors of a past span",
            format!(
                "{{\"minLevel\":\"ERROR\",\"time\":{{\"from\":\"{}\",\"to\":\"{}\"}}}}",
                day(10),
                day(20)
            ),
        ),
        ("a common word", "{\"fold\":false,\"search\":\"capacity\"}".into()),
        ("a rare word", "{\"search\":\"needle\"}".into()),
        ("a word that nobody said", "{\"search\":\"nirgendwo\"}".into()),
    ];
    for (name, filter) in said {
        println!("{name}\t{filter}");
    }
}
