//! The repository stands alone: it names nothing that lies outside it, and what must lie at its top does.

use std::process::Command;

use crate::sources::root;

#[test]
fn nothing_names_what_lies_outside() {
    let outside =
        ["shared", "library"].map(|name| format!("../{}{name}", if name == "library" { "." } else { "" }));
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    for file in listed.lines() {
        // What git lists may have been deleted since; what is no text names nothing.
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        for path in &outside {
            assert!(!text.contains(path.as_str()), "{file} names {path}");
        }
    }
}

#[test]
fn what_belongs_at_the_top_is_there() {
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "crates",
        "schema.graphql",
        "migrations",
        "justfile",
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "deny.toml",
        "rustfmt.toml",
        ".ci/run",
    ] {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}
