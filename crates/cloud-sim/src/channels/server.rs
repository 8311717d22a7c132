//! The channels by themselves, without a cloud: on a port of their own.

use std::net::{Ipv4Addr, SocketAddr};

use actix_web::dev::ServerHandle;

use super::{Channels, Smtp, SmtpOptions, start_smtp};
use crate::{
    options::StartError,
    server::{Site, listen},
};

/// What may be chosen before the start. The default suits tests: a free port of the loopback address.
#[derive(Clone)]
pub struct Options {
    /// Where to listen for HTTP; port 0 takes a free one.
    pub bind: SocketAddr,
    /// What is served, with the clock that it has.
    pub channels: Channels,
    /// Where to take mail, if it is to be taken.
    pub smtp: Option<SmtpOptions>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            channels: Channels::new(),
            smtp: Some(SmtpOptions::default()),
        }
    }
}

/// Channels that serve. Dropping it does not stop them.
pub struct Running {
    /// `http://127.0.0.1:PORT/channels`: what stands before `/telegram/bot…`, `/dingtalk/robot/send` and the others.
    pub base_url: String,
    pub address: SocketAddr,
    pub smtp: Option<Smtp>,
    channels: Channels,
    handle: ServerHandle,
}

impl Running {
    pub fn channels(&self) -> Channels {
        self.channels.clone()
    }

    /// Closes the ports and lets go whoever hangs.
    pub async fn stop(self) {
        self.channels.close();
        self.handle.stop(true).await;
    }
}

/// Starts the channels on the runtime it is called on (tokio or actix).
pub async fn start(options: Options) -> Result<Running, StartError> {
    let channels = options.channels;
    let site = Site { cloud: None, channels: channels.clone() };
    let (address, handle) = listen(site, options.bind)?;
    let smtp = match options.smtp {
        Some(options) => Some(start_smtp(&channels, options).await?),
        None => None,
    };
    Ok(Running { base_url: format!("http://{address}/channels"), address, smtp, channels, handle })
}
