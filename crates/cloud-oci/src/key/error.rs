//! Why a key was refused, in words that say what to do next. None of them ever holds a part of the key.

/// Why a text is not a key we can sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the private key is encrypted and needs its passphrase")]
    PassphraseMissing,
    #[error("the passphrase of the private key is wrong")]
    WrongPassphrase,
    #[error("this is not a private key in PEM form")]
    NotAPrivateKey,
    #[error("this is a public key, but signing needs the private key that belongs to it")]
    PublicKey,
    #[error("the private key is not an RSA key, and the cloud accepts only RSA keys for its API")]
    NotRsa,
    #[error("the private key is in OpenSSH form; convert it with `ssh-keygen -p -m PEM -f FILE`")]
    OpenSsh,
    #[error("the RSA key is shorter than 2048 bits")]
    TooShort,
    #[error("the RSA key is longer than 8192 bits")]
    TooLong,
    #[error("the key file is over 16 KiB, which no private key is")]
    TooLarge,
    #[error(
        "the private key is encrypted in a way that is not supported; convert it with `openssl pkcs8 -topk8`"
    )]
    UnsupportedEncryption,
}

impl KeyError {
    /// The same sentence in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::PassphraseMissing => "私钥已加密，需要提供口令",
            Self::WrongPassphrase => "私钥口令错误",
            Self::NotAPrivateKey => "这不是 PEM 格式的私钥",
            Self::PublicKey => "这是公钥；签名需要与之对应的私钥",
            Self::NotRsa => "该私钥不是 RSA 密钥，云端 API 只接受 RSA 密钥",
            Self::OpenSsh => "私钥是 OpenSSH 格式，请用 `ssh-keygen -p -m PEM -f 文件` 转换",
            Self::TooShort => "RSA 密钥短于 2048 位",
            Self::TooLong => "RSA 密钥长于 8192 位",
            Self::TooLarge => "密钥文件超过 16 KiB，不可能是私钥",
            Self::UnsupportedEncryption => "不支持该私钥的加密方式，请用 `openssl pkcs8 -topk8` 转换",
        }
    }
}
