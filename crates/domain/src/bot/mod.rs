//! What people say to the bot (机器人), and what it says to them. Deliberately absent: who may say it, which is for the channel to tell.

mod said;
#[cfg(test)]
mod tests;
mod words;

pub use said::{Said, Which, is_meant, read};
pub use words::{about, buttons, done, help, list, no_such_task, which_task};
