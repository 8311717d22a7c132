//! `berth sim oci`: a simulated Oracle cloud on this machine.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use berth_cloud_sim::{Options, Script};

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Sim {
    /// Oracle Cloud Infrastructure: identity, limits, compute, network, work requests
    Oci(Oci),
}

#[derive(clap::Args, Debug)]
pub(crate) struct Oci {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    bind: SocketAddr,
    /// Where `config` and the key are written, or read from again
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// What launches are answered; without it every launch is granted (see docs/simulator.md)
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Profiles in `config`, each a tenancy of its own
    #[arg(long, default_value_t = 1, value_name = "N")]
    tenants: usize,
    /// How long an instance takes from PROVISIONING to RUNNING
    #[arg(long, default_value_t = 200, value_name = "MS")]
    provision_ms: u64,
}

pub(crate) async fn run(sim: Sim) -> u8 {
    let Sim::Oci(arguments) = sim;
    let script = match arguments.script.as_deref().map(Script::load).transpose() {
        Ok(script) => script,
        Err(error) => return failed(&error),
    };
    if arguments.dir.is_none() {
        eprintln!(
            "remark: without --dir nobody gets the key; clients need the config and key that --dir DIR holds"
        );
    }
    let options = Options {
        bind: arguments.bind,
        dir: arguments.dir,
        script,
        tenants: arguments.tenants.max(1),
        provision: Duration::from_millis(arguments.provision_ms),
        ..Options::default()
    };
    match berth_cloud_sim::run(options).await {
        Ok(()) => 0,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> u8 {
    crate::words::fail(error, 1)
}
