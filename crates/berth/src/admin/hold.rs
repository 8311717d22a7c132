//! `berth admin hold`: pauses every task that runs or waits in the queue, on a stopped server. For a log that was restored by other tools.

use std::path::PathBuf;

use berth_actors::Clock;
use berth_cli::Global;
use berth_domain::GrabId;
use berth_store::{DirectoryLock, LockError};

use crate::{
    data_dir::DataDir,
    serve::Configuration,
    storage::{self, Use},
    words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct Hold {
    /// Configuration file that names the log
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// 0: none runs any more. 75: a server does.
pub(super) async fn run(arguments: Hold, global: &Global) -> u8 {
    let config = match Configuration::for_tools(arguments.config, global).load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Err(error) = storage::check_there(&config.database) {
        return words::fail(&error, error.exit_code());
    }
    let locked = DataDir::create(&config.data_dir).map(|directory| DirectoryLock::take(directory.root()));
    let _lock = match locked {
        Ok(Ok(lock)) => lock,
        Ok(Err(error @ LockError::Held { .. })) => return words::fail(&error, 75),
        Ok(Err(error)) => return words::fail(&error, 70),
        Err(error) => return words::fail(&error, 70),
    };
    let log = match storage::open_existing(&config.database, Use::Alone).await {
        Ok(log) => log,
        Err(error) => return words::fail(&error, error.exit_code()),
    };
    let held = berth_app::hold_all(log.clone(), Clock::system()).await;
    log.close().await;
    match held {
        Ok(held) => {
            tell(&held);
            0
        }
        Err(denied) => words::fail(&denied, 70),
    }
}

pub(super) fn tell(held: &[GrabId]) {
    if held.is_empty() {
        return words::say("no task was running", "没有运行中的任务");
    }
    let (count, names) = (held.len(), held.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    words::say(
        &format!(
            "{count} running task(s) are paused, since what they got after the backup is not in it: {names}"
        ),
        &format!("{count} 个运行中的任务已暂停，因为备份之后的结果不在其中：{names}"),
    );
}
