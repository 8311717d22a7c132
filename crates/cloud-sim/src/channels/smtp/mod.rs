//! An SMTP server for mail: three ports, one without TLS, one with STARTTLS, one that speaks TLS from the start.
//!
//! The certificate is its own, for `localhost` and `127.0.0.1`, made at every start; [`Smtp::certificate_pem`] is for
//! those who want to trust it. A sink named `login:NAME` with a secret makes that name and password necessary. Scripts
//! name a stage as their method: `connect`, `ehlo`, `auth`, `mail`, `rcpt`, `data`; without one they mean the end of the message.
//!
//! RFC 5321 with PIPELINING, 8BITMIME, SMTPUTF8, SIZE, AUTH PLAIN and LOGIN. Nothing is relayed.

mod mail;
mod session;
mod wire;
mod words;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer, version},
};

use super::Channels;
use crate::options::StartError;

/// Where to listen for mail; port 0 takes a free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpOptions {
    pub plain: SocketAddr,
    pub starttls: SocketAddr,
    pub tls: SocketAddr,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        let free = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self { plain: free, starttls: free, tls: free }
    }
}

/// Where mail is taken.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub plain: SocketAddr,
    pub starttls: SocketAddr,
    pub tls: SocketAddr,
    /// What clients must trust for TLS.
    pub certificate_pem: String,
}

/// How a port deals with TLS.
#[derive(Clone)]
pub(super) enum Security {
    Plain,
    /// Offered; names and passwords are taken only after it.
    StartTls(TlsAcceptor),
    Tls(TlsAcceptor),
}

/// Takes mail on the runtime it is called on, until the channels are closed.
pub(crate) async fn start(channels: &Channels, options: SmtpOptions) -> Result<Smtp, StartError> {
    let (certificate_pem, acceptor) = identity()?;
    let plain = listen(channels, options.plain, Security::Plain).await?;
    let starttls = listen(channels, options.starttls, Security::StartTls(acceptor.clone())).await?;
    let tls = listen(channels, options.tls, Security::Tls(acceptor)).await?;
    Ok(Smtp { plain, starttls, tls, certificate_pem })
}

fn identity() -> Result<(String, TlsAcceptor), StartError> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(names).map_err(|_| StartError::KeyGeneration)?;
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .and_then(|config| {
            config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key.into())
        })
        .map_err(|_| StartError::KeyGeneration)?;
    Ok((cert.pem(), TlsAcceptor::from(Arc::new(config))))
}

async fn listen(
    channels: &Channels,
    address: SocketAddr,
    security: Security,
) -> Result<SocketAddr, StartError> {
    let bound = |source| StartError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(bound)?;
    let address = listener.local_addr().map_err(bound)?;
    let channels = channels.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = accept(&channels, &listener, &security) => {}
            () = channels.closed() => {}
        }
    });
    Ok(address)
}

async fn accept(channels: &Channels, listener: &TcpListener, security: &Security) {
    loop {
        // What fails here is the one connection, or this machine.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (channels, security) = (channels.clone(), security.clone());
        tokio::spawn(async move {
            tokio::select! {
                // How a connection ends is the client's affair; the journal has what came of it.
                _ = session::serve(&channels, stream, security) => {}
                () = channels.closed() => {}
            }
        });
    }
}
