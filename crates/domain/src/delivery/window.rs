//! A ceiling is made of windows of time.

/// At most so many messages within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub messages: usize,
    pub within_ms: i64,
}
