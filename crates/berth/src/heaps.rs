//! Keeps the C library from giving every thread a heap of its own, from keeping large blocks once they were given back, and from giving back
//! at each answer what the next one needs.
//!
//! With glibc's default of eight heaps a core, what a burst used in one thread's heap stays there and helps no other thread: ten
//! thousand tasks at work took 66 MB with it and 53 MB with two heaps, at the same CPU time (`just bench`). And once a block of some size
//! was freed, glibc takes the next ones of that size from the heaps: the 19 MiB that a password's hash needs stayed in holes there, and
//! many sign-ins left 200 MB behind. Saying so stops glibc from finding out by itself how much of a heap's end to keep, so that is said
//! too. glibc reads these numbers from the environment once, at exec; setting them later would need a call that is not safe Rust.

use std::{env, os::unix::process::CommandExt, process::Command};

/// What the C library looks for, see mallopt(3), and what we say: how many heaps; from how many bytes on a block is the system's, which has
/// it back as soon as it is free; and how much of each heap's end is kept. Whoever set one already meant it.
const VARIABLES: [(&str, &str); 3] =
    [("MALLOC_ARENA_MAX", "2"), ("MALLOC_MMAP_THRESHOLD_", "1048576"), ("MALLOC_TRIM_THRESHOLD_", "262144")];

/// Becomes the same program, with the same arguments and process id, told how to use heaps. Returns only when that was done before
/// or cannot be done: then there are more heaps, and nothing else differs. Must come before anything is opened.
pub(crate) fn limit() {
    let missing: Vec<_> = VARIABLES.into_iter().filter(|(name, _)| env::var_os(name).is_none()).collect();
    let mut arguments = env::args_os();
    let Some(name) = arguments.next() else { return };
    if missing.is_empty() {
        return;
    }
    // Nobody logs yet, and it is no reason not to serve.
    let _not_done = Command::new("/proc/self/exe").arg0(name).args(arguments).envs(missing).exec();
}
