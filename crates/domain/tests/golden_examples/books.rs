//! What can have happened to the books.

use berth_domain::books::{Archived, Closed, Cutoffs, Event};

use super::at;

pub(crate) fn books_examples() -> Vec<Event> {
    let cutoffs = Cutoffs {
        grab: Some(at(-30 * 86_400)),
        system: Some(at(-90 * 86_400)),
        error: Some(at(-90 * 86_400)),
        operation: Some(at(-365 * 86_400)),
        audit: Some(at(-365 * 86_400)),
    };
    let archive = Archived {
        file: "berth-events-1001-51000.jsonl.zst".into(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        bytes: 4_194_304,
    };
    let closed = Closed {
        after: 1000,
        through: 51_000,
        cutoffs,
        released: 48_211,
        stand_ins: 402,
        archive: Some(archive),
        digest: "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7".into(),
        at: at(0),
    };
    vec![closed.into()]
}
