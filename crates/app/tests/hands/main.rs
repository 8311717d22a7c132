//! The hands at work, in a world where time is driven.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod alerts;
mod answers;
mod books;
mod bot;
mod capacity;
mod channels;
mod checks;
mod clocks;
mod held;
mod hunting;
mod outbox;
mod outbox_faults;
mod pace;
mod panics;
mod profiles;
mod projections;
mod quarantine;
mod reports;
mod restore;
mod roster;
mod several;
mod starting;
mod tenancy;
mod user_data;
mod users;
mod wishes;
mod world;
