//! Messages out of frames. The library gathers continuations too, but tells a message that is too long apart from nothing else.

use actix_ws::{Item, Message, ProtocolError};

pub(super) const LIMIT: usize = 64 * 1024;

/// What came, once it is whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whole {
    Text(String),
    Ping(Vec<u8>),
    /// A pong, or part of a message: nothing to do but to note that the peer lives.
    Nothing,
    Closed,
}

/// What ends the conversation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    TooBig,
    /// Binary, or not UTF-8: neither is JSON.
    NotText,
    Protocol,
}

/// Gathers continuations up to [`LIMIT`] bytes.
#[derive(Default)]
pub(super) struct Gatherer {
    parts: Vec<u8>,
}

impl Gatherer {
    pub(super) fn take(&mut self, frame: Result<Message, ProtocolError>) -> Result<Whole, Broken> {
        match frame {
            Ok(Message::Text(text)) if text.len() > LIMIT => Err(Broken::TooBig),
            Ok(Message::Text(text)) => Ok(Whole::Text(text.to_string())),
            Ok(Message::Ping(payload)) => Ok(Whole::Ping(payload.to_vec())),
            Ok(Message::Pong(_) | Message::Nop) => Ok(Whole::Nothing),
            Ok(Message::Close(_)) => Ok(Whole::Closed),
            Ok(Message::Binary(_) | Message::Continuation(Item::FirstBinary(_))) => Err(Broken::NotText),
            Ok(Message::Continuation(Item::FirstText(part) | Item::Continue(part))) => {
                self.add(&part)?;
                Ok(Whole::Nothing)
            }
            Ok(Message::Continuation(Item::Last(part))) => {
                self.add(&part)?;
                let text = String::from_utf8(std::mem::take(&mut self.parts)).map_err(|_| Broken::NotText)?;
                Ok(Whole::Text(text))
            }
            Err(ProtocolError::Overflow) => Err(Broken::TooBig),
            Err(_) => Err(Broken::Protocol),
        }
    }

    fn add(&mut self, part: &[u8]) -> Result<(), Broken> {
        if self.parts.len() + part.len() > LIMIT {
            return Err(Broken::TooBig);
        }
        self.parts.extend_from_slice(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;

    use super::*;

    fn take(gatherer: &mut Gatherer, item: Item) -> Result<Whole, Broken> {
        gatherer.take(Ok(Message::Continuation(item)))
    }

    #[test]
    fn parts_make_one_message() {
        let mut gatherer = Gatherer::default();
        assert_eq!(take(&mut gatherer, Item::FirstText(Bytes::from_static(b"on"))), Ok(Whole::Nothing));
        assert_eq!(gatherer.take(Ok(Message::Ping(Bytes::new()))), Ok(Whole::Ping(Vec::new())));
        assert_eq!(
            take(&mut gatherer, Item::Last(Bytes::from_static(b"e"))),
            Ok(Whole::Text("one".to_owned()))
        );
    }

    #[test]
    fn parts_are_counted_together() {
        let mut gatherer = Gatherer::default();
        let half = || Bytes::from(vec![b'x'; LIMIT / 2]);
        assert_eq!(take(&mut gatherer, Item::FirstText(half())), Ok(Whole::Nothing));
        assert_eq!(take(&mut gatherer, Item::Continue(half())), Ok(Whole::Nothing));
        assert_eq!(take(&mut gatherer, Item::Last(Bytes::from_static(b"x"))), Err(Broken::TooBig));
    }
}
