//! The week on given times, the file and its accidents, and one sampler for all on virtual time.

mod file;
mod made_up;
mod real;
mod sampling;
mod thinning;
