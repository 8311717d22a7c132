//! What `/api` streams: the log and the read models, written line by line as fast as the other side takes them.

use std::{
    io::{self, Write},
    sync::Arc,
};

use actix_web::web::Bytes;
use berth_store::{
    Storage,
    exchange::{self, Options, Span, Unwritable},
};
use berth_views::Views;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use crate::http::{Downloads, Lines, Wanted};

/// Bytes in one piece, and pieces that wait for the other side.
const PIECE: usize = 64 << 10;
const WAITING: usize = 4;

/// From this log and these read models.
pub(crate) struct Downloading {
    pub(crate) log: Arc<dyn Storage>,
    pub(crate) views: Views,
}

impl Downloads for Downloading {
    fn events(&self, wanted: &Wanted) -> Lines {
        let (pieces, receiver) = mpsc::channel(WAITING);
        let (log, wanted) = (self.log.clone(), wanted.clone());
        let runtime = tokio::runtime::Handle::current();
        // The exporter writes as to a file, so it has a thread that may wait for a slow reader.
        tokio::task::spawn_blocking(move || {
            let _within = runtime.enter();
            let mut unfinished = Unfinished(Some(pieces.clone()));
            match futures::executor::block_on(write(&*log, &wanted, pieces)) {
                Ok(()) => unfinished.0 = None,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "an export was broken off");
                }
            }
        });
        tokio_stream(receiver)
    }

    fn rows(&self) -> Lines {
        let views = self.views.clone();
        let lines = stream::once(async move { views.dump_lines() }).flatten();
        let end = stream::once(async { Ok("{\"end\":{}}".to_owned()) });
        Box::pin(
            lines
                .chain(end)
                .map_ok(|line| Bytes::from(line + "\n"))
                .map_err(|error| io::Error::other(crate::chain_of(&error))),
        )
    }
}

/// Breaks the stream when it is dropped, be it by a panic: a part must not end as the whole does.
struct Unfinished(Option<mpsc::Sender<io::Result<Bytes>>>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(pieces) = self.0.take() {
            pieces.blocking_send(Err(io::Error::other("the export was broken off"))).ok();
        }
    }
}

async fn write(
    log: &dyn Storage,
    wanted: &Wanted,
    pieces: mpsc::Sender<io::Result<Bytes>>,
) -> Result<(), Unwritable> {
    let salt = rand::random::<[u8; 32]>();
    let redact = |value: &serde_json::Value| exchange::redact(&salt, value);
    let options = Options { redact: wanted.redact.then_some(&redact), ground: true };
    let span = Span { after: wanted.after, through: wanted.to };
    let mut out = Pieces { pieces, piece: Vec::with_capacity(PIECE) };
    exchange::export(log, span, options, &mut out, &mut |_| ()).await?;
    Ok(())
}

/// Gathers bytes into pieces. Must be written to from a thread that may wait.
struct Pieces {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        if piece.is_empty() {
            return Ok(());
        }
        // The other side has gone.
        self.pieces.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

fn tokio_stream(mut receiver: mpsc::Receiver<io::Result<Bytes>>) -> Lines {
    Box::pin(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_panics_breaks_the_stream_and_one_that_is_done_ends_it() {
        let (pieces, mut receiver) = mpsc::channel(WAITING);
        let task = pieces.clone();
        std::thread::spawn(move || {
            let _unfinished = Unfinished(Some(task));
            panic!("as the export might");
        })
        .join()
        .unwrap_err();
        assert!(receiver.blocking_recv().unwrap().is_err());
        drop(Unfinished(None));
        drop(pieces);
        assert!(receiver.blocking_recv().is_none());
    }
}
