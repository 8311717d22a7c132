//! The views over a real log, in a directory of their own.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod daily;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod dry_run;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod fold;
#[cfg(test)]
mod log_entries;
#[cfg(test)]
mod log_filters;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod poison;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod statistics;
#[cfg(test)]
mod walking;
#[cfg(test)]
mod world;
