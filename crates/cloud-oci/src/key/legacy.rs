//! The encryption of private keys from before PKCS#8: `Proc-Type: 4,ENCRYPTED` with a `DEK-Info` header.
//!
//! The key is made from the passphrase with OpenSSL's `EVP_BytesToKey`: MD5, one round, salted with the first eight bytes
//! of the initialisation vector. Weak by today's measure, but it is what older tools wrote and the SDK still reads it.

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use des::TdesEde3;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::KeyError;

/// Decrypts what the header `DEK-Info: NAME,HEX` describes. Rubbish may come back if the passphrase is wrong by chance.
pub(super) fn decrypt(
    header: &str,
    sealed: &[u8],
    passphrase: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (name, vector) = header.split_once(',').ok_or(KeyError::NotAPrivateKey)?;
    let vector = hex::decode(vector.trim()).map_err(|_| KeyError::NotAPrivateKey)?;
    match name.trim() {
        "AES-128-CBC" => open::<Decryptor<Aes128>>(16, &vector, sealed, passphrase),
        "AES-192-CBC" => open::<Decryptor<Aes192>>(24, &vector, sealed, passphrase),
        "AES-256-CBC" => open::<Decryptor<Aes256>>(32, &vector, sealed, passphrase),
        "DES-EDE3-CBC" => open::<Decryptor<TdesEde3>>(24, &vector, sealed, passphrase),
        _ => Err(KeyError::UnsupportedEncryption),
    }
}

fn open<Mode>(
    key_length: usize,
    vector: &[u8],
    sealed: &[u8],
    passphrase: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError>
where
    Mode: KeyIvInit + BlockModeDecrypt,
{
    let salt = vector.get(..8).ok_or(KeyError::NotAPrivateKey)?;
    let key = bytes_to_key(passphrase, salt, key_length);
    let mode = Mode::new_from_slices(&key, vector).map_err(|_| KeyError::NotAPrivateKey)?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let length = mode.decrypt_padded::<Pkcs7>(&mut plain).map_err(|_| KeyError::WrongPassphrase)?.len();
    plain.truncate(length);
    Ok(plain)
}

fn bytes_to_key(passphrase: &[u8], salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut last = Zeroizing::new(Vec::with_capacity(16));
    while key.len() < length {
        let digest = Md5::new().chain_update(&*last).chain_update(passphrase).chain_update(salt).finalize();
        last.clear();
        last.extend_from_slice(&digest);
        key.extend_from_slice(&digest);
    }
    key.truncate(length);
    key
}
