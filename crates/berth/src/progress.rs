//! What a person sees while a task tries: a line for each attempt, and on a terminal one line that moves between them.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use berth_domain::{Language, grab::Outcome};
use berth_views::{attempt::AttemptRow, grab::GrabRow};

/// Without a terminal nothing moves, so there is nothing to tick for but news that was missed.
const SLOW_TICK: Duration = Duration::from_secs(1);
const FAST_TICK: Duration = Duration::from_millis(120);
const WHEEL: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

pub(crate) struct Progress {
    language: Language,
    moves: bool,
    turn: usize,
}

impl Progress {
    pub(crate) fn new(language: Language) -> Self {
        Self { language, moves: std::io::stdout().is_terminal(), turn: 0 }
    }

    /// How long to wait for news before drawing again.
    pub(crate) fn tick(&self) -> Duration {
        if self.moves { FAST_TICK } else { SLOW_TICK }
    }

    /// One attempt has ended.
    pub(crate) fn attempt(&mut self, row: &AttemptRow) {
        let outcome = row.outcome.unwrap_or(Outcome::InDoubt);
        let mark = match outcome {
            Outcome::Accepted => "✓",
            Outcome::Capacity => "·",
            Outcome::Throttled => "~",
            _ => "✗",
        };
        let words = row.reason.map(berth_domain::grab::Reason::text);
        let words = words.as_ref().map_or("", |text| text.in_language(self.language));
        let domain = row.availability_domain.rsplit(':').next().unwrap_or_default();
        let took = row.duration_ms.unwrap_or_default();
        self.clear();
        print(&format!(
            "  {mark} {:>3}  {:<10} {domain:<16} {words} ({took} ms)\n",
            row.number,
            outcome.word()
        ));
    }

    /// Nothing has ended since; shows what is awaited.
    pub(crate) fn between(&mut self, row: &GrabRow) {
        if !self.moves {
            return;
        }
        self.turn = (self.turn + 1) % WHEEL.len();
        let reason = berth_domain::grab::state_reason(&row.grab);
        let next = row.next_attempt_at().map(|at| (at.millis() - now_ms()).max(0) / 100);
        let countdown = next.map_or(String::new(), |tenths| format!("  ⏱ {}.{} s", tenths / 10, tenths % 10));
        let line = format!(
            "  {} {} · {}{countdown}",
            WHEEL[self.turn],
            row.grab.state().word(),
            reason.in_language(self.language)
        );
        self.clear();
        print(&line);
    }

    pub(crate) fn end(&mut self) {
        self.clear();
    }

    fn clear(&self) {
        if self.moves {
            print("\r\x1b[K");
        }
    }
}

fn print(text: &str) {
    let mut out = std::io::stdout();
    // Whoever closed standard output does not want to know.
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
