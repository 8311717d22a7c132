//! Streams of lines beside GraphQL: `GET /api/…`.

use std::io::Write;

use reqwest::{Method, StatusCode};

use super::{Client, not_signed_in};
use crate::{
    failure::{Exit, Failure},
    words,
};

/// How a stream ends: nothing after this line is missing.
const END: &[u8] = b"{\"end\":";

impl Client {
    /// Copies what is at a path to `out` as it comes. A stream that breaks off is a failure, whatever came before.
    pub(crate) async fn download(&self, path: &str, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let url = self.endpoint.join(path).map_err(Failure::strange)?;
        let sent = self.request(Method::GET, url).send().await;
        let mut response = sent.map_err(|error| self.not_reached(error.without_url()))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(not_signed_in()),
            StatusCode::SERVICE_UNAVAILABLE => {
                return Err(Failure::new(Exit::NotReached, words::not_ready(&self.server()), None));
            }
            status => return Err(Failure::strange(format!("HTTP {status}"))),
        }
        let mut last_line = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| Failure::strange(error.without_url()))?
        {
            keep_last_line(&mut last_line, &chunk);
            out.write_all(&chunk).map_err(Failure::strange)?;
        }
        out.flush().map_err(Failure::strange)?;
        if last_line.starts_with(END) { Ok(()) } else { Err(Failure::strange("the stream broke off")) }
    }
}

/// The beginning of the last line that is not empty.
fn keep_last_line(kept: &mut Vec<u8>, chunk: &[u8]) {
    for part in chunk.split_inclusive(|byte| *byte == b'\n') {
        if kept.last() == Some(&b'\n') {
            kept.clear();
        }
        let room = (END.len() + 1).saturating_sub(kept.len());
        kept.extend(part.iter().take(room));
        if part.ends_with(b"\n") && kept.last() != Some(&b'\n') {
            kept.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_known_however_the_stream_is_cut() {
        let text = b"{\"format\":1}\n{\"position\":\"1\"}\n{\"end\":{\"events\":\"1\"}}\n";
        for size in 1..text.len() {
            let mut kept = Vec::new();
            text.chunks(size).for_each(|chunk| keep_last_line(&mut kept, chunk));
            assert!(kept.starts_with(END), "in pieces of {size}: {:?}", String::from_utf8_lossy(&kept));
        }
    }
}
