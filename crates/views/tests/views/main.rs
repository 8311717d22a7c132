//! The views over a real log, in a directory of their own.

#[cfg(test)]
mod feeds;
#[cfg(test)]
mod fold;
#[cfg(test)]
mod log_entries;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod world;
