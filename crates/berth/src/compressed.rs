//! Files that are compressed when their name says so.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// What compresses well enough and costs little on a small machine.
const LEVEL: i32 = 6;
/// How every zstd frame begins (RFC 8878, 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

pub(crate) fn is_named(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zst"))
}

/// A file that is being written. It is whole and durable only after [`Sink::finish`].
pub(crate) struct Sink(Kind);

enum Kind {
    Plain(BufWriter<File>),
    Compressed(Box<zstd::Encoder<'static, BufWriter<File>>>),
}

impl Sink {
    /// Makes a file for its owner alone; compressed if its name ends in `.zst`. Never overwrites one.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let writer = BufWriter::with_capacity(1 << 17, file);
        Ok(Self(if is_named(path) {
            Kind::Compressed(Box::new(zstd::Encoder::new(writer, LEVEL)?))
        } else {
            Kind::Plain(writer)
        }))
    }

    /// Ends the file and waits until it is on the disk, with its name.
    pub(crate) fn finish(self, path: &Path) -> io::Result<()> {
        let writer = match self.0 {
            Kind::Plain(writer) => writer,
            Kind::Compressed(encoder) => encoder.finish()?,
        };
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        sync_directory_of(path)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Plain(writer) => writer.write(bytes),
            Kind::Compressed(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Plain(writer) => writer.flush(),
            Kind::Compressed(encoder) => encoder.flush(),
        }
    }
}

/// Reads a file, compressed or not: its first bytes tell, whatever its name.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    of(File::open(path)?)
}

/// The same for whatever can be read, such as standard input.
pub(crate) fn of(source: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let mut source = BufReader::with_capacity(1 << 17, source);
    if source.fill_buf()?.starts_with(&MAGIC) {
        let decoder = zstd::Decoder::with_buffer(source)?;
        return Ok(Box::new(BufReader::with_capacity(1 << 17, decoder)));
    }
    Ok(Box::new(source))
}

/// Copies a file into a new compressed one. What could not be written whole is taken away again.
pub(crate) fn pack(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut sink = Sink::create(to)?;
    let packed = io::copy(&mut source, &mut sink).and_then(|_| sink.finish(to));
    packed.inspect_err(|_| drop(fs::remove_file(to)))
}

/// Copies a file, compressed or not, into a new plain one. What could not be written whole is taken away again.
pub(crate) fn unpack(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = open(from)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let unpacked = io::copy(&mut source, &mut file).and_then(|_| file.sync_all());
    unpacked.and_then(|()| sync_directory_of(to)).inspect_err(|_| drop(fs::remove_file(to)))
}

/// A name is durable only once its directory is.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    fs::File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_told_by_its_first_bytes() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path("plain"), "你好".repeat(1000)).unwrap();
        pack(&path("plain"), &path("packed.zst")).unwrap();
        assert!(fs::metadata(path("packed.zst")).unwrap().len() < 600);
        fs::rename(path("packed.zst"), path("renamed")).unwrap();
        unpack(&path("renamed"), &path("again")).unwrap();
        unpack(&path("plain"), &path("copied")).unwrap();
        assert_eq!(fs::read(path("again")).unwrap(), fs::read(path("plain")).unwrap());
        assert_eq!(fs::read(path("copied")).unwrap(), fs::read(path("plain")).unwrap());
        assert!(pack(&path("plain"), &path("copied")).is_err(), "nothing is overwritten");
    }
}
