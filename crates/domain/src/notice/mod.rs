//! What people are told (通知): facts first, texts in both languages only when they are sent. Deliberately absent: to whom, and whether
//! it arrived.

mod facts;
mod message;
mod severity;
#[cfg(test)]
mod tests;
mod words;

pub use facts::{
    Account, Alert, Bilingual, Daily, DailyTenant, Faults, Grant, Lapse, Muted, Notice, Task, What, Why,
};
pub use message::{Button, Line, Message, Wanted};
pub use severity::Severity;
