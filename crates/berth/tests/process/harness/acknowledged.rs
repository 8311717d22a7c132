//! What a server has answered for, and must never lose.

use super::Client;

/// A command that was answered with a position.
pub(crate) struct Acknowledged {
    pub(crate) position: u64,
    pub(crate) command: String,
}

/// Each of them is where it was said to be, in a log without holes.
pub(crate) async fn assert_kept(client: &Client, acknowledged: &[Acknowledged]) {
    let log = client.events(0, None).await;
    let dense = log.iter().zip(1..).all(|(event, position)| event.position() == position);
    assert!(dense, "positions are dense");
    for Acknowledged { position, command } in acknowledged {
        let event = log.get(usize::try_from(*position).unwrap() - 1);
        let event = event.unwrap_or_else(|| panic!("{command} was acknowledged at {position} and is lost"));
        assert_eq!(&event.correlation_id, command, "at {position} stands something else");
    }
}
