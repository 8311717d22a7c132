//! Secrets that nobody can read to give them again stay when a channel is changed.

use super::{
    check::check_config,
    config::{Bark, Config, DingTalk, Email, Feishu, ServerChan, Slack, Telegram, Template, Webhook},
};
use crate::explain::{Violation, Violations};

impl Config {
    /// As it would be kept in the place of another, or all that is wrong with that.
    pub fn over(self, known: Option<&Self>, keep_key: bool) -> Result<Self, Vec<Violation>> {
        let mut violations = Violations::default();
        let whole = self.in_place_of(known, keep_key, &mut violations);
        check_config(&mut violations, &whole);
        violations.into_result().map(|()| whole)
    }

    pub(super) fn in_place_of(
        self,
        known: Option<&Self>,
        keep_key: bool,
        violations: &mut Violations,
    ) -> Self {
        let Some(known) = known else { return self };
        if let Some((kind, secret)) = self.would_tell(known, keep_key) {
            violations.require(
                false,
                &["config", kind, secret],
                "give it again: what is kept is not sent to another address than it was given for",
                "请重新填写：已保存的密钥不会发往其他地址",
            );
        }
        self.or_secrets(known, keep_key)
    }

    /// The secret that is kept and would go somewhere else from now on, where whoever changes the channel could read it.
    fn would_tell(&self, known: &Self, keep_key: bool) -> Option<(&'static str, &'static str)> {
        match (self, known) {
            (Self::Telegram(new), Self::Telegram(old)) => {
                // A proxy reads what is not encrypted.
                let seen = new.proxy.is_some() && !new.api_base.starts_with("https://");
                let told = new.bot_token.is_none() && (new.api_base != old.api_base || seen);
                (told && old.bot_token.is_some()).then_some(("telegram", "botToken"))
            }
            (Self::Email(new), Self::Email(old)) => {
                let kept = new.password.is_none() && new.username.is_some() && keep_key;
                let moved = (&new.host, new.port) != (&old.host, old.port);
                (kept && moved && old.password.is_some()).then_some(("email", "password"))
            }
            (Self::Bark(new), Self::Bark(old)) => {
                let told = new.device_key.is_none() && new.server != old.server;
                (told && old.device_key.is_some()).then_some(("bark", "deviceKey"))
            }
            _ => None,
        }
    }

    /// The same with the secrets of another of its kind where it has none. What it can do without, its signing key, its password or its
    /// proxy, is taken from there only when that was to be kept.
    fn or_secrets(self, known: &Self, keep_key: bool) -> Self {
        match (self, known) {
            (Self::Telegram(new), Self::Telegram(old)) => Self::Telegram(Telegram {
                bot_token: or(new.bot_token, old.bot_token.as_ref(), true),
                proxy: or(new.proxy, old.proxy.as_ref(), keep_key),
                ..new
            }),
            (Self::DingTalk(new), Self::DingTalk(old)) => Self::DingTalk(DingTalk {
                webhook: or(new.webhook, old.webhook.as_ref(), true),
                secret: or(new.secret, old.secret.as_ref(), keep_key),
            }),
            // A password is of no use without the name that it is for.
            (Self::Email(new), Self::Email(old)) if new.username.is_some() => {
                Self::Email(Email { password: or(new.password, old.password.as_ref(), keep_key), ..new })
            }
            (Self::Webhook(new), Self::Webhook(old)) => {
                Self::Webhook(Webhook { secret: or(new.secret, old.secret.as_ref(), keep_key), ..new })
            }
            (new, old) => new.or_newer_secrets(old, keep_key),
        }
    }

    fn or_newer_secrets(self, known: &Self, keep_key: bool) -> Self {
        match (self, known) {
            (Self::Slack(new), Self::Slack(old)) => {
                Self::Slack(Slack { webhook: or(new.webhook, old.webhook.as_ref(), true) })
            }
            (Self::Feishu(new), Self::Feishu(old)) => Self::Feishu(Feishu {
                webhook: or(new.webhook, old.webhook.as_ref(), true),
                secret: or(new.secret, old.secret.as_ref(), keep_key),
            }),
            (Self::Bark(new), Self::Bark(old)) => {
                Self::Bark(Bark { device_key: or(new.device_key, old.device_key.as_ref(), true), ..new })
            }
            (Self::ServerChan(new), Self::ServerChan(old)) => {
                Self::ServerChan(ServerChan { send_key: or(new.send_key, old.send_key.as_ref(), true) })
            }
            (Self::Template(new), Self::Template(old)) => Self::Template(Template {
                url: or(new.url, old.url.as_ref(), true),
                secret: or(new.secret, old.secret.as_ref(), keep_key),
                ..new
            }),
            (other, _) => other,
        }
    }
}

fn or<T: Clone>(new: Option<T>, old: Option<&T>, keep: bool) -> Option<T> {
    new.or_else(|| old.filter(|_| keep).cloned())
}
