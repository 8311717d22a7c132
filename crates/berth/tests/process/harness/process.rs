//! The binary as a child process. It dies with its handle.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{DEADLINE, Faults};

const BERTH: &str = env!("CARGO_BIN_EXE_berth");

/// Nothing of the environment of whoever runs the tests reaches the program but what it needs to run at all.
fn berth<A: AsRef<str>>(arguments: &[A], directory: &Path) -> Command {
    bare(Command::new(BERTH), arguments, directory)
}

fn bare<A: AsRef<str>>(mut command: Command, arguments: &[A], directory: &Path) -> Command {
    command.args(arguments.iter().map(AsRef::as_ref)).current_dir(directory);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", directory);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

pub(crate) struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    stderr: PathBuf,
}

impl Process {
    /// Standard error is added to the file.
    pub(crate) fn spawn<A: AsRef<str>>(arguments: &[A], directory: &Path, stderr: &Path) -> Self {
        Self::of(berth(arguments, directory), stderr)
    }

    /// Some of its system calls fail.
    pub(crate) fn spawn_failing<A: AsRef<str>>(
        faults: &Faults,
        arguments: &[A],
        directory: &Path,
        stderr: &Path,
    ) -> Self {
        Self::of(bare(faults.around(Path::new(BERTH)), arguments, directory), stderr)
    }

    fn of(mut command: Command, stderr: &Path) -> Self {
        let errors = File::options().create(true).append(true).open(stderr).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let stdout = child.stdout.take().expect("it was piped");
        Self { child, lines: BufReader::new(stdout).lines(), stderr: stderr.to_owned() }
    }

    /// The next line of standard output. None when the process closed it.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let line = timeout(DEADLINE, self.lines.next_line()).await;
        line.unwrap_or_else(|_| panic!("no line in time; {}", self.complaints())).unwrap()
    }

    /// The line that says where it serves.
    pub(crate) async fn base_url(&mut self) -> String {
        let line = self.line().await;
        line.filter(|line| line.starts_with("http://"))
            .unwrap_or_else(|| panic!("it did not start; {}", self.complaints()))
    }

    /// SIGKILL, and gone.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let told = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(told.success(), "kill -s {name} {id}");
    }

    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let ended = timeout(DEADLINE, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it did not end; {}", self.complaints())).unwrap()
    }

    /// The end of what it wrote to standard error.
    pub(crate) fn complaints(&self) -> String {
        let text = String::from_utf8_lossy(&std::fs::read(&self.stderr).unwrap_or_default()).into_owned();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) async fn run<A: AsRef<str>>(arguments: &[A], directory: &Path) -> Ended {
    to_its_end(berth(arguments, directory)).await
}

/// The same as a shell runs it to ask what may come next.
pub(crate) async fn run_completing<A: AsRef<str>>(arguments: &[A], directory: &Path) -> Ended {
    let mut command = berth(arguments, directory);
    command.env("BERTH_COMPLETE", "fish");
    to_its_end(command).await
}

async fn to_its_end(mut command: Command) -> Ended {
    let output = timeout(DEADLINE, command.output()).await;
    let output = output.expect("the command ends in time").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ended {
        code: output.status.code().expect("no signal ended it"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}
