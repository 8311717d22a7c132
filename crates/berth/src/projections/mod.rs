//! `berth projections`: the read models, asked through GraphQL, and dumped whole.

mod dump;

use berth_cli::{Command, Global};

use crate::tools;

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Projections {
    #[command(flatten)]
    Asked(berth_cli::Projections),
    /// Print every row of every read model, the same text for the same log
    Dump(dump::Dump),
}

pub(crate) async fn run(projections: Projections, global: &Global) -> u8 {
    match projections {
        Projections::Asked(asked) => tools::run(global, Command::Projections(asked)).await,
        Projections::Dump(arguments) => dump::run(arguments, global).await,
    }
}
