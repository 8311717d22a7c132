//! A `PostgreSQL` server of a test's own, in a temporary directory, from the packages of the system.
//!
//! It listens on a socket in that directory and nowhere else, so that tests never meet on a port. It goes with the process
//! that started it, however that ends: a watchdog waits for the end of a pipe, stops the server and removes the directory.
//! Knows nothing of what is kept in it.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as tests do")]

mod binaries;
mod place;
mod watchdog;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use binaries::Binaries;
use tempfile::TempDir;
use watchdog::Watchdog;

/// The superuser. Nobody is asked for a password.
pub const SUPERUSER: &str = "berth";

/// A server may take so long to start or stop on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Little memory, many connections, no words in the log but warnings. Durability is left as it is: on.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_connections=200",
    "min_wal_size=32MB",
    "max_wal_size=128MB",
    "log_min_messages=warning",
    "timezone=UTC",
    // In files of its directory, which go with it.
    "dynamic_shared_memory_type=mmap",
];

/// A running server. One serves many tests: each takes a [`Server::database`] of its own.
pub struct Server {
    directory: TempDir,
    binaries: Binaries,
    settings: Vec<String>,
    process: Mutex<Option<Child>>,
    databases: AtomicU32,
    watchdog: Watchdog,
}

impl Server {
    /// Makes a server and waits until it answers. Its files are in memory where there is room for them: a test that stops the
    /// server does not cut the power, and need not wait for a disk that others keep busy.
    ///
    /// # Panics
    /// If `PostgreSQL` is not installed, and says how to install it.
    pub fn start() -> Self {
        Self::start_in(&place::in_memory().unwrap_or_else(place::on_disk), &[])
    }

    /// The same on a disk, for whoever measures.
    pub fn start_on_disk() -> Self {
        Self::start_in(&place::on_disk(), &[])
    }

    /// The same in a directory of one's choice, and with settings beside the usual ones, each as `name=value`.
    pub fn start_in(place: &Path, settings: &[&str]) -> Self {
        let binaries = Binaries::find();
        let directory = tempfile::Builder::new().prefix("berth-postgres-").tempdir_in(place).unwrap();
        binaries.give(directory.path());
        initialise(&binaries, directory.path());
        let server = Self {
            watchdog: Watchdog::over(directory.path()),
            directory,
            binaries,
            settings: SETTINGS.iter().chain(settings).map(ToString::to_string).collect(),
            process: Mutex::new(None),
            databases: AtomicU32::new(0),
        };
        server.start_again();
        server
    }

    /// An empty database that nobody else was given.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("CREATE DATABASE {name}"));
        self.dsn(&name)
    }

    /// An empty schema that nobody else was given, in a database that others share: much cheaper.
    pub fn schema(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("CREATE SCHEMA {name}"));
        format!("{}&options[search_path]={name}", self.dsn("postgres"))
    }

    /// Where a database of this server is found, by its superuser.
    pub fn dsn(&self, database: &str) -> String {
        dsn_at(&self.socket_directory(), database)
    }

    /// Where the socket `.s.PGSQL.5432` lies.
    pub fn socket_directory(&self) -> PathBuf {
        self.directory.path().join("socket")
    }

    /// Runs SQL as the superuser.
    pub fn run(&self, database: &str, sql: &str) {
        let mut psql = self.binaries.command("psql");
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--dbname",
            database,
            "--command",
            sql,
        ]);
        psql.args(["--username", SUPERUSER, "--host"]).arg(self.socket_directory());
        succeed(psql.stdout(Stdio::null()));
    }

    /// Stops at once and without order, as a crash would: what it had not made durable is lost.
    pub fn stop(&self) {
        let mut process = self.process();
        if let Some(mut child) = process.take() {
            // It may have been frozen, and then would never hear of it.
            signal("CONT", child.id());
            signal("QUIT", child.id());
            child.wait().unwrap();
        }
    }

    /// Starts what was stopped, and waits until it answers.
    pub fn start_again(&self) {
        let mut process = self.process();
        assert!(process.is_none(), "the server runs");
        let mut server = self.binaries.command("postgres");
        server.arg("-D").arg(self.data()).arg("-k").arg(self.socket_directory());
        for setting in &self.settings {
            server.args(["-c", setting]);
        }
        let log = fs::File::options().create(true).append(true).open(self.log()).unwrap();
        // A group of its own: whoever interrupts the tests from a terminal does not meet the watchdog in the middle.
        server.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child = server.spawn().unwrap();
        self.wait_until_ready(&mut child);
        *process = Some(child);
    }

    /// Holds every process of the server where it is: connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.signal_all("STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal_all("CONT");
    }

    /// Ends every connection from the server's side.
    pub fn kill_backends(&self) {
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        self.run("postgres", others);
    }

    fn signal_all(&self, name: &str) {
        let process = self.process();
        let postmaster = process.as_ref().expect("the server runs").id();
        signal(name, postmaster);
        for child in children(postmaster) {
            signal(name, child);
        }
    }

    fn wait_until_ready(&self, child: &mut Child) {
        let start = Instant::now();
        while !self.is_ready(child.id()) {
            let ended = child.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "PostgreSQL did not start:\n{}",
                self.words()
            );
            sleep(LOOK_AGAIN);
        }
    }

    /// As `pg_ctl` finds out: the first line of this file is the process, the eighth its state.
    fn is_ready(&self, process: u32) -> bool {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        lines.first() == Some(&process.to_string().as_str()) && lines.get(7) == Some(&"ready")
    }

    fn words(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        self.watchdog.dismiss();
    }
}

/// A database behind a socket in any directory: a test may stand between.
pub fn dsn_at(socket_directory: &Path, database: &str) -> String {
    let mut host = String::new();
    for byte in socket_directory.to_str().expect("a temporary directory has a plain name").bytes() {
        if byte.is_ascii_alphanumeric() {
            host.push(byte.into());
        } else {
            write!(host, "%{byte:02X}").unwrap();
        }
    }
    format!("postgres://{SUPERUSER}@localhost/{database}?host={host}&sslmode=disable")
}

fn initialise(binaries: &Binaries, directory: &Path) {
    for (name, mode) in [("socket", "0777"), ("data", "0700")] {
        fs::create_dir(directory.join(name)).unwrap();
        succeed(Command::new("chmod").arg(mode).arg(directory.join(name)));
        binaries.give(&directory.join(name));
    }
    let mut initdb = binaries.command("initdb");
    initdb.args([
        "--no-sync",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--username",
        SUPERUSER,
        "--pgdata",
    ]);
    succeed(initdb.arg(directory.join("data")).stdout(Stdio::null()));
}

fn children(of: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap();
    text.split_whitespace().map(|id| id.parse().unwrap()).collect()
}

fn signal(name: &str, process: u32) {
    // A child may have ended since it was listed.
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).arg(process.to_string()).stderr(Stdio::null());
    let _gone = kill.status().unwrap();
}

fn succeed(command: &mut Command) {
    let output =
        command.stderr(Stdio::piped()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
