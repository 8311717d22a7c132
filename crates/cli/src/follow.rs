//! Printing a feed line by line until somebody wants to stop.

use serde_json::Value;

use crate::{
    client::{Feed, News, Position},
    console::Console,
    failure::{Exit, Failure},
    words,
};

/// Prints batches as they come. Ends only by interruption, which prints the position to go on from and how, or by a failure.
pub(crate) async fn follow(
    console: &mut Console,
    mut feed: Feed,
    from: Option<Position>,
    command: &str,
    mut print: impl FnMut(&mut Console, &Value) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let mut position = from;
    let interrupt = console.interrupt();
    let mut interrupted = std::pin::pin!(interrupt.wait());
    loop {
        let news = tokio::select! {
            news = feed.next() => news?,
            () = &mut interrupted => return Ok(interrupted_at(console, position, command)),
        };
        match news {
            News::Lost => console.remark(&words::connection_lost(&shown(position))),
            News::Batch(batch) => {
                print(console, &batch)?;
                position = position.max(Some(Position::of(&batch)?));
            }
        }
    }
}

/// Says where to go on. Also when told to be quiet: it is the only trace of the place.
pub(crate) fn interrupted_at(console: &mut Console, position: Option<Position>, command: &str) -> Exit {
    let position = shown(position);
    console.announce(&words::go_on_from(&position, &format!("{command} --after {position}")));
    Exit::Interrupted
}

fn shown(position: Option<Position>) -> String {
    position.unwrap_or_default().to_string()
}
