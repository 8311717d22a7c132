//! Whose history cannot be read. Each is told once, answers with that, and is left alone until the next pardon; the rest goes on.
//!
//! An upgrade is what usually helps: the event was written by a newer release. So nothing is repaired here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use berth_domain::{Text, event::DecodeError};
use berth_store::{Position, StreamId};
use thiserror::Error;

/// An event that this release cannot read stands in the way of a thing.
#[derive(Debug, Error)]
#[error("event {position} of {stream} cannot be read by this release; upgrade it")]
pub struct Unreadable {
    pub stream: StreamId,
    pub position: Position,
    #[source]
    pub source: DecodeError,
}

impl Unreadable {
    /// For people.
    pub fn text(&self) -> Text {
        let Self { stream, position, source } = self;
        match source {
            DecodeError::Unknown { name, schema } => Text::new(
                format!(
                    "event {position} of {stream} ({name} v{schema}) cannot be read by this release; upgrade"
                ),
                format!("{stream} 的事件 {position}（{name} v{schema}）无法被当前版本读取，请升级"),
            ),
            DecodeError::Shape { name, schema, .. } => Text::new(
                format!("event {position} of {stream} ({name} v{schema}) is damaged: verify the log"),
                format!("{stream} 的事件 {position}（{name} v{schema}）已损坏，请校验日志"),
            ),
        }
    }
}

impl Held {
    fn is_other_than(&self, why: &Unreadable) -> bool {
        self.why.position != why.position
    }
}

/// Shared by everybody who opens books.
#[derive(Clone, Default)]
pub(crate) struct Quarantine(Arc<Mutex<BTreeMap<StreamId, Held>>>);

struct Held {
    why: Arc<Unreadable>,
    /// It is tried again at the next look, and told again only if it is another event by then.
    pardoned: bool,
}

impl Quarantine {
    /// Why a stream must not even be tried.
    pub(crate) fn holds(&self, stream: &StreamId) -> Option<Arc<Unreadable>> {
        self.lock().get(stream).filter(|held| !held.pardoned).map(|held| held.why.clone())
    }

    /// Holds a stream, and raises the alarm unless it was raised for this very event.
    pub(crate) fn hold(&self, unreadable: Unreadable) -> Arc<Unreadable> {
        let why = Arc::new(unreadable);
        let held = Held { why: why.clone(), pardoned: false };
        let before = self.lock().insert(why.stream.clone(), held);
        if before.is_none_or(|before| before.is_other_than(&why)) {
            let error: &dyn std::error::Error = &*why;
            tracing::error!(stream = why.stream.as_str(), position = %why.position, error, "NEEDS_UPGRADE: it is in quarantine");
        }
        why
    }

    /// It could be read after all.
    pub(crate) fn release(&self, stream: &StreamId) {
        if self.lock().remove(stream).is_some() {
            tracing::info!(stream = stream.as_str(), "it can be read again, and has left quarantine");
        }
    }

    /// Gives everybody another chance, and answers who they are.
    pub(crate) fn pardon(&self) -> Vec<StreamId> {
        let mut held = self.lock();
        for each in held.values_mut() {
            each.pardoned = true;
        }
        held.keys().cloned().collect()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Unreadable>> {
        self.lock().values().map(|held| held.why.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<StreamId, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreadable(position: u64) -> Unreadable {
        let source = DecodeError::Unknown { name: "grab.levitated".into(), schema: 1 };
        Unreadable { stream: StreamId::new("grab", "grab_1"), position: Position::new(position), source }
    }

    #[test]
    fn who_is_held_is_left_alone_until_pardoned_and_forgotten_once_it_can_be_read() {
        let (quarantine, stream) = (Quarantine::default(), StreamId::new("grab", "grab_1"));
        assert!(quarantine.holds(&stream).is_none());
        quarantine.hold(unreadable(7));
        assert_eq!(quarantine.holds(&stream).map(|why| why.position), Some(Position::new(7)));
        assert_eq!(quarantine.pardon(), std::slice::from_ref(&stream));
        assert!(quarantine.holds(&stream).is_none(), "it may be tried");
        assert_eq!(quarantine.all().len(), 1, "and is still known");
        quarantine.release(&stream);
        assert!(quarantine.all().is_empty());
    }

    #[test]
    fn the_alarm_is_raised_once_for_an_event() {
        let held = Held { why: Arc::new(unreadable(7)), pardoned: true };
        assert!(!held.is_other_than(&unreadable(7)));
        assert!(held.is_other_than(&unreadable(9)));
    }

    #[test]
    fn a_newer_event_asks_for_an_upgrade_and_a_damaged_one_does_not() {
        assert!(
            unreadable(7).text().english.contains("event 7 of grab/grab_1")
                && unreadable(7).text().english.contains("upgrade")
        );
        let source = serde_json::from_str::<u8>("{").unwrap_err();
        let source = DecodeError::Shape { name: "grab.started".into(), schema: 1, source };
        let damaged = Unreadable { source, ..unreadable(7) }.text();
        assert!(damaged.english.contains("damaged") && damaged.chinese.contains("损坏"));
    }
}
