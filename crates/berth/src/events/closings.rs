//! Whether what left the log is what the closings of the books told, in their events, which the chain vouches for.

use berth_domain::{
    Aggregate as _,
    books::{Books, Event, ID},
    event::Event as _,
};
use berth_store::{
    Audit, Closing, Finding, Position, ReadError, Recorded, StreamId, Version, verify_closings,
};

const READ_AT_ONCE: u32 = 512;

/// What is wrong with them, in words. The server may close the books meanwhile: then it is asked again.
pub(super) async fn examine(log: &dyn Audit) -> Result<Vec<String>, ReadError> {
    loop {
        let before = log.closed_through().await?;
        let closings = told(log).await?;
        let findings = verify_closings(log, &closings).await?;
        if log.closed_through().await? == before {
            return Ok(findings.iter().map(Finding::to_string).collect());
        }
    }
}

async fn told(log: &dyn Audit) -> Result<Vec<Closing>, ReadError> {
    let (stream, mut version, mut closings) = (StreamId::new(Books::KIND, ID), Version::NONE, Vec::new());
    loop {
        let page = log.read_stream(&stream, version, READ_AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(closings) };
        version = last.version;
        closings.extend(page.iter().filter_map(closing));
    }
}

/// An event that cannot be read is a finding of the fold.
fn closing(recorded: &Recorded) -> Option<Closing> {
    let Event::Closed(closed) = Event::decode(&recorded.name, recorded.schema, &recorded.data).ok()?;
    let (after, through) = (Position::new(closed.after), Position::new(closed.through));
    Some(Closing { after, through, digest: closed.digest })
}
