//! From exec to the first 200, of the server on several stores and of a hello that does nothing.

use std::{process::Stdio, time::Duration};

use anyhow::Result;

use crate::{
    disk::fdatasyncs,
    hello,
    herd::{Herd, scratch},
    process::{Binaries, Process, free_port},
    sample::Sample,
    server::Server,
    table::Row,
};

#[derive(Default)]
struct Times {
    hello: Vec<Duration>,
    existing: Vec<Duration>,
    created: Vec<Duration>,
    large: Vec<Duration>,
}

/// The four are measured in turn, so that whatever the machine is busy with meets them alike.
pub(crate) fn measure(binaries: &Binaries, herd: &Herd, rounds: usize) -> Result<Vec<Row>> {
    let directory = tempfile::tempdir_in(scratch())?;
    let existing = directory.path().join("existing");
    timed(Server::start(binaries, &existing, &[])?)?;
    let mut times = Times::default();
    for round in 0..rounds {
        times.hello.push(time_hello()?);
        times.existing.push(timed(Server::start(binaries, &existing, &[])?)?);
        let new = directory.path().join(format!("new-{round}"));
        times.created.push(timed(Server::start(binaries, &new, &[])?)?);
        times.large.push(timed(herd.serve(binaries)?)?);
    }
    // Making a store syncs a few times, so its time means little without this.
    let fdatasync = fdatasyncs(&directory.path().join("probe"), 200, Duration::ZERO)?.median();
    Ok(times.rows(herd.crowd.calm + herd.crowd.eager, fdatasync))
}

fn timed((server, took): (Server, Duration)) -> Result<Duration> {
    server.process.stop()?;
    Ok(took)
}

fn time_hello() -> Result<Duration> {
    let port = free_port()?;
    let mut command = hello::command(port)?;
    command.stdin(Stdio::null());
    let (process, took) = Process::until_answer(command, port, "/")?;
    drop(process);
    Ok(took)
}

impl Times {
    fn rows(self, tasks: usize, fdatasync: f64) -> Vec<Row> {
        let hello = Sample::of_durations(self.hello);
        let row = |name: String, times: Vec<Duration>, goal: f64| {
            let ours = Sample::of_durations(times);
            let words =
                |sample: &Sample| format!("{:.1} ms, p95 {:.1}", sample.median(), sample.percentile(95));
            Row::new(name, words(&ours), format!("{}: hello", words(&hello)))
                .ratio(ours.median() / hello.median())
                .goal(format!("median < {goal} ms"), ours.median() < goal)
        };
        vec![
            row("start to /readyz, empty store".into(), self.existing, 50.0),
            row(format!("… store to be made (an fdatasync is {fdatasync:.1} ms)"), self.created, 100.0),
            row(format!("… store with {tasks} tasks"), self.large, 100.0),
        ]
    }
}
