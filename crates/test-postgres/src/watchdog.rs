//! Stops the server and removes its directory when the test process is gone. A static server is never dropped, and a killed
//! test drops nothing.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads until the other end of its input is closed, which the system does when the process ends.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
cat > /dev/null
server=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
if [ -n "$server" ]; then
    kill -CONT "$server"
    kill -QUIT "$server"
    tries=0
    while kill -0 "$server" && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.05; done
fi 2> /dev/null
rm -rf "$1"
"#;

pub(crate) struct Watchdog(Mutex<Child>);

impl Watchdog {
    pub(crate) fn over(directory: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "watchdog"]).arg(directory).stdin(Stdio::piped()).stdout(Stdio::null());
        Self(Mutex::new(shell.stderr(Stdio::null()).spawn().unwrap()))
    }

    /// Lets it do its work now.
    pub(crate) fn dismiss(&self) {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
