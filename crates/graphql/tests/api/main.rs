//! The API as a client sees it, on a real log, real views and real actors. Only the cloud is made up.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alerts;
mod books;
mod channel_trials;
mod channels;
mod commands;
mod deliveries;
mod document;
mod faults;
mod feeds;
mod guard;
mod lists;
mod log;
mod pace;
mod profiles;
mod projections;
mod records;
mod replay;
mod sdl;
mod several;
mod stage;
mod starting;
mod statistics;
mod system_metrics;
mod tasks;
mod tenants;
mod users;
mod wishes;
