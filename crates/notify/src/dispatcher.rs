//! Carries letters to where they go: the adapter behind the ports.

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::client::Certificate;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Bot, Button, Failure, Guard, Kind, Letter, Listener, Notifier, Patience, Receipt, Target, Update,
    clients::Clients,
    exchange::{self, ANSWER},
    kinds::{bark, ding_talk, feishu, mail, server_chan, slack, template, webhook},
    request::{Reply, Request, Unlawful, Verdict},
    smtp, telegram,
    words::Secrets,
};

/// Speaks HTTP and SMTP. Shares its connections; a letter that hangs holds nothing but itself.
pub struct Dispatcher {
    guard: Guard,
    clients: Clients,
    patience: Patience,
    mail_roots: Vec<Certificate>,
    server_chan: Option<String>,
}

/// A request, what its answer will mean, and the proxy that it goes through.
struct Call<'a> {
    request: Request,
    verdict: fn(&Reply) -> Verdict,
    proxy: Option<&'a SecretString>,
}

/// Before secrets are cut out.
type Raw = (Kind, Option<u16>, String);

impl Dispatcher {
    pub fn new(guard: Guard) -> Self {
        Self::with_patience(guard, Patience::default())
    }

    pub fn with_patience(guard: Guard, patience: Patience) -> Self {
        let clients = Clients::new(guard.clone(), patience);
        Self { guard, clients, patience, mail_roots: Vec::new(), server_chan: None }
    }

    /// Sends Server酱's letters there instead; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_server_chan(mut self, base: &str) -> Self {
        self.server_chan = Some(base.to_owned());
        self
    }

    /// Believes mail servers that this certificate (PEM) vouches for, beside those that the system believes; for tests. False if it is none.
    #[doc(hidden)]
    pub fn believe(&mut self, root: &str) -> bool {
        let root = Certificate::from_pem(root.as_bytes());
        let known = self.mail_roots.len();
        self.mail_roots.extend(root);
        self.mail_roots.len() > known
    }

    async fn carry(&self, target: &Target, letter: &Letter, now_ms: i64) -> Result<Receipt, Raw> {
        let call = match target {
            Target::Email { host, port, security, username, password, from, to } => {
                let (username, password) = (username.as_deref(), password.as_ref());
                let server = smtp::Server { host, port: *port, security: *security, username, password };
                let message = mail::message(from, to, letter, now_ms).map_err(unlawful)?;
                return smtp::send(&self.guard, &self.mail_roots, self.patience, &server, &message).await;
            }
            _ => self.call(target, letter, now_ms).map_err(unlawful)?,
        };
        let reply = self.post(call.request, call.proxy, ANSWER, None, now_ms).await?;
        let status = Some(reply.status);
        match (call.verdict)(&reply) {
            Ok(words) => Ok(Receipt { status, words, left_out: 0 }),
            Err((kind, words)) => Err((kind, status, words)),
        }
    }

    fn call<'a>(&self, target: &'a Target, letter: &Letter, now_ms: i64) -> Result<Call<'a>, Unlawful> {
        let direct = |request, verdict| Ok(Call { request, verdict, proxy: None });
        match target {
            Target::Telegram { token, chat, api_base, proxy } => {
                let request = telegram::request(api_base, token.expose_secret(), chat, letter)?;
                Ok(Call { request, verdict: telegram::verdict, proxy: proxy.as_ref() })
            }
            Target::DingTalk { webhook, secret } => {
                let request =
                    ding_talk::request(webhook.expose_secret(), open(secret.as_ref()), letter, now_ms)?;
                direct(request, ding_talk::verdict)
            }
            Target::Webhook { url, secret } => {
                direct(webhook::request(url, open(secret.as_ref()), letter, now_ms)?, Reply::by_status)
            }
            Target::Slack { webhook } => {
                direct(slack::request(webhook.expose_secret(), letter)?, slack::verdict)
            }
            Target::Feishu { webhook, secret } => {
                let request =
                    feishu::request(webhook.expose_secret(), open(secret.as_ref()), letter, now_ms)?;
                direct(request, feishu::verdict)
            }
            Target::Bark { server, device_key } => {
                direct(bark::request(server, device_key.expose_secret(), letter)?, bark::verdict)
            }
            Target::ServerChan { send_key } => {
                let base = self.server_chan.as_deref();
                let request = server_chan::request(base, send_key.expose_secret(), letter)?;
                direct(request, server_chan::verdict)
            }
            Target::Template { url, content_type, body, secret } => {
                let url = url.expose_secret();
                let request =
                    template::request(url, content_type, body, open(secret.as_ref()), letter, now_ms)?;
                direct(request, Reply::by_status)
            }
            // A mail is no request.
            Target::Email { .. } => Err(Unlawful::Address),
        }
    }

    async fn post(
        &self,
        request: Request,
        proxy: Option<&SecretString>,
        most: usize,
        patience: Option<Duration>,
        now_ms: i64,
    ) -> Result<Reply, Raw> {
        let raw = |(kind, words)| (kind, None, words);
        let client = self.clients.to(&request.url, proxy).await;
        let client = client.map_err(|error| raw(exchange::without_client(&error)))?;
        exchange::post(&client, request, most, patience, now_ms).await.map_err(raw)
    }

    /// A method of a bot, and what it gave.
    async fn ask(
        &self,
        bot: &Bot,
        request: Result<Request, Unlawful>,
        most: usize,
        patience: Option<Duration>,
    ) -> Result<(u16, serde_json::Value), Failure> {
        let cleaned = |(kind, status, words): Raw| failure(&Secrets::of_bot(bot), kind, status, &words);
        let request = request.map_err(|error| cleaned(unlawful(error)))?;
        // Telegram says in seconds when to come again, never by the clock, so what time it is does not matter.
        let reply = self.post(request, bot.proxy.as_ref(), most, patience, 0).await.map_err(cleaned)?;
        let status = reply.status;
        let result =
            telegram::result(&reply).map_err(|(kind, words)| cleaned((kind, Some(status), words)))?;
        Ok((status, result))
    }
}

fn open(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty())
}

fn unlawful(error: Unlawful) -> Raw {
    (Kind::Refused, None, error.to_string())
}

fn failure(secrets: &Secrets, kind: Kind, status: Option<u16>, words: &str) -> Failure {
    Failure { kind, status, words: secrets.words(words) }
}

#[async_trait]
impl Notifier for Dispatcher {
    async fn send(&self, target: &Target, letter: &Letter, now_ms: i64) -> Result<Receipt, Failure> {
        let outcome = self.carry(target, letter, now_ms).await;
        let secrets = Secrets::of(target);
        match outcome {
            Ok(receipt) => Ok(Receipt { words: secrets.words(&receipt.words), ..receipt }),
            Err((kind, status, words)) => {
                tracing::debug!(
                    channel = target.kind(),
                    delivery = letter.key,
                    ?kind,
                    status,
                    "failed to tell"
                );
                Err(failure(&secrets, kind, status, &words))
            }
        }
    }
}

/// Updates hold whole messages, so more of them is read.
const UPDATES: usize = 1024 * 1024;

#[async_trait]
impl Listener for Dispatcher {
    async fn updates(&self, bot: &Bot, offset: i64, timeout_s: u32) -> Result<Vec<Update>, Failure> {
        let request = telegram::poll(&bot.api_base, bot.token.expose_secret(), offset, timeout_s);
        let patience = self.patience.total + Duration::from_secs(timeout_s.into());
        let (_, result) = self.ask(bot, request, UPDATES, Some(patience)).await?;
        Ok(telegram::updates(&result))
    }

    async fn answer(&self, bot: &Bot, callback_id: &str, text: &str) -> Result<(), Failure> {
        let request = telegram::acknowledge(&bot.api_base, bot.token.expose_secret(), callback_id, text);
        self.ask(bot, request, ANSWER, None).await.map(|_| ())
    }

    async fn reply(&self, bot: &Bot, chat: &str, text: &str, buttons: &[Button]) -> Result<Receipt, Failure> {
        let request = telegram::reply(&bot.api_base, bot.token.expose_secret(), chat, text, buttons);
        let (status, result) = self.ask(bot, request, ANSWER, None).await?;
        let words =
            result["message_id"].as_i64().map_or_else(|| "ok".to_owned(), |id| format!("message {id}"));
        Ok(Receipt { status: Some(status), words, left_out: 0 })
    }
}
