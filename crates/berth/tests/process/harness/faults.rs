//! System calls that fail, made to by strace.

use std::path::{Path, PathBuf};

use tokio::process::Command;

/// Some calls on one file fail.
#[derive(Clone)]
pub(crate) struct Faults {
    /// As strace names them, with commas between.
    pub(crate) calls: &'static str,
    pub(crate) error: &'static str,
    /// Which of them, counted for each thread from the start: `7`, or `7..9`, or `7+`.
    pub(crate) when: String,
    pub(crate) file: PathBuf,
}

impl Faults {
    /// The program as a child of its own, with strace looking over its shoulder: signals and the exit code are the program's.
    pub(super) fn around(&self, program: &Path) -> Command {
        let found = std::process::Command::new("strace").arg("--version").output();
        assert!(found.is_ok(), "strace is missing, which this test needs (apt-get install strace)");
        let mut strace = Command::new("strace");
        strace.args(["--daemonize", "--follow-forks", "--seccomp-bpf", "-qq", "--output", "/dev/null"]);
        strace.arg("--trace-path").arg(&self.file);
        strace.args(["-e", "signal=none", "-e", &format!("trace={}", self.calls)]);
        strace.args(["-e", &format!("inject={}:error={}:when={}", self.calls, self.error, self.when)]);
        strace.arg("--").arg(program);
        strace
    }
}
