//! The power is cut at any instant, and what was answered is there when it is back.
//!
//! A writer runs under strace; its system calls are replayed onto a disk that keeps only what was synced, and of the rest
//! any torn part. A thousand such disks are opened as a server would. That the test can fail is part of it: without syncing
//! every commit an answer is lost.
//!
//! `BERTH_POWER_CUTS` asks for more images, `BERTH_POWER_CUT_SEED` for the dice of another run.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod disk;
mod judge;
mod trace;
mod workload;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use disk::{Disk, Image};
use judge::{Fault, judge};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tempfile::TempDir;
use trace::{Moment, Trace};

const DIRECTORY: &str = "BERTH_POWER_CUT_DIRECTORY";
const WEAK: &str = "BERTH_POWER_CUT_WEAK";
/// Images of the writer, of the writer on a disk that fills up, and of the one that does not sync.
const IMAGES: usize = 1000;
const IMAGES_FULL: usize = 300;
const IMAGES_WEAK: usize = 150;
/// In the middle of the first run: so many writes find no space.
const FULL: &str = "pwrite64:error=ENOSPC:when=700..760";

#[test]
fn a_power_cut_at_any_instant_loses_nothing_that_was_answered() {
    let run = Run::record(None, false);
    let report = run.cut(images(IMAGES));
    report.assert_nothing_is_lost();
}

#[test]
fn nor_does_one_around_a_full_disk() {
    let run = Run::record(Some(FULL), false);
    let refused = run.trace.calls.iter().filter(|call| call.name == "pwrite64" && call.answer < 0).count();
    assert!(refused > 20, "only {refused} writes found no space");
    run.cut(images(IMAGES_FULL)).assert_nothing_is_lost();
}

#[test]
fn the_same_test_finds_what_is_lost_when_commits_are_not_synced() {
    let report = Run::record(None, true).cut(IMAGES_WEAK);
    let lost = report.faults.iter().filter(|(_, fault)| matches!(fault, Fault::Lost(_))).count();
    println!("control: {lost} of {} images lost an answered append", report.images);
    assert!(lost > 0, "commits that are not synced must be found out");
    assert_eq!(lost, report.faults.len(), "an end is lost, and nothing is broken: {}", report.some());
}

#[test]
#[ignore = "the writer whose power is cut: the other tests run it under strace"]
fn writer() {
    let Some(directory) = env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(workload::run(&directory, env::var_os(WEAK).is_some()));
    // As if by a crash: nothing is closed.
    std::process::exit(0);
}

fn images(least: usize) -> usize {
    let wanted = env::var("BERTH_POWER_CUTS").ok().and_then(|wanted| wanted.parse().ok());
    wanted.unwrap_or(0).max(least)
}

/// What a writer asked of the kernel, and what it told.
struct Run {
    directory: TempDir,
    trace: Trace,
    told: Vec<String>,
}

/// What came of the images.
struct Report {
    images: usize,
    faults: Vec<(usize, Fault)>,
}

impl Run {
    fn record(inject: Option<&str>, is_weak: bool) -> Self {
        let directory = scratch();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let mut writer = Command::new(env::current_exe().unwrap());
        writer.args(["--exact", "writer", "--ignored", "--nocapture"]).env(DIRECTORY, &data);
        if is_weak {
            writer.env(WEAK, "1");
        }
        let trace = trace::record(&mut writer, inject, &directory.path().join("trace"));
        let mut disk = Disk::new(data.to_str().unwrap(), "log.db");
        for moment in &trace.moments {
            disk.take(&trace, *moment);
        }
        the_disk_is_what_the_kernel_made_of_it(&disk, &data);
        assert!(trace.calls.iter().any(|call| call.name == "ftruncate"), "space was given back");
        Self { directory, trace, told: disk.told }
    }

    fn disk(&self) -> Disk {
        Disk::new(self.directory.path().join("data").to_str().unwrap(), "log.db")
    }

    /// The power is cut so many times, and everything is judged that was left.
    fn cut(&self, images: usize) -> Report {
        let seed = env::var("BERTH_POWER_CUT_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(rand::random);
        let mut random = StdRng::seed_from_u64(seed);
        let instants = self.instants(images, &mut random);
        let (sender, receiver) = mpsc::sync_channel::<(usize, Image, usize)>(2);
        let receiver = Mutex::new(receiver);
        let verdicts = thread::scope(|scope| {
            let judges = [(); 2].map(|()| scope.spawn(|| self.judge_all(&receiver)));
            let (mut disk, mut instants, mut number) = (self.disk(), instants.into_iter().peekable(), 0);
            for (index, moment) in self.trace.moments.iter().enumerate() {
                disk.take(&self.trace, *moment);
                while instants.next_if_eq(&index).is_some() {
                    sender.send((number, disk.cut(&mut random), disk.told.len())).unwrap();
                    number += 1;
                }
            }
            drop(sender);
            judges.map(|judge| judge.join().unwrap()).into_iter().flatten().collect::<Vec<_>>()
        });
        self.report(seed, verdicts)
    }

    /// A quarter right after a sync has returned, a quarter while the WAL is folded in, and the rest anywhere.
    fn instants(&self, count: usize, random: &mut StdRng) -> Vec<usize> {
        let (mut disk, mut synced, mut folding) = (self.disk(), Vec::new(), Vec::new());
        for (index, moment) in self.trace.moments.iter().enumerate() {
            disk.take(&self.trace, *moment);
            if let Moment::Ended(call) = moment
                && self.trace.calls[*call].name.ends_with("sync")
            {
                synced.push(index);
            }
            if disk.is_behind("log.db") && disk.is_known("log.db-wal") {
                folding.push(index);
            }
        }
        assert!(
            synced.len() > 20 && folding.len() > 100,
            "{} syncs, {} foldings",
            synced.len(),
            folding.len()
        );
        let mut instants: Vec<_> = (0..count)
            .map(|number| match number % 4 {
                0 => synced[random.random_range(0..synced.len())],
                1 => folding[random.random_range(0..folding.len())],
                _ => random.random_range(0..self.trace.moments.len()),
            })
            .collect();
        instants.sort_unstable();
        instants
    }

    fn judge_all(
        &self,
        images: &Mutex<mpsc::Receiver<(usize, Image, usize)>>,
    ) -> Vec<(usize, Result<Duration, Fault>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let next = || images.lock().unwrap().recv().ok();
        std::iter::from_fn(next)
            .map(|(number, image, told)| {
                let directory = scratch();
                let verdict = runtime.block_on(judge(&image, &self.told[..told], directory.path()));
                (number, verdict)
            })
            .collect()
    }

    fn report(&self, seed: u64, verdicts: Vec<(usize, Result<Duration, Fault>)>) -> Report {
        let images = verdicts.len();
        let slowest = verdicts.iter().filter_map(|(_, verdict)| verdict.as_ref().ok()).max();
        println!(
            "seed {seed}: {images} images of {} system calls and {} answers; the slowest opened in {slowest:?}",
            self.trace.calls.len(),
            self.told.len(),
        );
        let faults = verdicts.into_iter().filter_map(|(number, verdict)| Some((number, verdict.err()?)));
        Report { images, faults: faults.collect() }
    }
}

impl Report {
    fn assert_nothing_is_lost(&self) {
        assert!(self.faults.is_empty(), "{} of {} images: {}", self.faults.len(), self.images, self.some());
    }

    fn some(&self) -> String {
        let told = self.faults.iter().take(5);
        told.fold(String::new(), |text, (number, fault)| text + &format!("\nimage {number}: {fault}"))
    }
}

/// With nothing cut, the replay must end with what is really there; or it has missed something.
fn the_disk_is_what_the_kernel_made_of_it(disk: &Disk, data: &Path) {
    let whole = disk.whole();
    assert!(whole["log.db-wal"].len() > 10_000, "the writer ended with its WAL");
    for (name, content) in &whole {
        assert!(&std::fs::read(data.join(name)).unwrap() == content, "{name} is something else");
    }
}

/// In memory where that is possible: no sync of this test means anything.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}
