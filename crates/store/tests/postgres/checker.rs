//! Judges a run from outside: what was asked and answered, what followers saw, and what is in the log at the end.

use std::collections::HashMap;

/// What became of a command, as far as the one who asked can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Done: its events end at this position.
    Done { last: u64 },
    /// Refused: nothing happened.
    Refused,
}

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) command: String,
    pub(crate) events: u64,
    pub(crate) answer: Answer,
}

/// Everything that is wrong; nothing, when all promises were kept. `log` is each event's position and command, as read at the end.
pub(crate) fn faults(log: &[(u64, String)], followers: &[Vec<u64>], asked: &[Asked]) -> Vec<String> {
    let mut faults = Vec::new();
    let count = log.len() as u64;
    if !log.iter().map(|(position, _)| *position).eq(1..=count) {
        faults.push("positions are not dense".to_owned());
    }
    for (number, seen) in followers.iter().enumerate() {
        if !seen.iter().copied().eq(log.iter().map(|(position, _)| *position)) {
            faults.push(format!("follower {number} did not see each event once and in order"));
        }
    }
    let mut found: HashMap<&str, Vec<u64>> = HashMap::new();
    for (position, command) in log {
        found.entry(command).or_default().push(*position);
    }
    for ask in asked {
        let positions = found.remove(ask.command.as_str()).unwrap_or_default();
        faults.extend(fault_of(ask, &positions));
    }
    faults.extend(found.keys().map(|command| format!("nobody asked for {command}")));
    faults
}

fn fault_of(ask: &Asked, positions: &[u64]) -> Option<String> {
    let happened = positions.len() as u64;
    let once = happened == ask.events && positions.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let kept = match ask.answer {
        Answer::Done { last } => once && positions.last() == Some(&last),
        Answer::Refused => happened == 0,
    };
    (!kept).then(|| format!("{ask:?} has its events at {positions:?}"))
}
