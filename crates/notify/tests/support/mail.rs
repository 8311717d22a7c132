//! A mail server with a certificate of its own, which lets in one name and takes every mail.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use berth_domain::channel::Security;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// `\0berth\0c4n4ry-MAIL-pass`
const CREDENTIALS: &str = "AGJlcnRoAGM0bjRyeS1NQUlMLXBhc3M=";

/// What is said in the place of the usual, by how the line begins that it answers.
pub(crate) type Replies = Vec<(&'static str, &'static str)>;

pub(crate) struct Mail {
    pub(crate) address: SocketAddr,
    /// Vouches for the server, as PEM.
    pub(crate) root: String,
    seen: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Manner {
    security: Security,
    replies: Replies,
    /// Before it takes a mail.
    pause: Duration,
    acceptor: TlsAcceptor,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Mail {
    /// Whose certificate is for this name.
    pub(crate) async fn start(name: &str, security: Security, replies: Replies) -> Self {
        Self::listen(name, security, replies, Duration::ZERO).await
    }

    /// One that takes its time over each mail.
    pub(crate) async fn slow(name: &str, security: Security, pause: Duration) -> Self {
        Self::listen(name, security, vec![], pause).await
    }

    async fn listen(name: &str, security: Security, replies: Replies, pause: Duration) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (root, acceptor) = certificates(name);
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let manner = Manner { security, replies, pause, acceptor, seen: seen.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, manner.clone()));
            }
        });
        Self { address, root, seen }
    }

    /// Every line that came, and whether it came in the clear.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn certificates(name: &str) -> (String, TlsAcceptor) {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_single_cert(vec![server.der().clone()], key)
    .unwrap();
    (issuer.pem(), TlsAcceptor::from(Arc::new(config)))
}

async fn converse(stream: TcpStream, manner: Manner) {
    if manner.security == Security::Tls {
        if let Ok(stream) = manner.acceptor.clone().accept(stream).await {
            talk(stream, &manner, "tls", true).await;
        }
        return;
    }
    let Some(stream) = talk(stream, &manner, "plain", true).await else { return };
    if let Ok(stream) = manner.acceptor.clone().accept(stream).await {
        talk(stream, &manner, "tls", false).await;
    }
}

/// Gives the stream back when encryption is to begin.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    manner: &Manner,
    how: &str,
    greets: bool,
) -> Option<S> {
    let mut stream = BufStream::new(stream);
    if greets {
        say(&mut stream, manner.reply("GREETING", "220 mail.example ESMTP")).await?;
    }
    let mut data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end_matches(['\r', '\n']);
        manner.seen.lock().unwrap().push(format!("{how}: {line}"));
        if data {
            if line == "." {
                data = false;
                tokio::time::sleep(manner.pause).await;
                say(&mut stream, manner.reply("END", "250 2.0.0 queued as 7")).await?;
            }
            continue;
        }
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        say(&mut stream, manner.reply(line, &usual(&verb, line, manner.security, how))).await?;
        data = verb == "DATA";
        if verb == "STARTTLS" {
            return Some(stream.into_inner());
        }
    }
}

impl Manner {
    fn reply(&self, line: &str, usual: &str) -> String {
        let own = self.replies.iter().find(|(known, _)| line.starts_with(known));
        own.map_or(usual, |(_, reply)| reply).to_owned()
    }
}

fn usual(verb: &str, line: &str, security: Security, how: &str) -> String {
    match verb {
        "EHLO" if security == Security::Starttls && how == "plain" => "250-mail.example\r\n250 STARTTLS",
        "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
        "STARTTLS" => "220 go on",
        "AUTH" if line.ends_with(CREDENTIALS) => "235 2.7.0 welcome",
        "AUTH" => "535 5.7.8 wrong",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 2.1.0 ok",
    }
    .to_owned()
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, reply: String) -> Option<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}
