//! Keeps the C library from giving every thread a heap of its own.
//!
//! With glibc's default of eight heaps a core, what a burst used in one thread's heap stays there and helps no other thread: ten
//! thousand tasks at work took 66 MB with it and take 53 MB with two heaps, at the same CPU time (`just bench`). glibc
//! reads the number from the environment once, at exec; setting it later would need a call that is not safe Rust.

use std::{env, os::unix::process::CommandExt, process::Command};

/// Where the C library looks, see mallopt(3). Whoever set it already meant it.
const VARIABLE: &str = "MALLOC_ARENA_MAX";
const HEAPS: &str = "2";

/// Becomes the same program, with the same arguments and process id, told to use few heaps. Returns only when that was done before
/// or cannot be done: then there are more heaps, and nothing else differs. Must come before anything is opened.
pub(crate) fn limit() {
    if env::var_os(VARIABLE).is_some() {
        return;
    }
    let mut arguments = env::args_os();
    let Some(name) = arguments.next() else { return };
    // Nobody logs yet, and it is no reason not to serve.
    let _not_done = Command::new("/proc/self/exe").arg0(name).args(arguments).env(VARIABLE, HEAPS).exec();
}
