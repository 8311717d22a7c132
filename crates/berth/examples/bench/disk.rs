//! What the disk itself needs to make something durable: the floor under every acknowledged command.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::sample::Sample;

/// Appends 4 KiB and syncs, so many times, with a pause after each. In milliseconds.
pub(crate) fn fdatasyncs(path: &Path, count: usize, pause: Duration) -> Result<Sample> {
    let mut file = File::create(path)?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed());
        thread::sleep(pause);
    }
    Ok(Sample::of_durations(times))
}
