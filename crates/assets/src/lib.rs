//! The pages that `frontend/` builds, embedded as gzip. Knows nothing of HTTP; where `npm run build` never ran there is nothing here.

use std::io::{self, Read};

use flate2::read::GzDecoder;

/// Every file that was built, sorted by path.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// One file of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Without a leading slash: `graphiql/index.html`.
    pub path: &'static str,
    /// What it is, compressed.
    pub gzip: &'static [u8],
}

/// The file of this path, if it was built.
pub fn find(path: &str) -> Option<&'static File> {
    let place = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    FILES.get(place)
}

impl File {
    /// For the rare client that takes no gzip.
    pub fn inflate(&self) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        GzDecoder::new(self.gzip).read_to_end(&mut plain)?;
        Ok(plain)
    }

    /// Another one for other content, quoted as in `ETag`: the checksum and size that gzip ends with.
    pub fn tag(&self) -> String {
        let end = self.gzip.last_chunk().copied().map_or(0, u64::from_le_bytes);
        format!("\"{end:016x}\"")
    }

    /// The media type that its name ends in.
    pub fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("md") => "text/plain; charset=utf-8",
            Some("json") => "application/json",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("ttf") => "font/ttf",
            Some("woff2") => "font/woff2",
            _ => "application/octet-stream",
        }
    }

    /// Its name holds a hash of its content, so what it is never changes.
    pub fn is_immutable(&self) -> bool {
        self.path.contains("/assets/")
    }
}

#[cfg(test)]
mod tests {
    use super::{FILES, find};

    #[test]
    fn every_embedded_file_is_found_by_its_path_and_is_whole() {
        for file in FILES {
            assert_eq!(find(file.path), Some(file));
            assert!(file.inflate().is_ok_and(|plain| !plain.is_empty()), "{}", file.path);
            assert_ne!(file.content_type(), "application/octet-stream", "{}", file.path);
        }
        assert!(FILES.is_sorted_by_key(|file| file.path));
    }

    #[test]
    fn what_was_not_built_is_not_found() {
        for path in ["", "graphiql", "graphiql/../graphiql/index.html", "/graphiql/index.html"] {
            assert_eq!(find(path), None, "{path}");
        }
    }
}
