//! One file for each kind of channel: the letter in its format, and what its answers mean. All of it is pure.

pub(crate) mod bark;
pub(crate) mod ding_talk;
pub(crate) mod feishu;
pub(crate) mod mail;
pub(crate) mod server_chan;
pub(crate) mod slack;
pub(crate) mod template;
pub(crate) mod webhook;
