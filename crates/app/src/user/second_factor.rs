//! Codes by time (TOTP, RFC 6238: SHA-1, six digits, 30 s, one step to either side), and recovery codes.

use berth_domain::{
    Timestamp,
    user::{Digest, Proof, RECOVERY_CODES},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::secret::{code, digest, plain, seed};
use crate::chance::Chance;

/// What the vault keeps of a second factor.
#[derive(Serialize, Deserialize)]
pub(super) struct Factor {
    seed: String,
    /// By number.
    recovery: Vec<Digest>,
}

/// What is shown once to whoever sets one up.
pub struct NewFactor {
    /// `otpauth://totp/…`, to be shown as a QR code.
    pub url: SecretString,
    /// The same seed in base 32, to be typed.
    pub seed: SecretString,
}

impl Factor {
    /// A new seed, and the codes for when the telephone is gone.
    pub(super) fn confirmed(seed: &SecretString, chance: &Chance) -> (Self, Vec<String>) {
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| code(4, chance)).collect();
        let recovery = codes.iter().map(|code| digest(&plain(code))).collect();
        (Self { seed: seed.expose_secret().to_owned(), recovery }, codes)
    }

    pub(super) fn pack(&self) -> SecretString {
        SecretString::from(serde_json::to_string(self).expect("texts are plain data"))
    }

    pub(super) fn unpack(packed: &SecretString) -> Option<Self> {
        serde_json::from_str(packed.expose_secret()).ok()
    }

    /// What was typed, if it is one of the codes: whether it was used before, the user's rules know.
    pub(super) fn proof(&self, typed: &str, now: Timestamp) -> Option<Proof> {
        if let Some(step) = step(&self.seed, typed.trim(), now) {
            return Some(Proof::Code { step });
        }
        let wanted = digest(&plain(typed));
        let number = self.recovery.iter().position(|known| *known == wanted)?;
        u8::try_from(number).ok().map(|number| Proof::Recovery { number })
    }
}

/// A seed nobody has confirmed yet.
pub(super) fn propose(username: &str, chance: &Chance) -> Option<NewFactor> {
    let seed = Secret::from(seed(chance).to_vec());
    let totp =
        builder(seed).with_account_name(username.to_owned()).with_issuer(Some("Berth")).build().ok()?;
    Some(NewFactor { url: totp.to_url().ok()?.into(), seed: totp.secret().to_base32().into() })
}

/// The step that a code is of, if it is one of the three that count now.
pub(super) fn step(seed: &str, typed: &str, now: Timestamp) -> Option<u64> {
    let six = typed.len() == 6 && typed.bytes().all(|digit| digit.is_ascii_digit());
    let seconds = u64::try_from(now.millis() / 1000).ok().filter(|_| six)?;
    totp(seed)?.check(typed, seconds)
}

fn totp(seed: &str) -> Option<Totp> {
    builder(Secret::try_from_base32(seed).ok()?).build().ok()
}

fn builder(seed: Secret) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of RFC 6238, appendix B: "12345678901234567890" in base 32.
    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (seconds, typed) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp::from_millis(seconds * 1000);
            assert_eq!(step(SEED, typed, now), u64::try_from(seconds / 30).ok());
            assert!(step(SEED, typed, now.plus_millis(30_000)).is_some(), "a step late");
            assert!(step(SEED, typed, now.plus_millis(90_000)).is_none(), "too late");
        }
        for wrong in ["", "28708", "2870820", "287 082", "٢٨٧٠٨٢", "28708x"] {
            assert_eq!(step(SEED, wrong, Timestamp::from_millis(59_000)), None, "{wrong}");
        }
    }

    #[test]
    fn a_recovery_code_is_known_by_its_number() {
        let (factor, codes) = Factor::confirmed(&SEED.into(), &Chance::seeded(3));
        let factor = Factor::unpack(&factor.pack()).unwrap();
        assert_eq!(codes.len(), 10);
        let proof = factor.proof(&codes[7].to_lowercase(), Timestamp::from_millis(0));
        assert_eq!(proof, Some(Proof::Recovery { number: 7 }));
        assert_eq!(factor.proof("AAAA-AAAA-AAAA-AAAA", Timestamp::from_millis(0)), None);
        assert!(!factor.pack().expose_secret().contains(&plain(&codes[0])));
    }

    #[test]
    fn what_is_shown_is_a_url_for_an_app() {
        let new = propose("爱丽丝@example", &Chance::seeded(4)).unwrap();
        assert!(new.url.expose_secret().starts_with("otpauth://totp/Berth:"), "{}", new.url.expose_secret());
        assert_eq!(new.seed.expose_secret().len(), 32);
    }
}
