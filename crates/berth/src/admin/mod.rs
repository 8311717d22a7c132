//! `berth admin`: what the owner of the machine does to what the server keeps.

mod backup;
mod books;
mod hold;
mod restore;

use clap::Subcommand;

use berth_cli::Global;

#[derive(Subcommand, Debug)]
pub(crate) enum Admin {
    /// Copy the whole log as it is now, while the server runs. The key stays behind, so the copy opens nothing
    Backup(backup::Backup),
    /// Make a data directory from a backup; tasks that ran are paused, so that nothing is bought twice
    Restore(restore::Restore),
    /// Pause every task that runs: for a log that was restored by other tools
    Hold(hold::Hold),
    /// Archive and release what is older than the retention, as the server does once a day
    CloseBooks(books::CloseBooks),
}

pub(crate) async fn run(admin: Admin, global: &Global) -> u8 {
    match admin {
        Admin::Backup(arguments) => backup::run(arguments, global).await,
        Admin::Restore(arguments) => restore::run(arguments, global).await,
        Admin::Hold(arguments) => hold::run(arguments, global).await,
        Admin::CloseBooks(arguments) => books::run(arguments, global).await,
    }
}
