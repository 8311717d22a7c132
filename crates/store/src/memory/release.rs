//! Lets old events go. What is refused changes nothing.

use std::sync::Arc;

use super::State;
use crate::checksum::ANCHOR;
use crate::closings::Digest;
use crate::release::Unlawful;
use crate::{AppendError, Position, Recorded, Release, Released, StandIn};

impl State {
    pub(super) fn let_go(&mut self, release: &Release) -> Result<Digest, AppendError> {
        let stand_ins =
            self.check_release(release).map_err(|unlawful| AppendError::Storage(Arc::new(unlawful)))?;
        for position in &release.positions {
            if let Some(event) = self.events.remove(position)
                && let Some(places) = self.streams.get_mut(&event.stream)
            {
                places.remove(&event.version);
            }
        }
        for event in stand_ins {
            self.streams.entry(event.stream.clone()).or_default().insert(event.version, event.position);
            self.events.insert(event.position, event);
        }
        // Nothing is chained in memory.
        let runs = release.runs().into_iter();
        let runs: Vec<_> = runs.map(|(first, last)| Released { first, last, checksum: ANCHOR }).collect();
        let places = release.stand_ins.iter().map(|stand_in| (stand_in.position.to_sql(), &ANCHOR[..]));
        let digest = Digest::of(&runs, places);
        self.released.extend(runs);
        self.closed_through = release.through;
        self.commands.retain(|_, (appended, _)| appended.last > release.through);
        Ok(digest)
    }

    fn check_release(&self, release: &Release) -> Result<Vec<Recorded>, Unlawful> {
        release.check(self.closed_through, self.head())?;
        for position in &release.positions {
            let asked = release.positions.len() as u64;
            let Some(event) = self.events.get(position) else {
                return Err(Unlawful::NotThere { missing: 1, asked });
            };
            let is_last = event.version == self.version(&event.stream);
            if is_last && release.stand_ins.binary_search_by_key(position, at).is_err() {
                return Err(Unlawful::LastOfStream(event.stream.clone()));
            }
        }
        release.stand_ins.iter().map(|stand_in| self.standing_in(stand_in)).collect()
    }

    fn standing_in(&self, stand_in: &StandIn) -> Result<Recorded, Unlawful> {
        match self.events.get(&stand_in.position) {
            Some(place) if place.stream == stand_in.stream && place.version == stand_in.version => {
                Ok(Recorded {
                    name: stand_in.name.clone(),
                    schema: stand_in.schema,
                    data: stand_in.data.clone(),
                    ..place.clone()
                })
            }
            _ => Err(Unlawful::NoPlace(stand_in.position)),
        }
    }
}

fn at(stand_in: &StandIn) -> Position {
    stand_in.position
}
