//! `berth sim`: a simulated Oracle cloud on this machine, and the other side of the channels of notifications.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use berth_cloud_sim::{
    Options, Script,
    channels::{self, Channels, SmtpOptions},
};

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Sim {
    /// Oracle Cloud Infrastructure: identity, limits, compute, network, work requests
    Oci(Oci),
    /// Telegram, DingTalk, Feishu, Slack, Bark, ServerChan, webhooks and mail, without a cloud
    Channels(Sinks),
}

#[derive(clap::Args, Debug)]
pub(crate) struct Sinks {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    bind: SocketAddr,
    /// Where to take mail without TLS; STARTTLS and TLS get free ports beside it
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    smtp: SocketAddr,
    /// What messages are answered; without it every sound one is taken (see docs/simulator.md)
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
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
    /// Take mail too, here without TLS; STARTTLS and TLS get free ports beside it. The other channels of notifications
    /// are always served
    #[arg(long, value_name = "ADDRESS:PORT")]
    smtp: Option<SocketAddr>,
}

pub(crate) async fn run(sim: Sim) -> u8 {
    match sim {
        Sim::Oci(arguments) => cloud(arguments).await,
        Sim::Channels(arguments) => sinks(arguments).await,
    }
}

async fn cloud(arguments: Oci) -> u8 {
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
        smtp: arguments.smtp.map(mail),
        ..Options::default()
    };
    match berth_cloud_sim::run(options).await {
        Ok(()) => 0,
        Err(error) => failed(&error),
    }
}

async fn sinks(arguments: Sinks) -> u8 {
    let channels = Channels::new();
    match arguments.script.as_deref().map(Script::load).transpose() {
        Ok(script) => script.iter().for_each(|script| channels.play(script)),
        Err(error) => return failed(&error),
    }
    let smtp = Some(mail(arguments.smtp));
    match berth_cloud_sim::run_channels(channels::Options { bind: arguments.bind, channels, smtp }).await {
        Ok(()) => 0,
        Err(error) => failed(&error),
    }
}

/// The ports for TLS are free ones of the same address.
fn mail(plain: SocketAddr) -> SmtpOptions {
    let free = SocketAddr::new(plain.ip(), 0);
    SmtpOptions { plain, starttls: free, tls: free }
}

fn failed(error: &dyn std::error::Error) -> u8 {
    crate::words::fail(error, 1)
}
