//! A mail carried to its server. A connection is made for each: mails are rare, and what hangs holds nothing but itself.

use std::{error::Error as _, time::Duration};

use berth_domain::channel::Security;
use lettre::{
    Message,
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
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
    let receipt = give(&mut connection, message).await?;
    Ok((receipt, connection))
}

/// For those recipients that the server takes it for: an address that is nobody's any more does not keep it from the others. Where one is
/// refused for now, all wait, and nobody gets it twice.
async fn give(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<Receipt, Trouble> {
    let (envelope, mail) = (message.envelope(), message.formatted());
    let parameters = parameters(connection, envelope, &mail)?;
    said(connection.command(Mail::new(envelope.from().cloned(), parameters)).await)?;
    let mut last = refused("nobody to send it to");
    let mut left_out = 0;
    for to in envelope.to() {
        match said(connection.command(Rcpt::new(to.clone(), Vec::new())).await) {
            Ok(_) => {}
            Err(never @ (Kind::Refused, ..)) => (left_out, last) = (left_out + 1, never),
            Err(trouble) => return Err(trouble),
        }
    }
    if left_out == envelope.to().len() {
        return Err(last);
    }
    said(connection.command(Data).await)?;
    let taken = said(connection.message(&mail).await)?;
    Ok(Receipt { left_out, ..receipt(&taken) })
}

/// What goes beyond ASCII is sent only to a server that says it takes it.
fn parameters(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
    mail: &[u8],
) -> Result<Vec<MailParameter>, Trouble> {
    let addresses = envelope.from().into_iter().chain(envelope.to());
    let foreign = addresses.map(AsRef::<str>::as_ref).any(|address: &str| !address.is_ascii());
    let wanted = [
        (foreign, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
        (!mail.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
    ];
    let server = connection.server_info();
    let mut parameters = Vec::new();
    for (_, extension, parameter) in wanted.into_iter().filter(|(wanted, ..)| *wanted) {
        if !server.supports_feature(extension) {
            return Err(refused("the server takes only ASCII"));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

fn said(answer: Result<Response, Error>) -> Result<Response, Trouble> {
    answer.map_err(|error| trouble(&error))
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
    Receipt { status: Some(response.code().into()), words, left_out: 0 }
}

/// Permanent is what the server calls so, and what we cannot do with it: no common way of signing in, no STARTTLS.
fn trouble(error: &Error) -> Trouble {
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
