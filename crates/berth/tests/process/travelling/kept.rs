//! Databases that earlier versions wrote and this one must open: the log as it was, its key, and the rows they give.

use std::{fs, path::Path};

use crate::harness::run;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kept");

/// With `BERTH_ACCEPT_KEPT=1` the rows are written down anew: look at what changed before they are committed. The logs never are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kept_database_opens_verifies_and_gives_its_kept_rows() {
    let mut kept: Vec<_> = fs::read_dir(KEPT).unwrap().map(|entry| entry.unwrap().path()).collect();
    kept.sort();
    assert!(!kept.is_empty());
    for directory in kept {
        opens(&directory).await;
    }
}

async fn opens(kept: &Path) {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    fs::create_dir(&data).unwrap();
    for name in ["log.db", "vault.key"] {
        fs::copy(kept.join(name), data.join(name)).unwrap();
    }
    let must = async |arguments: &[&str]| {
        let ended = run(&[arguments, &["--data-dir", "data"]].concat(), home.path()).await;
        assert_eq!(ended.code, 0, "{}: {ended:?}", kept.display());
        ended.stdout
    };
    must(&["events", "verify"]).await;
    let rows = must(&["projections", "dump", "--canonical"]).await;
    let expected = kept.join("rows.jsonl");
    if std::env::var_os("BERTH_ACCEPT_KEPT").is_some() {
        fs::write(&expected, &rows).unwrap();
    }
    assert!(
        fs::read_to_string(&expected).unwrap() == rows,
        "{} gives other rows than before",
        kept.display()
    );
    must(&["events", "export", "whole.jsonl"]).await;
}
