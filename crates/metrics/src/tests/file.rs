use std::{fs, path::Path};

use berth_domain::Timestamp;

use super::made_up::{at, sample};
use crate::{
    figures::Figures,
    store::Store,
    thin::{COARSE_KEPT_MS, COARSE_MS, FINE_KEPT_MS, FINE_MS, Grid, Mean, Thinner},
};

const ALWAYS: (Timestamp, Timestamp) = (Timestamp::from_millis(0), Timestamp::LATEST);

async fn kept(store: &mut Store, span_ms: i64) -> Vec<Mean> {
    let mut thinner = Thinner::new(Grid::every(span_ms));
    store.read(span_ms, ALWAYS, &mut thinner).await.unwrap();
    thinner.means()
}

/// Five seconds each, from noon.
fn spans(seconds: impl IntoIterator<Item = i64>) -> Vec<Mean> {
    let mean = |second| Mean::of_one(sample(second, f64::from(i32::try_from(second).unwrap())));
    seconds.into_iter().map(mean).collect()
}

#[tokio::test]
async fn what_is_written_is_read_again_to_the_last_number() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.db");
    let mut columns = Figures::default().to_columns();
    for (column, number) in columns.iter_mut().zip(1_u8..) {
        *column = Some(f64::from(number) + 0.5);
    }
    let mut whole = sample(0, 0.0);
    whole.figures = Figures::from_columns(&columns);
    let mut bare = sample(5, 1.0);
    bare.figures.load_1 = None;
    let written = [whole, bare].map(Mean::of_one);
    Store::new(&file).write(&written, at(60)).await.unwrap();
    let mut again = Store::new(&file);
    assert_eq!(kept(&mut again, FINE_MS).await, written, "by another life of the process");
    assert_eq!(again.write(&[], at(60)).await.map_err(|error| error.to_string()), Ok(()));
}

#[tokio::test]
async fn a_minute_that_is_written_in_parts_is_the_mean_of_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::new(&folder.path().join("metrics.db"));
    store.write(&spans((0..40).step_by(5)), at(40)).await.unwrap();
    store.write(&spans((40..75).step_by(5)), at(75)).await.unwrap();
    let minutes: Vec<_> =
        kept(&mut store, COARSE_MS).await.iter().map(|mean| (mean.sample.at, mean.weight)).collect();
    assert_eq!(minutes, [(at(0), 12), (at(60), 3)]);
    let means = kept(&mut store, COARSE_MS).await;
    assert_eq!(means[0].sample.figures.cpu_percent.to_string(), "27.5");
}

#[tokio::test]
async fn the_fine_ones_go_after_two_hours_and_the_minutes_after_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::new(&folder.path().join("metrics.db"));
    store.write(&spans([0, 5, 60]), at(60)).await.unwrap();
    let later = |millis| at(60).plus_millis(millis);
    store.write(&[], later(FINE_KEPT_MS)).await.unwrap();
    assert_eq!(kept(&mut store, FINE_MS).await.len(), 1, "the last is just old enough to stay");
    assert_eq!(kept(&mut store, COARSE_MS).await.len(), 2);
    store.write(&[], later(COARSE_KEPT_MS)).await.unwrap();
    assert_eq!(kept(&mut store, FINE_MS).await, []);
    assert_eq!(kept(&mut store, COARSE_MS).await.len(), 1);
    store.write(&[], later(COARSE_KEPT_MS + 1)).await.unwrap();
    assert_eq!(kept(&mut store, COARSE_MS).await, []);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside_and_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.db");
    fs::write(&file, vec![7; 100_000]).unwrap();
    let mut store = Store::new(&file);
    assert_eq!(kept(&mut store, FINE_MS).await, []);
    store.write(&spans([0]), at(5)).await.unwrap();
    assert_eq!(kept(&mut store, FINE_MS).await.len(), 1);
    assert_eq!(fs::read(folder.path().join("metrics.db.damaged")).unwrap(), vec![7; 100_000]);
}

#[tokio::test]
async fn a_file_that_is_damaged_within_is_set_aside_when_that_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.db");
    let mut store = Store::new(&file);
    store.write(&spans((0..3_600).step_by(5)), at(3_600)).await.unwrap();
    store.close().await;
    spoil(&file);
    let mut store = Store::new(&file);
    store.write(&spans([7_000]), at(7_000)).await.unwrap();
    kept(&mut store, COARSE_MS).await;
    kept(&mut store, FINE_MS).await;
    assert!(folder.path().join("metrics.db.damaged").exists());
    store.write(&spans([7_005]), at(7_005)).await.unwrap();
    assert!(!kept(&mut store, FINE_MS).await.is_empty());
}

/// Leaves the first page, by which SQLite knows its own files.
fn spoil(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    assert!(bytes.len() > 20_480, "{} bytes", bytes.len());
    bytes[4_096..].fill(0x5a);
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_file_of_another_version_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.db");
    // An empty file is a database without tables, of version nought.
    fs::write(&file, "").unwrap();
    let mut store = Store::new(&file);
    store.write(&spans([0]), at(5)).await.unwrap();
    assert_eq!(kept(&mut store, FINE_MS).await.len(), 1);
    assert!(folder.path().join("metrics.db.damaged").exists());
}

#[tokio::test]
async fn asking_makes_no_file_and_a_place_that_cannot_be_written_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing/metrics.db");
    let mut store = Store::new(&file);
    assert_eq!(kept(&mut store, FINE_MS).await, []);
    let error = store.write(&spans([0]), at(5)).await.unwrap_err();
    assert!(error.to_string().contains("missing/metrics.db"), "{error}");
    fs::create_dir(folder.path().join("missing")).unwrap();
    store.write(&spans([0]), at(5)).await.unwrap();
    assert_eq!(kept(&mut store, FINE_MS).await.len(), 1);
}
