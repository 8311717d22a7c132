//! Retry tokens: for 24 hours the same token with the same request is the same wish.
//!
//! Only what succeeded binds a token. A launch that was refused leaves it free, so that a client may try again with it.

use std::collections::HashMap;

use serde_json::Value;

use crate::clock::Moment;

const LIFETIME: Moment = 24 * 60 * 60 * 1_000;

/// Who used which token for which operation.
type Key = (usize, &'static str, String);

struct Use {
    until: Moment,
    request: Value,
    made: String,
}

#[derive(Default)]
pub(crate) struct Tokens {
    used: HashMap<Key, Use>,
}

/// What a token means for a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Repeat<'a> {
    /// Never seen, or too long ago.
    New,
    /// Seen with the same request, which made this object.
    Same(&'a str),
    Collision,
}

impl Tokens {
    pub(crate) fn look_up(&self, key: &Key, request: &Value, now: Moment) -> Repeat<'_> {
        match self.used.get(key) {
            Some(earlier) if earlier.until <= now => Repeat::New,
            Some(earlier) if earlier.request == *request => Repeat::Same(&earlier.made),
            Some(_) => Repeat::Collision,
            None => Repeat::New,
        }
    }

    pub(crate) fn bind(&mut self, key: Key, request: Value, made: &str, now: Moment) {
        self.used.insert(key, Use { until: now + LIFETIME, request, made: made.to_owned() });
    }
}
