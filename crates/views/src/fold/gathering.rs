//! How long events gather before they are folded together: a transaction costs more than the rows in it.

use std::time::Duration;

use berth_store::Position;
use tokio::time::{Instant, timeout_at};

use crate::projection::Board;

/// In a stream of events, unless somebody waits for them. The first after a rest of this length is folded at once.
const GATHER: Duration = Duration::from_millis(100);
/// While nobody looks: a task that tries and is told no changes its row once, not twice.
const GATHER_UNSEEN: Duration = Duration::from_millis(500);
/// Whoever asked so lately may ask again.
const LOOKS: Duration = Duration::from_secs(1);

/// Resolves when what lies behind `furthest` is to be folded.
pub(super) async fn gathered(board: &Board, folded_at: Instant, furthest: Position) {
    let enough = async {
        let mut asked_at = board.asked_at();
        loop {
            let until = gathered_at(folded_at, *asked_at.borrow_and_update());
            let asked = timeout_at(until, asked_at.changed()).await.is_ok();
            if !asked || Instant::now() >= until {
                return;
            }
        }
    };
    tokio::select! {
        () = board.wanted_behind(furthest) => {}
        () = enough => {}
    }
}

fn gathered_at(folded_at: Instant, asked_at: Option<Instant>) -> Instant {
    let soon = folded_at + GATHER;
    let is_seen = asked_at.is_some_and(|asked_at| asked_at + LOOKS >= soon);
    if is_seen { soon } else { folded_at + GATHER_UNSEEN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_looks_at_gathers_for_longer() {
        let folded_at = Instant::now() + Duration::from_mins(1);
        let before = |time| Some(folded_at.checked_sub(time).expect("a minute has passed"));
        let (soon, later) = (folded_at + GATHER, folded_at + GATHER_UNSEEN);
        assert_eq!(gathered_at(folded_at, None), later);
        assert_eq!(
            gathered_at(folded_at, before(LOOKS)),
            later,
            "who looked at what was there long ago is gone"
        );
        assert_eq!(gathered_at(folded_at, before(LOOKS - GATHER)), soon);
        assert_eq!(gathered_at(folded_at, Some(folded_at + GATHER)), soon);
        assert_eq!(
            gathered_at(folded_at, Some(later)),
            soon,
            "whoever asks meanwhile has waited long enough"
        );
    }
}
