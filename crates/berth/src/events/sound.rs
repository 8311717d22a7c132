//! Whether what the log says makes sense to this release: every event is read, every stream folded, every snapshot compared with the
//! fold it stands for.

use std::collections::HashMap;

use berth_domain::{
    Aggregate, alert::Alert, audit::Audit as Trail, books::Books, channel::Channel, delivery::Delivery,
    event::Event as _, grab::Grab, profile::Profile, projection::Projection, report::Report, tenant::Tenant,
    user::User,
};
use berth_store::{Audit, Log, Position, ReadError, Recorded, StreamId, Version};

use super::closings;

const READ_AT_ONCE: u32 = 1024;
/// More than this say nothing new.
const FINDINGS_KEPT: usize = 100;

#[derive(Clone, Debug, Default)]
pub(super) struct Soundness {
    pub(super) streams: usize,
    pub(super) snapshots: usize,
    pub(super) findings: Vec<String>,
}

/// Reads everything up to a position. The progress hears of each stretch.
pub(super) async fn examine(
    log: &dyn Audit,
    head: Position,
    mut progress: impl FnMut(Position),
) -> Result<Soundness, ReadError> {
    let mut soundness = Soundness::default();
    let mut streams: HashMap<StreamId, Folded> = HashMap::new();
    let mut position = Position::START;
    while position < head {
        let events = log.read(position, READ_AT_ONCE).await?;
        let Some(last) = events.last() else { break };
        position = last.position;
        for recorded in events.iter().filter(|recorded| recorded.position <= head) {
            if !streams.contains_key(&recorded.stream) {
                streams.insert(recorded.stream.clone(), Folded::begin(log, &recorded.stream).await?);
            }
            let folded = streams.get_mut(&recorded.stream).expect("it was put there just now");
            folded.take(recorded, &mut soundness);
        }
        progress(position);
    }
    for finding in closings::examine(log).await? {
        soundness.find(finding);
    }
    soundness.streams = streams.len();
    Ok(soundness)
}

/// One stream as far as it has been read.
enum Folded {
    Tenant(Box<Kept<Tenant>>),
    Grab(Box<Kept<Grab>>),
    Profile(Box<Kept<Profile>>),
    User(Box<Kept<User>>),
    Audit(Box<Kept<Trail>>),
    Channel(Box<Kept<Channel>>),
    Delivery(Box<Kept<Delivery>>),
    Alert(Box<Kept<Alert>>),
    Books(Kept<Books>),
    Projection(Kept<Projection>),
    Report(Box<Kept<Report>>),
    /// Of a kind that this release does not know.
    Unknown,
}

struct Kept<A> {
    state: A,
    snapshot: Option<(Version, serde_json::Value)>,
    broken: bool,
}

impl Folded {
    async fn begin(log: &dyn Log, stream: &StreamId) -> Result<Self, ReadError> {
        Ok(match stream.kind() {
            Tenant::KIND => Self::Tenant(Box::new(Kept::begin(log, stream).await?)),
            Grab::KIND => Self::Grab(Box::new(Kept::begin(log, stream).await?)),
            Profile::KIND => Self::Profile(Box::new(Kept::begin(log, stream).await?)),
            User::KIND => Self::User(Box::new(Kept::begin(log, stream).await?)),
            Trail::KIND => Self::Audit(Box::new(Kept::begin(log, stream).await?)),
            Channel::KIND => Self::Channel(Box::new(Kept::begin(log, stream).await?)),
            Delivery::KIND => Self::Delivery(Box::new(Kept::begin(log, stream).await?)),
            Alert::KIND => Self::Alert(Box::new(Kept::begin(log, stream).await?)),
            Books::KIND => Self::Books(Kept::begin(log, stream).await?),
            Projection::KIND => Self::Projection(Kept::begin(log, stream).await?),
            Report::KIND => Self::Report(Box::new(Kept::begin(log, stream).await?)),
            _ => Self::Unknown,
        })
    }

    fn take(&mut self, recorded: &Recorded, soundness: &mut Soundness) {
        match self {
            Self::Tenant(kept) => kept.take(recorded, soundness),
            Self::Grab(kept) => kept.take(recorded, soundness),
            Self::Profile(kept) => kept.take(recorded, soundness),
            Self::User(kept) => kept.take(recorded, soundness),
            Self::Audit(kept) => kept.take(recorded, soundness),
            Self::Channel(kept) => kept.take(recorded, soundness),
            Self::Delivery(kept) => kept.take(recorded, soundness),
            Self::Alert(kept) => kept.take(recorded, soundness),
            Self::Books(kept) => kept.take(recorded, soundness),
            Self::Projection(kept) => kept.take(recorded, soundness),
            Self::Report(kept) => kept.take(recorded, soundness),
            Self::Unknown => soundness.find(format!(
                "event {}: streams of the kind {} are not known to this release",
                recorded.position,
                recorded.stream.kind()
            )),
        }
    }
}

impl<A: Aggregate> Kept<A> {
    async fn begin(log: &dyn Log, stream: &StreamId) -> Result<Self, ReadError> {
        let snapshot = log.snapshot(stream, A::SNAPSHOT).await?;
        let parsed =
            snapshot.and_then(|kept| Some((kept.version, serde_json::from_str(kept.data.get()).ok()?)));
        Ok(Self { state: A::default(), snapshot: parsed, broken: false })
    }

    /// After an event that cannot be read nothing can be said of its stream, so that is said once.
    fn take(&mut self, recorded: &Recorded, soundness: &mut Soundness) {
        if self.broken {
            return;
        }
        match A::Event::decode(&recorded.name, recorded.schema, &recorded.data) {
            Ok(event) => self.state.evolve(&event),
            Err(error) => {
                self.broken = true;
                let cause = crate::chain_of(&error);
                soundness.find(format!("event {} of {}: {cause}", recorded.position, recorded.stream));
            }
        }
        if let Some((_, kept)) = self.snapshot.take_if(|(version, _)| *version == recorded.version) {
            soundness.snapshots += 1;
            if serde_json::to_value(&self.state).ok() != Some(kept) {
                soundness.find(format!(
                    "the snapshot of {} at version {} is not what its events fold to",
                    recorded.stream, recorded.version
                ));
            }
        }
    }
}

impl Soundness {
    fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_KEPT {
            self.findings.push(finding);
        }
    }
}
