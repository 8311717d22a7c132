//! Stands between a log and its server and breaks connections at the worst moments. Understands of the wire's language where a
//! message ends, what commits, and which process serves.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use berth_test_postgres::dsn_at;
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

/// What can happen to a message on its way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Delayed,
    /// Nobody hears of it: the connection ends before.
    CutBefore,
    /// The server hears of it, and the connection ends at once.
    CutWith,
    /// The server has answered, and the answer is not passed on.
    CutBeforeTheAnswer,
    /// The process that serves is ended while it works on it.
    Killed,
}

/// Which faults happen when, by a seed.
pub(crate) struct Chance {
    state: Mutex<u64>,
    armed: AtomicBool,
    /// Instead of chance: every commit.
    always: Option<Fault>,
    done: Mutex<BTreeMap<Fault, u32>>,
}

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: Mutex::new(seed), armed: AtomicBool::new(false), always: None, done: Mutex::default() }
    }

    pub(crate) fn always(fault: Fault) -> Self {
        Self { always: Some(fault), ..Self::seeded(0) }
    }

    pub(crate) fn arm(&self, armed: bool) {
        self.armed.store(armed, Ordering::SeqCst);
    }

    /// How often each fault has happened.
    pub(crate) fn done(&self) -> BTreeMap<Fault, u32> {
        self.done.lock().unwrap().clone()
    }

    /// `SplitMix64`.
    pub(crate) fn draw(&self, below: u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = *state;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % below
    }

    fn fault(&self, commits: bool) -> Option<Fault> {
        if !self.armed.load(Ordering::SeqCst) {
            return None;
        }
        let fault = match (self.always, commits) {
            (Some(fault), true) => Some(fault),
            (Some(_), false) => None,
            (None, true) => match self.draw(12) {
                0 => Some(Fault::Delayed),
                1 => Some(Fault::CutBefore),
                2 => Some(Fault::CutWith),
                3 => Some(Fault::CutBeforeTheAnswer),
                4 => Some(Fault::Killed),
                _ => None,
            },
            (None, false) => (self.draw(400) == 0).then_some(Fault::CutWith),
        };
        if let Some(fault) = fault {
            *self.done.lock().unwrap().entry(fault).or_default() += 1;
        }
        fault
    }
}

pub(crate) struct Proxy {
    directory: TempDir,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// `admin` is a way to the server that nothing breaks.
    pub(crate) fn start(server: PathBuf, admin: PgPool, chance: Arc<Chance>) -> Self {
        let directory = tempfile::tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(socket_in(directory.path())).unwrap();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, admin, chance) = (server.clone(), admin.clone(), chance.clone());
                tokio::spawn(async move {
                    // Connections end with errors here: that is what it is for.
                    let _ended = carry(client, &server, admin, &chance).await;
                });
            }
        });
        Self { directory, accepting }
    }

    pub(crate) fn dsn(&self, database: &str) -> String {
        dsn_at(self.directory.path(), database)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn socket_in(directory: &Path) -> PathBuf {
    directory.join(".s.PGSQL.5432")
}

async fn carry(client: UnixStream, server: &Path, admin: PgPool, chance: &Chance) -> io::Result<()> {
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = UnixStream::connect(socket_in(server)).await?.into_split();
    let way_back = Arc::new(WayBack::default());
    let mut backward = tokio::spawn(way_back.clone().carry(from_server, to_client));
    let ended = carry_forth(&mut from_client, &mut to_server, &admin, chance, &way_back, &mut backward).await;
    backward.abort();
    ended
}

async fn carry_forth(
    client: &mut OwnedReadHalf,
    server: &mut OwnedWriteHalf,
    admin: &PgPool,
    chance: &Chance,
    way_back: &WayBack,
    backward: &mut JoinHandle<()>,
) -> io::Result<()> {
    // The first message alone has no letter before its length.
    let start = read_lengthy(client, Vec::new()).await?;
    server.write_all(&start).await?;
    loop {
        let letter = client.read_u8().await?;
        let message = read_lengthy(client, vec![letter]).await?;
        match chance.fault(commits(&message)) {
            None => server.write_all(&message).await?,
            Some(Fault::Delayed) => {
                tokio::time::sleep(Duration::from_millis(chance.draw(8))).await;
                server.write_all(&message).await?;
            }
            Some(Fault::CutBefore) => return Ok(()),
            Some(Fault::CutWith) => return server.write_all(&message).await,
            Some(Fault::CutBeforeTheAnswer) => {
                way_back.silent.store(true, Ordering::SeqCst);
                server.write_all(&message).await?;
                return Ok(backward.await?);
            }
            Some(Fault::Killed) => {
                server.write_all(&message).await?;
                let process = way_back.process.load(Ordering::SeqCst).cast_signed();
                let kill = sqlx::query("SELECT pg_terminate_backend($1)").bind(process);
                kill.execute(admin).await.unwrap();
            }
        }
    }
}

fn commits(message: &[u8]) -> bool {
    message[0] == b'Q' && message.ends_with(b"COMMIT\0")
}

/// From the server to the log.
#[derive(Default)]
struct WayBack {
    /// Nothing is passed on any more, and it ends with the server's answer.
    silent: AtomicBool,
    process: AtomicU32,
}

impl WayBack {
    async fn carry(self: Arc<Self>, mut server: OwnedReadHalf, mut client: OwnedWriteHalf) {
        while let Ok(letter) = server.read_u8().await {
            let Ok(message) = read_lengthy(&mut server, vec![letter]).await else { return };
            if letter == b'K' {
                let process = message[5..9].try_into().unwrap();
                self.process.store(u32::from_be_bytes(process), Ordering::SeqCst);
            }
            let is_silent = self.silent.load(Ordering::SeqCst);
            let is_answered = letter == b'Z';
            if is_silent && is_answered || !is_silent && client.write_all(&message).await.is_err() {
                return;
            }
        }
    }
}

/// A length that counts itself, and what it is the length of, behind what was read before.
async fn read_lengthy(from: &mut OwnedReadHalf, mut message: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let start = message.len();
    message.resize(start + length as usize - 4, 0);
    from.read_exact(&mut message[start..]).await?;
    Ok(message)
}
