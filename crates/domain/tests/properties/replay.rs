//! Travelling in a history: the diff leads from one moment to the other, and its causes are causes.

use berth_domain::{
    Timestamp,
    event::Event as _,
    grab::Event,
    replay::{Fact, History, Point, apply},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::value::RawValue;

use crate::{
    arbitrary::{BEGIN_MS, created},
    grab::event,
};

proptest! {
    #![proptest_config(crate::config(150))]

    #[test]
    fn a_diff_applied_to_where_it_begins_gives_where_it_ends(
        first in created(),
        events in vec(event(), 0..25),
        (from, to) in any::<(Index, Index)>(),
    ) {
        let history = history(first, events);
        let (from, to) = (moment(&history, from), moment(&history, to));
        let mut state = history.at(from).state;
        apply(&mut state, &history.diff(from, to));
        prop_assert_eq!(state, history.at(to).state);
    }

    #[test]
    fn each_cause_changed_its_path_and_nothing_after_it_did(
        first in created(),
        events in vec(event(), 0..25),
        (from, to) in any::<(Index, Index)>(),
    ) {
        let history = history(first, events);
        let (a, b) = (moment(&history, from), moment(&history, to));
        let (low, high) = {
            let (a, b) = (history.at(a).events, history.at(b).events);
            (a.min(b), a.max(b))
        };
        for change in history.diff(a, b) {
            let is = |events: usize| history.after(events).state.pointer(&change.path).cloned();
            let changed: Vec<usize> = (low..high).filter(|index| is(*index) != is(index + 1)).collect();
            prop_assert_eq!(changed.last(), Some(&change.caused_by), "{}", change.path);
            prop_assert_eq!(changed.len(), change.times, "{}", change.path);
        }
    }
}

fn moment(history: &History, index: Index) -> Point {
    Point::Version(u32::try_from(index.index(history.len() + 1)).expect("stories are short"))
}

fn history(first: Event, events: Vec<Event>) -> History {
    let written: Vec<(Event, Box<RawValue>)> = std::iter::once(first)
        .chain(events)
        .map(|event| {
            let data = event.encode();
            (event, data)
        })
        .collect();
    let facts: Vec<Fact<'_>> = (1..)
        .zip(&written)
        .map(|(version, (event, data))| Fact {
            version,
            position: u64::from(version) * 3,
            at: Timestamp::from_millis(BEGIN_MS + i64::from(version)),
            name: event.name(),
            schema: event.schema(),
            data,
        })
        .collect();
    History::read("grab", &facts).expect("they were just written")
}
