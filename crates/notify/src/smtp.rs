//! A mail carried to its server. A connection is made for each: mails are rare, and what hangs holds nothing but itself.

use std::{error::Error as _, time::Duration};

use berth_domain::channel::Security;
use lettre::{
    Message,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
        extension::ClientId,
        response::Response,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;
use url::Host;

use crate::{
    Kind, Receipt,
    clients::Patience,
    exchange::in_one_line,
    guard::{self, Guard, Peer, Purpose, Unreachable},
};

/// Where mails are given to.
pub(crate) struct Server<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) username: Option<&'a str>,
    pub(crate) password: Option<&'a SecretString>,
}

/// What a server says of a mail that it does not take, and what that means.
type Trouble = (Kind, Option<u16>, String);

/// How long the farewell is waited for; the mail is taken by then.
const FAREWELL: Duration = Duration::from_secs(1);

/// Both old and safe only within TLS, which is why plain connections go only where the operator allows.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];

pub(crate) async fn send(
    guard: &Guard,
    roots: &[Certificate],
    patience: Patience,
    server: &Server<'_>,
    message: &Message,
) -> Result<Receipt, Trouble> {
    let sending = within(guard, roots, patience.connect, server, message);
    let (receipt, mut connection) = timeout(patience.mail, sending).await.unwrap_or_else(|_| Err(late()))?;
    let _ = timeout(FAREWELL, connection.quit()).await;
    Ok(receipt)
}

fn late() -> Trouble {
    (Kind::PASSING, None, "timed out".to_owned())
}

async fn within(
    guard: &Guard,
    roots: &[Certificate],
    patience: Duration,
    server: &Server<'_>,
    message: &Message,
) -> Result<(Receipt, AsyncSmtpConnection), Trouble> {
    let mut connection = connect(guard, roots, patience, server).await?;
    if let Some(name) = server.username {
        let password = server.password.map_or("", |password| password.expose_secret());
        let credentials = Credentials::new(name.to_owned(), password.to_owned());
        connection.auth(MECHANISMS, &credentials).await.map_err(|error| trouble(&error))?;
    }
    let sent = connection.send(message.envelope(), &message.formatted()).await;
    let receipt = sent.map(|response| receipt(&response)).map_err(|error| trouble(&error))?;
    Ok((receipt, connection))
}

/// To the first of the addresses that the guard leaves which answers. The server proves that it is who was written, not who was found.
async fn connect(
    guard: &Guard,
    roots: &[Certificate],
    patience: Duration,
    server: &Server<'_>,
) -> Result<AsyncSmtpConnection, Trouble> {
    let host = guard::host(server.host).ok_or_else(|| refused("the server's name is none"))?;
    let encrypted = server.security != Security::None;
    let peer = Peer { host: &host, port: server.port, encrypted, purpose: Purpose::Mail };
    let reach = guard.admit(peer).map_err(|blocked| unreachable(blocked.into()))?;
    let resolving = timeout(patience, guard.sockets(reach, peer)).await.map_err(|_| late())?;
    let mut last = late();
    for address in resolving.map_err(unreachable)? {
        let parameters = || tls(&host, roots);
        let implicit = (server.security == Security::Tls).then(parameters).transpose()?;
        let hello = ClientId::default();
        let connecting = AsyncSmtpConnection::connect_tokio1(address, None, &hello, implicit, None);
        match timeout(patience, connecting).await {
            Ok(Ok(mut connection)) => {
                if server.security == Security::Starttls {
                    let started = connection.starttls(parameters()?, &hello).await;
                    started.map_err(|error| trouble(&error))?;
                }
                return Ok(connection);
            }
            Ok(Err(error)) => last = trouble(&error),
            Err(_) => last = late(),
        }
    }
    Err(last)
}

fn tls(host: &Host<String>, roots: &[Certificate]) -> Result<TlsParameters, Trouble> {
    let builder = roots.iter().fold(TlsParametersBuilder::new(guard::plain(host)), |builder, root| {
        builder.add_root_certificate(root.clone())
    });
    builder.build().map_err(|_| refused("cannot set up encryption"))
}

fn receipt(response: &Response) -> Receipt {
    let words = response.message().collect::<Vec<_>>().join(" ");
    Receipt { status: Some(response.code().into()), words }
}

/// Permanent is what the server calls so, and what we cannot do with it: no common way of signing in, no STARTTLS.
fn trouble(error: &lettre::transport::smtp::Error) -> Trouble {
    let status = error.status().map(u16::from);
    let kind = if error.is_permanent() || error.is_client() { Kind::Refused } else { Kind::PASSING };
    let words = match (status, error.source()) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        _ => in_one_line(error),
    };
    (kind, status, words)
}

fn refused(words: &str) -> Trouble {
    (Kind::Refused, None, words.to_owned())
}

fn unreachable(error: Unreachable) -> Trouble {
    let kind = match error {
        Unreachable::Blocked(_) => Kind::Blocked,
        Unreachable::Unknown => Kind::PASSING,
    };
    (kind, None, error.to_string())
}
