//! What only tests may switch on is not in the binary.

use std::process::Command;

use crate::sources::root;

/// Lets the log be opened such that a power cut loses what was answered.
const WEAK: &str = "weak";

#[test]
fn the_binary_cannot_be_told_to_sync_less() {
    let features = features("berth", "normal,build");
    assert!(!features.contains(&WEAK.to_owned()), "the binary is built with {features:?} of berth-store");
}

#[test]
fn the_power_cut_test_can() {
    assert!(features("berth-store", "normal,dev").contains(&WEAK.to_owned()), "it could not fail");
}

/// Those of `berth-store` that a package is built with.
fn features(package: &str, edges: &str) -> Vec<String> {
    let listed = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", package, "--edges", edges])
        .args(["--prefix", "none", "--format", "{p};{f}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).unwrap();
    let line = listed.lines().find(|line| line.starts_with("berth-store "));
    let (_, features) = line.and_then(|line| line.split_once(';')).expect("it uses the log");
    let features = features.split(' ').next().unwrap_or_default();
    features.split(',').map(str::to_owned).collect()
}
