//! The other side of start and size: a listener on tokio that answers every request with the same 200, and nothing else.

use std::{io, process::Command};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::process::Binaries;

/// The argument that makes this program the listener.
pub(crate) const MODE: &str = "hello";

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

/// A command that runs it in a process of its own.
pub(crate) fn command(port: u16) -> Result<Command> {
    let mut command = Binaries::ourselves()?;
    command.args([MODE, &port.to_string()]);
    Ok(command)
}

/// Serves until the process is ended.
pub(crate) fn serve(port: u16) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(answer(stream));
        }
    })
}

/// One request fits one read here: the only clients are ours.
async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut request = [0; 4096];
    while stream.read(&mut request).await? > 0 {
        stream.write_all(ANSWER).await?;
    }
    Ok(())
}
