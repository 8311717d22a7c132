//! The handle: one file of read models, who folds the log into it, and how far each has come.

use std::{path::Path, sync::Arc, time::Duration};

use berth_store::{Connections, Log, Position, Recorded};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::{
    Alarm, Behind, DryRun, Projection, Unreached, ViewError, dump,
    fold::follower::{Follower, Until},
    kept::Kept,
    open,
    projection::{self, Board, Place, ProjectionFault, rebuild::Made},
    reader::Reader,
};

/// How long to wait after a fault that may pass, such as a full disk.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(1);

/// Clones share one file.
#[derive(Clone)]
pub struct Views {
    log: Arc<dyn Log>,
    path: Arc<Path>,
    readers: SqlitePool,
    writer: Arc<Mutex<SqliteConnection>>,
    board: Arc<Board>,
    pub(crate) kept: Arc<Kept>,
    /// Somebody may wait for what is new while something is rebuilt.
    watched: bool,
}

impl Views {
    /// Opens the file, or makes it. One from another log, or that is damaged, is dropped, to be folded anew; so is a read model that
    /// another version made.
    pub async fn open(path: &Path, log: Arc<dyn Log>) -> Result<Self, ViewError> {
        let opened = open::open(path, log.as_ref()).await?;
        let board = Board::new(&opened.courses, log.head().await?);
        Ok(Self {
            log,
            path: path.into(),
            readers: opened.readers,
            writer: Arc::new(Mutex::new(opened.writer)),
            board: Arc::new(board),
            kept: Arc::default(),
            watched: true,
        })
    }

    /// The same for a tool, which is alone with them: what is rebuilt takes the shortest way.
    #[must_use]
    pub fn unwatched(self) -> Self {
        Self { watched: false, ..self }
    }

    /// Folds the log until `shutdown` resolves or the log is closed, and carries out what is ordered in the streams `projection/…`.
    /// Dropping it at any point does no harm: events are folded with their checkpoint or not at all, and a rebuild goes on where it was.
    ///
    /// Faults that may pass are waited out. An event that a read model cannot take in parks that one; see [`Views::alarms`].
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), ViewError> {
        tokio::select! {
            () = shutdown => Ok(()),
            ended = self.keep_folding() => ended,
        }
    }

    /// Connections that read them.
    pub fn connections(&self) -> Connections {
        Connections::of(&self.readers)
    }

    /// How far every read model that can go on has come, and can be asked. A parked one may be behind this.
    pub fn position(&self) -> Position {
        *self.board.position.borrow()
    }

    /// Moves after every commit. Back as well, when a parked read model goes on.
    pub fn watch(&self) -> watch::Receiver<Position> {
        self.board.position.subscribe()
    }

    /// Somebody is about to ask for what is at `position`, or before: it is not gathered with what comes after it.
    pub fn want(&self, position: Position) {
        self.board.want(position);
    }

    /// Resolves when the views can be asked about the event at `position`. A parked read model keeps nobody waiting.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> Result<(), Behind> {
        self.board.want(position);
        let mut watch = self.watch();
        let reached = watch.wait_for(|reached| *reached >= position);
        match tokio::time::timeout(timeout, reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Behind { wanted: position, position: self.position() }),
        }
    }

    /// Resolves when one read model holds everything up to `position`. Fails at once when it is parked before that.
    pub async fn wait_for_model(
        &self,
        name: &str,
        position: Position,
        timeout: Duration,
    ) -> Result<(), Unreached> {
        self.board.want(position);
        let mut watch = self.board.places.subscribe();
        let settled = |places: &Vec<Place>| {
            place(places, name).is_none_or(|place| place.position >= position || place.parked.is_some())
        };
        // Whether it came to that in time is judged by where it is.
        tokio::time::timeout(timeout, watch.wait_for(settled)).await.ok();
        let reached = place(&watch.borrow(), name).cloned();
        let name = name.to_owned();
        match reached {
            None => Err(Unreached::NoSuchProjection { name }),
            Some(place) if place.position >= position => Ok(()),
            Some(Place { parked: Some(ProjectionFault { position, message }), .. }) => {
                Err(Unreached::Parked { name, position, message })
            }
            Some(place) => Err(Behind { wanted: position, position: place.position }.into()),
        }
    }

    /// Where each read model stands, by name.
    pub fn projections(&self) -> Vec<Projection> {
        self.board.projections.borrow().clone()
    }

    pub fn projection(&self, name: &str) -> Option<Projection> {
        self.board.projections.borrow().iter().find(|projection| projection.name == name).cloned()
    }

    /// Changes after every commit: who shows it takes his time.
    pub fn watch_projections(&self) -> watch::Receiver<Vec<Projection>> {
        self.board.projections.subscribe()
    }

    /// Which read models are parked, as of now.
    pub fn alarms(&self) -> watch::Receiver<Vec<Alarm>> {
        self.board.alarms.subscribe()
    }

    /// Whether a rebuild may be ordered. One that is ordered all the same while another runs is not begun.
    pub fn check_rebuild(&self, name: &str) -> Result<(), ViewError> {
        match self.projection(name) {
            None => Err(ViewError::NoSuchProjection { name: name.to_owned() }),
            Some(Projection { rebuild_position: Some(_), .. }) => {
                Err(ViewError::Rebuilding { name: name.to_owned() })
            }
            Some(_) => Ok(()),
        }
    }

    /// What a rebuild of a read model would change. Changes nothing, and keeps nobody waiting. `progress` is told where it is and where
    /// it must come.
    pub async fn dry_run(
        &self,
        name: &str,
        to: Option<Position>,
        progress: impl FnMut(Position, Position),
    ) -> Result<DryRun, ViewError> {
        projection::dry_run(self, name, to, progress).await
    }

    /// Rebuilds some read models beside those that are there and lets them serve, as an order would; goes on with a rebuild that was
    /// broken off. For tools, while nobody runs these views.
    pub async fn rebuild_offline(
        &self,
        names: &[&str],
        mut progress: impl FnMut(&[Projection]),
    ) -> Result<(), ViewError> {
        let mut writer = self.alone()?;
        let mut follower = Follower::new(self.log.clone(), &mut writer, &self.board).await?;
        for name in names {
            follower.rebuild(name, Made::Offline).await?;
        }
        follower.run(Until::Level, || progress(&self.board.projections.borrow())).await?;
        let parked = |projection: Projection| Some((projection.name, projection.fault?));
        let mut asked = self.projections().into_iter().filter(|projection| names.contains(&projection.name));
        match asked.find_map(parked) {
            None => Ok(()),
            Some((name, fault)) => {
                Err(ViewError::Parked { name, position: fault.position, message: fault.message })
            }
        }
    }

    /// Folds all that there is, once. For tools, while nobody runs these views.
    pub async fn level_offline(&self) -> Result<(), ViewError> {
        self.rebuild_offline(&[], |_| {}).await
    }

    /// Takes in events in the order of the log. Those at or before a checkpoint are passed over: folding twice changes nothing.
    pub async fn fold(&self, events: &[Recorded]) -> Result<(), ViewError> {
        let mut writer = self.writer.lock().await;
        let mut follower = Follower::new(self.log.clone(), &mut writer, &self.board).await?;
        follower.fold(events).await
    }

    /// Every row by its key, as canonical JSON, a line each. The same log gives the same text, whenever and however it was folded.
    pub async fn dump(&self) -> Result<String, ViewError> {
        let lines: Vec<_> = self.dump_lines().try_collect().await?;
        Ok(lines.join("\n"))
    }

    /// The same, line by line.
    pub fn dump_lines(&self) -> impl Stream<Item = Result<String, ViewError>> + Send + use<> {
        let views = self.clone();
        stream::once(async move { views.read().await.map(dump::lines) }).try_flatten().boxed()
    }

    /// A moment of the read models: what is asked within one transaction is true at one position.
    pub(crate) async fn read(&self) -> Result<Reader, ViewError> {
        Ok(Reader::moment(self.readers.begin().await?))
    }

    /// For a single statement, which needs no transaction.
    pub(crate) async fn once(&self) -> Result<Reader, ViewError> {
        Ok(Reader::Once(self.readers.acquire().await?))
    }

    /// Where the read models that serve stand, of those of these names. What is read from now on is of there, or from further on.
    pub(crate) fn stand(&self, names: &[&str]) -> Vec<Place> {
        let places = self.board.places.borrow();
        places.iter().filter(|place| names.contains(&place.name)).cloned().collect()
    }

    /// The log that is folded.
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the log ends as far as this node knows.
    pub(crate) fn head(&self) -> Position {
        self.position().max(*self.log.watch().borrow())
    }

    fn alone(&self) -> Result<MutexGuard<'_, SqliteConnection>, ViewError> {
        self.writer.try_lock().map_err(|_| ViewError::Busy)
    }

    async fn keep_folding(&self) -> Result<(), ViewError> {
        loop {
            match self.follow().await {
                Err(error) if error.may_pass() => {
                    tracing::warn!(error = %error.with_cause(), "folding the log failed and is tried again");
                    tokio::time::sleep(PAUSE_AFTER_FAULT).await;
                    self.renew_writer().await;
                }
                ended => return ended,
            }
        }
    }

    /// A full disk ends a transaction without asking, after which the driver counts on one that is no more and begins no other: so
    /// another connection takes its place. Should there be none, the next fault leads here again.
    async fn renew_writer(&self) {
        let mut writer = self.writer.lock().await;
        match open::connect(&self.path).await {
            Ok(fresh) => *writer = fresh,
            Err(error) => tracing::warn!(%error, "the views could not be opened anew"),
        }
    }

    async fn follow(&self) -> Result<(), ViewError> {
        let mut writer = self.writer.lock().await;
        let mut follower = Follower::new(self.log.clone(), &mut writer, &self.board).await?;
        follower.watched = self.watched;
        follower.run(Until::Closed, || {}).await
    }
}

fn place<'p>(places: &'p [Place], name: &str) -> Option<&'p Place> {
    places.iter().find(|place| place.name == name)
}
