//! The hands at work, in a world where time is driven.

mod hunting;
mod tenancy;
mod world;
