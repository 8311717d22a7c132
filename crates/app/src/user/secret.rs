//! Secrets that we make: of sessions, API tokens, the setup code, recovery codes, second factors.

use berth_domain::user::Digest;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::chance::Chance;

/// Begins a session's secret, so that whoever finds one knows what it is.
pub(super) const SESSION: &str = "berth_session_";
/// Begins an API token.
pub(super) const TOKEN: &str = "berth_token_";
/// Without letters that look alike (Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 256 bits of chance, and what is kept of them.
pub(super) fn fresh(prefix: &str, chance: &Chance) -> (SecretString, Digest) {
    let (high, low): (u128, u128) = (chance.draw(), chance.draw());
    let text = format!("{prefix}{high:032x}{low:032x}");
    let digest = digest(&text);
    (SecretString::from(text), digest)
}

pub(super) fn digest(secret: &str) -> Digest {
    Digest::of(&Sha256::digest(secret.as_bytes()).into())
}

/// A code that a person types: groups of four symbols, five bits each.
pub(super) fn code(groups: usize, chance: &Chance) -> String {
    let group = || {
        let bits: u32 = chance.draw();
        (0..4).map(|place| char::from(SYMBOLS[(bits >> (place * 5)) as usize & 31])).collect::<String>()
    };
    (0..groups).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// As it was made, however it was typed.
pub(super) fn plain(typed: &str) -> String {
    let symbols = typed.chars().filter(char::is_ascii_alphanumeric).map(|symbol| symbol.to_ascii_uppercase());
    let symbols = symbols.map(|symbol| match symbol {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    symbols.collect()
}

/// 160 bits, as RFC 4226 recommends.
pub(super) fn seed(chance: &Chance) -> [u8; 20] {
    let bits: [u64; 3] = [chance.draw(), chance.draw(), chance.draw()];
    let mut seed = [0; 20];
    for (byte, drawn) in seed.iter_mut().zip(bits.iter().flat_map(|word| word.to_be_bytes())) {
        *byte = drawn;
    }
    seed
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code(7, &Chance::seeded(1));
        assert_eq!(code.len(), 7 * 5 - 1);
        assert_eq!(plain(&code.to_lowercase().replace('-', " ")), plain(&code));
        assert_eq!(plain("o0-iL1"), "00111");
    }

    #[test]
    fn no_two_secrets_are_alike_and_digests_tell_them_apart() {
        let chance = Chance::seeded(2);
        let (one, other) = (fresh(TOKEN, &chance), fresh(TOKEN, &chance));
        assert_ne!(one.1, other.1);
        assert_eq!(digest(one.0.expose_secret()), one.1);
        assert_eq!(one.0.expose_secret().len(), TOKEN.len() + 64);
    }
}
