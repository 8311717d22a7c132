//! The writer's connection: nothing is written over it before the server has shown that it keeps what it acknowledges.

use std::io;
use std::time::Duration;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use tokio::time::timeout;

use super::OpenError;
use super::place::{Place, Schema};

/// Before this version nobody has tried.
const OLDEST_SERVER: i32 = 140_000;

const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);
/// A lock that another holds for longer is given up and asked for anew, as part of the append's own time-out.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// A writer that was cut off in the middle of a transaction holds the others up no longer than this.
const ABANDONED_AFTER: Duration = Duration::from_secs(5);

/// The writer looks things up by key and in no other way. A plan made while the tables are young would read them whole, and is
/// kept while they grow.
const BY_KEY: &str = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; SET jit = off";

pub(super) struct Session {
    pub(super) connection: PgConnection,
    pub(super) schema: Schema,
}

/// What decides whether this server may keep the log.
struct Settings {
    server: i32,
    version: String,
    fsync: String,
    full_page_writes: String,
    data_sync_retry: String,
    synchronous_commit: String,
    encoding: String,
    standby: bool,
    schema: Option<String>,
}

impl Session {
    pub(super) async fn connect(place: &Place) -> Result<Self, OpenError> {
        let unreachable = |source| OpenError::Unreachable { place: place.for_people(), source };
        let connecting = timeout(CONNECT_PATIENCE, place.writer().connect()).await;
        let mut connection =
            connecting.unwrap_or_else(|late| Err(io::Error::from(late).into())).map_err(unreachable)?;
        let script = format!(
            "SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}; SET idle_session_timeout = 0; SET statement_timeout = 0; \
             SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; {BY_KEY}",
            LOCK_TIMEOUT.as_millis(),
            ABANDONED_AFTER.as_millis()
        );
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.map_err(unreachable)?;
        let settings = Settings::ask(&mut connection).await.map_err(unreachable)?;
        let schema = settings.judge(place)?;
        Ok(Self { connection, schema })
    }

    /// Ends what is left of this handle's elder sessions: after a cut network the server may not have noticed, and they hold
    /// locks. What they were committing is committed or not, and the next transaction will know.
    pub(super) async fn end_elders(&mut self, place: &Place) -> Result<(), sqlx::Error> {
        let elders = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                      WHERE application_name = $1 AND pid <> pg_backend_pid() AND usename = CURRENT_USER";
        sqlx::query(elders).bind(place.writer_name()).execute(&mut self.connection).await?;
        Ok(())
    }

    /// Whether this session is now the only writer.
    pub(super) async fn take_writer_lock(&mut self) -> Result<bool, sqlx::Error> {
        let query = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)");
        query.bind(self.schema.writer_lock()).fetch_one(&mut self.connection).await
    }

    pub(super) async fn roll_back(&mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn close(self) {
        match timeout(CLOSE_PATIENCE, self.connection.close()).await {
            Ok(Ok(())) => {}
            failed => tracing::debug!(?failed, "the connection of the log was not closed in order"),
        }
    }
}

impl Settings {
    async fn ask(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let query = sqlx::query(
            "SELECT current_setting('server_version_num')::int AS server, current_setting('server_version') AS version, \
               current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, \
               current_setting('data_sync_retry') AS data_sync_retry, \
               current_setting('synchronous_commit') AS synchronous_commit, \
               current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby, \
               current_schema()::text AS schema",
        );
        let row = query.fetch_one(connection).await?;
        Ok(Self {
            server: row.try_get("server")?,
            version: row.try_get("version")?,
            fsync: row.try_get("fsync")?,
            full_page_writes: row.try_get("full_page_writes")?,
            data_sync_retry: row.try_get("data_sync_retry")?,
            synchronous_commit: row.try_get("synchronous_commit")?,
            encoding: row.try_get("encoding")?,
            standby: row.try_get("standby")?,
            schema: row.try_get("schema")?,
        })
    }

    fn judge(self, place: &Place) -> Result<Schema, OpenError> {
        let place = || place.for_people();
        if self.server < OLDEST_SERVER {
            return Err(OpenError::Old { place: place(), found: self.version });
        }
        if self.standby {
            return Err(OpenError::Standby { place: place() });
        }
        let wanted = [
            ("fsync", "on", self.fsync),
            ("full_page_writes", "on", self.full_page_writes),
            ("synchronous_commit", "on", self.synchronous_commit),
            ("data_sync_retry", "off", self.data_sync_retry),
        ];
        for (setting, wanted, found) in wanted {
            if found != wanted {
                return Err(OpenError::NotDurable { place: place(), setting, found, wanted });
            }
        }
        if self.encoding != "UTF8" {
            return Err(OpenError::Encoding { place: place(), found: self.encoding });
        }
        self.schema.map(Schema::new).ok_or_else(|| OpenError::NoSchema { place: place() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            server: 150_018,
            version: "15.18".into(),
            fsync: "on".into(),
            full_page_writes: "on".into(),
            data_sync_retry: "off".into(),
            synchronous_commit: "on".into(),
            encoding: "UTF8".into(),
            standby: false,
            schema: Some("public".into()),
        }
    }

    fn words(settings: Settings) -> String {
        let place = Place::parse("postgres://somebody:secret@database.example/berth").unwrap();
        settings.judge(&place).map(drop).map_err(|error| error.to_string()).err().unwrap_or_default()
    }

    #[test]
    fn each_refusal_says_what_to_do_and_never_the_password() {
        let refused = [
            (
                Settings { server: 130_022, version: "13.22".into(), ..settings() },
                "PostgreSQL 13.22: 14 or later is needed",
            ),
            (Settings { standby: true, ..settings() }, "name the primary"),
            (Settings { fsync: "off".into(), ..settings() }, "set fsync = on in postgresql.conf"),
            (Settings { full_page_writes: "off".into(), ..settings() }, "set full_page_writes = on"),
            (Settings { synchronous_commit: "off".into(), ..settings() }, "set synchronous_commit = on"),
            (Settings { data_sync_retry: "on".into(), ..settings() }, "set data_sync_retry = off"),
            (Settings { encoding: "SQL_ASCII".into(), ..settings() }, "ENCODING 'UTF8'"),
            (Settings { schema: None, ..settings() }, "create it, or name another"),
        ];
        for (settings, advice) in refused {
            let words = words(settings);
            assert!(words.contains("berth at database.example:5432") && words.contains(advice), "{words}");
            assert!(!words.contains("secret"), "{words}");
        }
        assert_eq!(words(settings()), "");
    }
}
