//! Other processes: how they are started, told to stop, and what the kernel says of them.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// How long anything may take to answer at all.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two attempts to connect while nobody listens yet.
const PAUSE: Duration = Duration::from_micros(200);
/// The kernel's unit of processor time, `getconf CLK_TCK`; 100 on every Linux that runs on x86 and ARM.
const TICKS_PER_SECOND: f64 = 100.0;

/// A child that does not outlive us.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it and polls a path until it is answered 200. The time is from before exec to the answer's first bytes.
    pub(crate) fn until_answer(mut command: Command, port: u16, path: &str) -> Result<(Self, Duration)> {
        let start = Instant::now();
        let mut process = Self(command.spawn().with_context(|| format!("failed to start {command:?}"))?);
        while !answers(port, path) {
            if let Some(status) = process.0.try_wait()? {
                bail!("{command:?} ended with {status} before it answered");
            }
            if start.elapsed() > PATIENCE {
                bail!("{command:?} did not answer within {PATIENCE:?}");
            }
            thread::sleep(PAUSE);
        }
        Ok((process, start.elapsed()))
    }

    /// Starts it, with a pipe on its standard output.
    pub(crate) fn talking(command: &mut Command) -> Result<Self> {
        let child = command.stdout(Stdio::piped()).spawn();
        Ok(Self(child.with_context(|| format!("failed to start {command:?}"))?))
    }

    pub(crate) fn output(&mut self) -> Option<impl Read + use<>> {
        self.0.stdout.take()
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        let start = Instant::now();
        while self.0.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                bail!("a process did not end within {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number =
                line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<u32>().ok());
            number.with_context(|| format!("/proc/PID/status has no {name}"))
        };
        let megabytes = |name: &str| Ok::<_, anyhow::Error>(f64::from(field(name)?) * 1024.0 / 1e6);
        Ok(Memory {
            resident: megabytes("VmRSS")?,
            anonymous: megabytes("RssAnon")?,
            threads: field("Threads")?,
        })
    }

    /// Seconds of processor time so far, in the program and in the kernel for it.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // The name may hold spaces; it ends with the last parenthesis. Then come fields 3 and up.
        let after_name = stat.rsplit_once(')').context("/proc/PID/stat has no name")?.1;
        let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS_PER_SECOND)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// What of a process lies in memory, in MB of 10^6 bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) resident: f64,
    /// Without the pages of its own file and of shared libraries.
    pub(crate) anonymous: f64,
    pub(crate) threads: u32,
}

/// A port below those that outgoing connections take, so that polling it cannot meet itself.
pub(crate) fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(21_000);
    for _ in 0..10_000 {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("there is no free port")
}

fn answers(port: u16, path: &str) -> bool {
    ask(port, path).is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
}

/// The beginning of the answer.
fn ask(port: u16, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// Where this program and those beside it were built.
pub(crate) struct Binaries {
    examples: PathBuf,
}

impl Binaries {
    pub(crate) fn beside_us() -> Result<Self> {
        let ourselves = std::env::current_exe()?;
        Ok(Self { examples: ourselves.parent().context("a program lies in a directory")?.to_owned() })
    }

    pub(crate) fn ourselves() -> Result<Command> {
        Ok(Command::new(std::env::current_exe()?))
    }

    pub(crate) fn berth(&self) -> Result<Command> {
        let profile = self.examples.parent().context("examples lie in the directory of the profile")?;
        existing(profile.join("berth"))
    }

    pub(crate) fn example(&self, name: &str) -> Result<Command> {
        existing(self.examples.join(name))
    }
}

fn existing(program: PathBuf) -> Result<Command> {
    if !program.exists() {
        bail!("{} was not built", program.display());
    }
    Ok(Command::new(program))
}

/// Where a child's complaints go: its log would otherwise run over our table.
pub(crate) fn log_file(directory: &Path) -> Result<File> {
    Ok(OpenOptions::new().create(true).append(true).open(directory.join("stderr.log"))?)
}
