//! Lines of SMTP over a connection that may become a secret one.

use std::io;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio_rustls::TlsAcceptor;

use crate::channels::reply::{Body, End, Reply};

/// Without its line end; RFC 5321 4.5.3.1 asks for 512 at least, and AUTH may take more.
const LONGEST_COMMAND: u64 = 12_288;

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
}

/// What a client sent after DATA.
pub(super) enum Data {
    /// Dots unstuffed, line ends as they came.
    Whole(Vec<u8>),
    TooLarge,
    /// A line that RFC 5321 does not allow: too long, or ended by less than CR LF.
    Malformed,
}

impl Wire {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: BufReader::new(Box::new(stream)) }
    }

    /// Goes on in secret. What the client sent before that, but after asking for it, is not listened to.
    pub(super) async fn secured(self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        Ok(Self::new(acceptor.accept(self.stream.into_inner()).await?))
    }

    /// The next command; `None` at the end of the connection.
    pub(super) async fn command(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let taken = (&mut self.stream).take(LONGEST_COMMAND).read_until(b'\n', &mut line).await?;
        if taken == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The message up to the lonely dot. All of it is read whatever its size, as the answer comes only then.
    pub(super) async fn data(&mut self, most: usize) -> io::Result<Data> {
        let (mut mail, mut malformed, mut size) = (Vec::new(), false, 0);
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                break;
            }
            malformed |= !line.ends_with(b"\r\n") || line.len() > 1_000;
            let content = line.strip_prefix(b".").unwrap_or(&line);
            size += content.len();
            if size <= most {
                mail.extend_from_slice(content);
            }
        }
        Ok(match () {
            () if size > most => Data::TooLarge,
            () if malformed => Data::Malformed,
            () => Data::Whole(mail),
        })
    }

    /// Sends a reply as it is meant; `false` when the connection is over with it.
    pub(super) async fn reply(&mut self, reply: Reply) -> io::Result<bool> {
        tokio::time::sleep(reply.delay).await;
        match reply.end {
            End::Answer => {}
            End::Close => return Ok(false),
            End::Hang => std::future::pending().await,
        }
        match reply.body {
            Body::Text(text) => self.send(&lines(reply.status, &text)).await?,
            Body::Json(_) | Body::Garbage => self.send(b"\x00\xff<html>It works!\xc3(</html>\r\n").await?,
            Body::Flood => {
                for _ in 0..4_096 {
                    self.send(&[b' '; 16 << 10]).await?;
                }
            }
        }
        Ok(reply.status != 221 && reply.status != 421)
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Waits until the client has gone, without listening.
    pub(super) async fn end(mut self) {
        // It is over either way.
        let _ = self.stream.shutdown().await;
    }
}

/// Each line with the code before it, all but the last with a hyphen.
fn lines(code: u16, text: &str) -> Vec<u8> {
    let count = text.lines().count();
    if count == 0 {
        return format!("{code} \r\n").into_bytes();
    }
    let line = |(index, line)| format!("{code}{}{line}\r\n", if index + 1 < count { '-' } else { ' ' });
    text.lines().enumerate().map(line).collect::<String>().into_bytes()
}
