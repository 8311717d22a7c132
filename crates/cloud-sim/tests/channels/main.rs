//! The channels from outside: over real HTTP and SMTP, as senders meet them.

mod client;
mod control;
mod dingtalk;
mod faults;
mod mail;
mod others;
mod telegram;
mod webhook;
