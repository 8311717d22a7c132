//! What may be sent to cloud-init, beside a root password or without one. What stays of an earlier wish counts like what is given now.

use berth_domain::{Code, Explanation, SecretRef, Text, grab::Spec};
use secrecy::{ExposeSecret, SecretString};

use super::{NewSecret, launch::is_multipart};
use crate::order::Fault;

/// The longest text for cloud-init, in bytes: with all else that is sent along, the vendor takes 32,000 in base64.
const USER_DATA_LENGTH: usize = 16_000;

/// What is wrong with a text for cloud-init.
pub(crate) fn wrong_user_data(has_password: bool, user_data: Option<&SecretString>) -> Vec<Explanation> {
    let reason = |english: &str, chinese: &str| {
        vec![Explanation::new(Code::Invalid, Text::new(english, chinese)).at(&["spec", "userData"])]
    };
    match user_data {
        Some(text) if text.expose_secret().len() > USER_DATA_LENGTH => {
            reason("must have at most 16000 bytes", "最多 16000 字节")
        }
        Some(text) if has_password && is_multipart(text) => reason(
            "is a message of several parts already: a root password cannot be added to it",
            "本身已是多段消息，不能再附加 root 密码",
        ),
        _ => Vec::new(),
    }
}

/// The same of a change: a wish had these secrets before, and `open` tells the text that stays. It is opened only beside a new
/// password, to see whether they go together.
pub(crate) async fn wrong_change(
    (root_password, user_data): (&NewSecret, &NewSecret),
    before: &Spec,
    open: impl AsyncFnOnce(&SecretRef) -> Result<SecretString, Fault>,
) -> Result<Vec<Explanation>, Fault> {
    let has_password = match root_password {
        NewSecret::Kept => before.root_password.is_some(),
        NewSecret::Gone => false,
        NewSecret::Text(_) => true,
    };
    let (NewSecret::Text(_), NewSecret::Kept, Some(name)) = (root_password, user_data, &before.user_data)
    else {
        return Ok(wrong_user_data(has_password, user_data.text()));
    };
    match open(name).await {
        Ok(text) if is_multipart(&text) => Ok(vec![not_beside()]),
        // What has come to its end has none any more, and the rules say what may still be changed.
        Ok(_) | Err(Fault::SecretMissing(_)) => Ok(Vec::new()),
        Err(fault) => Err(fault),
    }
}

fn not_beside() -> Explanation {
    let message = Text::new(
        "cannot be added: the text for cloud-init that stays is a message of several parts already",
        "无法附加：保留的 cloud-init 文本本身已是多段消息",
    );
    let hint = Text::new("give another text, or take it away", "请更换或移除该文本");
    Explanation::new(Code::Invalid, message).at(&["spec", "rootPassword"]).hint(hint)
}
