//! Where log lines go: standard error as JSON or text, and if wanted a file that is rotated by size.
//!
//! It redacts nothing: secrets have types without `Debug` or `Display`, so none comes this far. Compressing old files and reopening
//! on a signal are left to later.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use berth_app::SPANS;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    config::{Log, LogFile, LogFormat, Tracing},
    traces::{ExportError, Exporting},
};

/// Lines that wait for a slow disk; beyond it lines are dropped rather than the server held up.
const WAITING_LINES: usize = 4_096;

/// Keeps alive who writes the file and who exports traces; dropping it writes and sends what waits.
pub struct LogGuard {
    _file: Option<WorkerGuard>,
    _traces: Option<Exporting>,
}

#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    #[error("failed to open the log file {}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("failed to understand the log level {level}")]
    Level { level: String, source: tracing_subscriber::filter::ParseError },
    #[error(transparent)]
    Traces(#[from] ExportError),
    #[error("failed to install the logger, because there is one already")]
    Installed,
}

/// Starts logging for the whole process, and tracing if somebody collects it; once.
pub fn start(log: &Log, tracing: &Tracing) -> Result<LogGuard, LoggingError> {
    let shut = format!("{SPANS}=off").parse().expect("a target and a level are a directive");
    let filter = EnvFilter::try_new(&log.level)
        .map_err(|source| LoggingError::Level { level: log.level.clone(), source })?
        .add_directive(shut);
    let (file, guard) = match &log.file {
        Some(file) => {
            let rotating = RotatingFile::open(file)
                .map_err(|source| LoggingError::File { path: file.path.clone(), source })?;
            let (writer, guard) =
                NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).finish(rotating);
            (Some(to_file(log.format, writer)), Some(guard))
        }
        None => (None, None),
    };
    let outputs: Vec<Output> = [to_standard_error(log.format)].into_iter().chain(file).collect();
    let Some(endpoint) = &tracing.endpoint else {
        // The filter stands beneath the outputs: what it drops costs none of them anything.
        let subscriber = tracing_subscriber::registry().with(outputs).with(filter);
        subscriber.try_init().map_err(|_| LoggingError::Installed)?;
        return Ok(LogGuard { _file: guard, _traces: None });
    };
    let (exporting, collecting) = Exporting::begin(endpoint)?;
    let subscriber =
        tracing_subscriber::registry().with(outputs.with_filter(filter)).with(collecting.filtered());
    subscriber.try_init().map_err(|_| LoggingError::Installed)?;
    Ok(LogGuard { _file: guard, _traces: Some(exporting) })
}

type Output = Box<dyn Layer<Registry> + Send + Sync>;

fn to_standard_error(format: LogFormat) -> Output {
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
        LogFormat::Text => layer.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).boxed(),
    }
}

fn to_file(format: LogFormat, writer: NonBlocking) -> Output {
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    match format {
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
        LogFormat::Text => layer.boxed(),
    }
}

/// `app.log`, and behind it `app.log.1` (the newest) to `app.log.N`.
struct RotatingFile {
    settings: LogFile,
    file: File,
    bytes: u64,
}

impl RotatingFile {
    /// Appends to what is there.
    fn open(settings: &LogFile) -> io::Result<Self> {
        if let Some(directory) = settings.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let file = File::options().append(true).create(true).open(&settings.path)?;
        let bytes = file.metadata()?.len();
        drop_aged(settings, SystemTime::now());
        Ok(Self { settings: settings.clone(), file, bytes })
    }

    fn rotate(&mut self) -> io::Result<()> {
        let LogFile { path, max_backups, .. } = &self.settings;
        for number in (1..*max_backups).rev() {
            rename_if_there(&backup(path, number), &backup(path, number + 1))?;
        }
        if *max_backups == 0 {
            fs::remove_file(path)?;
        } else {
            fs::rename(path, backup(path, 1))?;
        }
        *self = Self::open(&self.settings)?;
        Ok(())
    }
}

impl Write for RotatingFile {
    /// One call is one line, so no line is cut in two. A rotation that fails is not worth losing the line: the file grows instead.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let length = line.len() as u64;
        if self.bytes > 0 && self.bytes + length > self.settings.max_bytes {
            let _ = self.rotate();
        }
        self.file.write_all(line)?;
        self.bytes += length;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn backup(path: &Path, number: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A backup that cannot be looked at or deleted stays; the next rotation tries again.
fn drop_aged(settings: &LogFile, now: SystemTime) {
    if settings.max_age_days == 0 {
        return;
    }
    let most = Duration::from_secs(settings.max_age_days * 24 * 60 * 60);
    for path in (1..=settings.max_backups).map(|number| backup(&settings.path, number)) {
        let written = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let aged = written.is_ok_and(|written| now.duration_since(written).is_ok_and(|age| age > most));
        if aged {
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(directory: &Path, max_backups: usize) -> LogFile {
        LogFile { path: directory.join("logs/app.log"), max_bytes: 10, max_backups, max_age_days: 7 }
    }

    fn contents(directory: &Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(directory.join("logs"))
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn a_full_file_is_rotated_and_only_so_many_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::open(&settings(directory.path(), 2)).unwrap();
        for line in ["first\n", "second\n", "third\n", "fourth\n"] {
            file.write_all(line.as_bytes()).unwrap();
        }
        let expected =
            [pair("app.log", "fourth\n"), pair("app.log.1", "third\n"), pair("app.log.2", "second\n")];
        assert_eq!(contents(directory.path()), expected);
    }

    /// The release's own figures, a thousand times smaller: 450 MB into files of 100 MB, with three old ones.
    #[test]
    fn of_much_the_newest_is_kept_in_one_file_and_three_old_ones_none_too_long() {
        const LARGEST: u64 = 100 << 10;
        let directory = tempfile::tempdir().unwrap();
        let settings = LogFile { max_bytes: LARGEST, ..settings(directory.path(), 3) };
        let mut file = RotatingFile::open(&settings).unwrap();
        let lines: Vec<_> = (0..4_500).map(|number| format!("{number:>101}\n")).collect();
        for line in &lines {
            file.write_all(line.as_bytes()).unwrap();
        }
        let kept = contents(directory.path());
        let names: Vec<_> = kept.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["app.log", "app.log.1", "app.log.2", "app.log.3"]);
        assert!(kept.iter().all(|(_, text)| text.len() as u64 <= LARGEST && text.ends_with('\n')));
        let oldest_first: String = kept.iter().rev().map(|(_, text)| text.as_str()).collect();
        assert!(oldest_first.len() as u64 > 3 * LARGEST, "the old ones are full");
        assert!(lines.concat().ends_with(&oldest_first), "no line is missing between them, none is cut");
    }

    #[test]
    fn a_restart_goes_on_where_the_file_ended() {
        let directory = tempfile::tempdir().unwrap();
        let settings = settings(directory.path(), 1);
        RotatingFile::open(&settings).unwrap().write_all(b"one\n").unwrap();
        RotatingFile::open(&settings).unwrap().write_all(b"two\n").unwrap();
        assert_eq!(contents(directory.path()), [pair("app.log", "one\ntwo\n")]);
    }

    #[test]
    fn without_backups_a_full_file_starts_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::open(&settings(directory.path(), 0)).unwrap();
        file.write_all(b"0123456789").unwrap();
        file.write_all(b"new\n").unwrap();
        assert_eq!(contents(directory.path()), [pair("app.log", "new\n")]);
    }

    #[test]
    fn backups_past_their_age_are_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let settings = settings(directory.path(), 2);
        RotatingFile::open(&settings).unwrap();
        fs::write(backup(&settings.path, 1), "old").unwrap();
        let day = Duration::from_hours(24);
        drop_aged(&settings, SystemTime::now() + day * 6);
        assert_eq!(contents(directory.path()).len(), 2);
        drop_aged(&settings, SystemTime::now() + day * 8);
        assert_eq!(contents(directory.path()), [pair("app.log", "")]);
    }
}
