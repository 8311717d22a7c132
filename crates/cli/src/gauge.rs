//! How far a long piece of work has come: a bar on a terminal, a line each ten seconds without one. Always on stderr, so that what
//! was asked for stays alone on stdout.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const A_LINE_EACH: Duration = Duration::from_secs(10);
const DRAWN_A_SECOND: u8 = 10;
const LOOKS: &str =
    " {prefix}  {bar:20.cyan/dim} {percent:>3}%  {human_pos}/{human_len}  {per_sec}  {eta}  {msg}";

/// Finish it or drop it: a dropped bar leaves the terminal clean.
pub struct Gauge {
    label: String,
    total: u64,
    begun: Instant,
    told: Instant,
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Gauge {
    pub fn new(label: impl Into<String>, total: u64, quiet: bool) -> Self {
        let (label, now) = (label.into(), Instant::now());
        let shown = !quiet && std::io::stderr().is_terminal();
        let bar = shown.then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWN_A_SECOND);
            let bar = ProgressBar::with_draw_target(Some(total), target).with_prefix(label.clone());
            bar.with_style(ProgressStyle::with_template(LOOKS).expect("the template is ours and lawful"))
        });
        Self { label, total, begun: now, told: now, bar, quiet }
    }

    /// What is said behind the figures.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        if let Some(bar) = &self.bar {
            bar.set_message(message.into());
        }
        self
    }

    /// The work may grow while it is done.
    pub fn of(&mut self, total: u64) {
        self.total = total;
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// So much is done in all.
    pub fn at(&mut self, done: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if !self.quiet && self.told.elapsed() >= A_LINE_EACH => {
                self.told = Instant::now();
                // Whoever closed standard error does not want to know.
                writeln!(std::io::stderr(), "{}", line(&self.label, done, self.total, self.begun.elapsed()))
                    .ok();
            }
            None => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(label: &str, done: u64, total: u64, took: Duration) -> String {
    let percent = (done * 100).checked_div(total).unwrap_or(100);
    let rate = done * 1000 / u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    format!("{label} {percent}% {done}/{total} {rate}/s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_much_and_how_fast() {
        assert_eq!(line("verify", 61, 100, Duration::from_millis(500)), "verify 61% 61/100 122/s");
        assert_eq!(line("verify", 0, 0, Duration::ZERO), "verify 100% 0/0 0/s");
    }
}
