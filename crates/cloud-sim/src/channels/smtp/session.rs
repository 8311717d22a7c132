//! One connection, from the greeting to its end.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::net::TcpStream;

use super::{
    Security,
    mail::Mail,
    wire::{Data, Wire},
};
use crate::channels::{
    Channels,
    delivery::{Answer, Draft},
    kind::Kind,
    plot::Call,
    reply::{End, Reply},
    sink::Standing,
    state::{State, Turn},
    step::{Trouble, TroubleKind},
};

/// In bytes, as EHLO says.
const LARGEST: usize = 10 << 20;
const MOST_RECIPIENTS: usize = 100;

struct Session<'a> {
    channels: &'a Channels,
    security: Security,
    secret: bool,
    greeted: bool,
    known: bool,
    envelope: Option<Envelope>,
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
    /// SMTPUTF8 was asked for.
    international: bool,
}

pub(super) async fn serve(channels: &Channels, stream: TcpStream, security: Security) -> io::Result<()> {
    let mut wire = Wire::new(stream);
    let secret = matches!(security, Security::Tls(_));
    if let Security::Tls(acceptor) = &security {
        wire = wire.secured(acceptor).await?;
    }
    let mut session = Session { channels, security, secret, greeted: false, known: false, envelope: None };
    let greeting = said(220, "localhost ESMTP Berth's simulator");
    if !wire.reply(session.staged("connect", "", |_| greeting)).await? {
        wire.end().await;
        return Ok(());
    }
    while let Some(line) = wire.command().await? {
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let goes_on = match verb.to_ascii_uppercase().as_str() {
            "DATA" => session.data(&mut wire).await?,
            "AUTH" => session.auth(&mut wire, rest).await?,
            "STARTTLS" if session.offers_tls() => {
                wire.reply(said(220, "2.0.0 Ready to start TLS")).await?;
                wire = session.secure(wire).await?;
                true
            }
            verb => wire.reply(session.answer(verb, rest)).await?,
        };
        if !goes_on {
            break;
        }
    }
    wire.end().await;
    Ok(())
}

fn said(code: u16, text: &str) -> Reply {
    Reply::text(code, text)
}

/// A script's trouble as SMTP has it.
fn trouble(found: &Trouble) -> Reply {
    let (code, usual) = match found.kind {
        TroubleKind::Fault => (451, "4.3.0 Requested action aborted: local error in processing"),
        TroubleKind::Throttle => (450, "4.7.1 Too many messages, try again later"),
        TroubleKind::Refuse => (554, "5.7.1 Message refused"),
        TroubleKind::Gone => (550, "5.1.1 User unknown"),
    };
    said(found.status.unwrap_or(code), &found.words(usual))
}

fn turn(channels: &mut State, stage: &str, to: &str) -> Turn {
    let call = Call { kind: Kind::Email, to, method: stage, delivers: stage == "end" };
    channels.turn(call, &trouble, "smtp://localhost")
}

impl Session<'_> {
    /// A stage as the script wants it, or else as it comes.
    fn staged(&mut self, stage: &str, to: &str, usual: impl FnOnce(&mut Self) -> Reply) -> Reply {
        let mut turn = turn(&mut self.channels.state(), stage, to);
        let reply = match turn.refused.take() {
            Some(reply) => reply,
            None => usual(self),
        };
        turn.spoil(reply)
    }

    fn offers_tls(&self) -> bool {
        matches!(self.security, Security::StartTls(_)) && !self.secret
    }

    async fn secure(&mut self, wire: Wire) -> io::Result<Wire> {
        let Security::StartTls(acceptor) = self.security.clone() else { return Ok(wire) };
        (self.secret, self.greeted, self.known, self.envelope) = (true, false, false, None);
        wire.secured(&acceptor).await
    }

    fn answer(&mut self, verb: &str, rest: &str) -> Reply {
        match verb {
            "EHLO" => self.staged("ehlo", "", |session| session.greet(rest)),
            "HELO" => {
                self.greeted = true;
                said(250, "localhost")
            }
            "MAIL" => self.staged("mail", "", |session| session.mail(rest)),
            "RCPT" => match path(rest, "TO:") {
                Some((to, _)) => self.staged("rcpt", &to, |session| session.recipient(&to)),
                None => said(501, "5.5.4 Syntax: RCPT TO:<address>"),
            },
            "RSET" => {
                self.envelope = None;
                said(250, "2.0.0 Flushed")
            }
            "NOOP" => said(250, "2.0.0 OK"),
            "VRFY" => said(252, "2.0.0 Send some mail, I'll try my best"),
            "QUIT" => said(221, "2.0.0 Goodbye"),
            _ => said(502, "5.5.1 Command not implemented"),
        }
    }

    fn greet(&mut self, name: &str) -> Reply {
        if name.trim().is_empty() {
            return said(501, "5.5.4 Syntax: EHLO hostname");
        }
        (self.greeted, self.envelope) = (true, None);
        let mut lines =
            format!("localhost\nSIZE {LARGEST}\n8BITMIME\nSMTPUTF8\nPIPELINING\nENHANCEDSTATUSCODES");
        if self.offers_tls() {
            lines.push_str("\nSTARTTLS");
        } else {
            lines.push_str("\nAUTH PLAIN LOGIN");
        }
        said(250, &lines)
    }

    fn mail(&mut self, rest: &str) -> Reply {
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return said(501, "5.5.4 Syntax: MAIL FROM:<address>");
        };
        let has = |name: &str| parameters.iter().any(|given| given.eq_ignore_ascii_case(name));
        let size = parameters
            .iter()
            .find_map(|given| given.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        let wants_login = self.channels.state().sinks.any(Kind::Email, LOGIN);
        match () {
            () if !self.greeted => said(503, "5.5.1 Send EHLO first"),
            () if wants_login && !self.known => said(530, "5.7.0 Authentication required"),
            () if self.envelope.is_some() => said(503, "5.5.1 Nested MAIL command"),
            () if size.is_some_and(|size: usize| size > LARGEST) => said(552, "5.3.4 Message too big"),
            () if !from.is_ascii() && !has("SMTPUTF8") => {
                said(553, "5.6.7 SMTPUTF8 is needed for that address")
            }
            () => {
                self.envelope = Some(Envelope { from, to: Vec::new(), international: has("SMTPUTF8") });
                said(250, "2.1.0 Sender OK")
            }
        }
    }

    fn recipient(&mut self, to: &str) -> Reply {
        let standing = self.channels.state().sinks.at(Kind::Email, to).standing;
        let Some(envelope) = &mut self.envelope else { return said(503, "5.5.1 Need MAIL before RCPT") };
        match standing {
            _ if to.is_empty() || !to.contains('@') => said(501, "5.1.3 Bad recipient address syntax"),
            _ if !to.is_ascii() && !envelope.international => {
                said(553, "5.6.7 SMTPUTF8 is needed for that address")
            }
            _ if envelope.to.len() >= MOST_RECIPIENTS => said(452, "4.5.3 Too many recipients"),
            Standing::Gone => said(550, &format!("5.1.1 <{to}>: Recipient address rejected: User unknown")),
            Standing::Blocked => said(554, &format!("5.7.1 <{to}>: Sender address rejected: Access denied")),
            Standing::Open => {
                envelope.to.push(to.to_owned());
                said(250, "2.1.5 Recipient OK")
            }
        }
    }

    async fn data(&mut self, wire: &mut Wire) -> io::Result<bool> {
        let Some(envelope) = self.envelope.as_ref().filter(|envelope| !envelope.to.is_empty()) else {
            return wire.reply(said(503, "5.5.1 Need RCPT before DATA")).await;
        };
        let first = envelope.to[0].clone();
        let ready = self.staged("data", &first, |_| said(354, "End data with <CR><LF>.<CR><LF>"));
        let agreed = ready.status == 354 && ready.end == End::Answer;
        let goes_on = wire.reply(ready).await?;
        if !goes_on || !agreed {
            return Ok(goes_on);
        }
        let data = wire.data(LARGEST).await?;
        let envelope = self.envelope.take().unwrap_or_default();
        let reply = match data {
            Data::TooLarge => said(552, "5.3.4 Message too big"),
            Data::Malformed => said(554, "5.6.0 A line is too long or not ended by CR LF"),
            Data::Whole(mail) => deliver(&mut self.channels.state(), &envelope, &mail),
        };
        wire.reply(reply).await
    }

    async fn auth(&mut self, wire: &mut Wire, rest: &str) -> io::Result<bool> {
        if self.offers_tls() {
            return wire
                .reply(said(538, "5.7.11 Encryption required for requested authentication mechanism"))
                .await;
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let pair = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => plain(&asked(wire, "", initial).await?),
            "LOGIN" => {
                let name = asked(wire, "VXNlcm5hbWU6", initial).await?;
                let password = asked(wire, "UGFzc3dvcmQ6", "").await?;
                Some((name, password))
            }
            _ => return wire.reply(said(504, "5.5.4 Unrecognized authentication type")).await,
        };
        let reply = self.staged("auth", "", |session| session.let_in(pair));
        wire.reply(reply).await
    }

    fn let_in(&mut self, pair: Option<(String, String)>) -> Reply {
        let Some((name, password)) = pair else { return said(501, "5.5.2 Cannot decode the response") };
        let state = self.channels.state();
        let secret = state.sinks.at(Kind::Email, &format!("{LOGIN}{name}")).secret;
        self.known = !state.sinks.any(Kind::Email, LOGIN) || secret == Some(password);
        if self.known {
            said(235, "2.7.0 Authentication successful")
        } else {
            said(535, "5.7.8 Authentication credentials invalid")
        }
    }
}

/// Stands before the names of sinks that are people who may send.
const LOGIN: &str = "login:";

/// What the client says when asked so; what it said along with the command counts.
async fn asked(wire: &mut Wire, challenge: &str, initial: &str) -> io::Result<String> {
    let encoded = if initial.is_empty() {
        wire.reply(said(334, challenge)).await?;
        wire.command().await?.unwrap_or_default()
    } else {
        initial.to_owned()
    };
    let bytes = STANDARD.decode(encoded.trim()).unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Name and password of AUTH PLAIN, which stand between zeros (RFC 4616).
fn plain(response: &str) -> Option<(String, String)> {
    let mut parts = response.split('\0');
    let (_, name, password) = (parts.next()?, parts.next()?, parts.next()?);
    Some((name.to_owned(), password.to_owned()))
}

/// Address and parameters, from `FROM:<a@b> SIZE=1`.
fn path(rest: &str, before: &str) -> Option<(String, Vec<String>)> {
    let head = rest.get(..before.len()).filter(|head| head.eq_ignore_ascii_case(before))?;
    let rest = rest[head.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    Some((address.to_owned(), parameters.split_whitespace().map(str::to_owned).collect()))
}

/// Writes a mail down for each of its recipients. The script is asked once, for the first of them.
fn deliver(state: &mut State, envelope: &Envelope, raw: &[u8]) -> Reply {
    let mail = Mail::parse(raw);
    let mut turn = turn(state, "end", &envelope.to[0]);
    let refused = turn.refused.take();
    let accepted = refused.is_none();
    let reply = turn.spoil(refused.unwrap_or_else(|| said(250, "2.0.0 OK: queued")));
    for to in &envelope.to {
        let draft = Draft {
            to: to.clone(),
            method: "end".to_owned(),
            key: mail.message_id(),
            title: mail.header("subject").map(str::to_owned),
            text: mail.text.clone(),
            raw: String::from_utf8_lossy(raw).into_owned(),
            headers: mail.headers_with(&envelope.from),
            ..Draft::default()
        };
        let mut delivery = draft.into_delivery(Kind::Email, state.now());
        delivery.accepted = accepted;
        delivery.error = (!accepted).then(|| "the script says so".to_owned());
        delivery.step = turn.words();
        delivery.answer = match reply.end {
            End::Answer => Answer::Status(reply.status),
            End::Close => Answer::Closed,
            End::Hang => Answer::Hung,
        };
        state.journal.add(delivery);
    }
    reply
}
