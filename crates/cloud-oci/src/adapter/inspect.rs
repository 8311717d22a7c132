//! An account as a person typed it: is it one? Calls nobody, and says all that is wrong at once.

use berth_cloud::{Inspected, NewAccount};
use berth_domain::explain::{Code, Text, Violation};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::client::Transport;
use crate::form;
use crate::key::{ApiKey, KeyError};
use crate::region::Region;

/// The names of the fields are those of the API's input.
pub(super) fn inspect(account: &NewAccount) -> Result<Inspected, Vec<Violation>> {
    let mut report = Report::default();
    let tenancy = report.ocid("tenancyOcid", &account.tenancy, "tenancy");
    let user = report.ocid("userOcid", &account.user, "user");
    let region = report.region(&account.region);
    let fingerprint = report.fingerprint(&account.fingerprint);
    let key = report.key(account);
    let proxy_masked = account.proxy.as_ref().and_then(|proxy| report.proxy(proxy));
    report.compare(fingerprint.as_deref(), key.as_ref());
    match (tenancy, user, region, fingerprint) {
        (Some(tenancy), Some(user), Some(region), Some(fingerprint)) if report.0.is_empty() => {
            Ok(Inspected { tenancy, user, fingerprint, region: region.id().to_owned(), proxy_masked })
        }
        _ => Err(report.0),
    }
}

#[derive(Default)]
struct Report(Vec<Violation>);

impl Report {
    fn ocid(&mut self, field: &str, typed: &str, kind: &str) -> Option<String> {
        let ocid = typed.trim();
        if !form::is_ocid(ocid) {
            self.violation(
                field,
                "not an OCID, as in ocid1.user.oc1..aaaa",
                "不是 OCID（形如 ocid1.user.oc1..aaaa）",
            );
            return None;
        }
        // The two are next to each other in every form, and easily swapped.
        let other =
            form::ocid_kind(ocid).filter(|found| *found != kind && matches!(*found, "user" | "tenancy"));
        if let Some(other) = other {
            let english = format!("this is the OCID of a {other}, not of a {kind}");
            self.violation(field, &english, &format!("这是 {other} 的 OCID，而不是 {kind} 的"));
            return None;
        }
        Some(ocid.to_owned())
    }

    fn region(&mut self, typed: &str) -> Option<Region> {
        Region::find(typed)
            .map_err(|error| self.violation("region", &error.to_string(), &error.chinese()))
            .ok()
    }

    /// Taken in upper case too: unlike in a file, what is typed here can be put right.
    fn fingerprint(&mut self, typed: &str) -> Option<String> {
        let fingerprint = typed.trim().to_lowercase();
        if form::is_fingerprint(&fingerprint) {
            return Some(fingerprint);
        }
        self.violation(
            "fingerprint",
            "not a fingerprint: 16 pairs of hexadecimal digits with colons between",
            "不是指纹：应为 16 组两位十六进制数，以冒号分隔",
        );
        None
    }

    fn key(&mut self, account: &NewAccount) -> Option<ApiKey> {
        let pem = account.credential.private_key.expose_secret().as_bytes();
        let opened = ApiKey::from_pem(pem, account.credential.passphrase.as_ref());
        let field = match &opened {
            Err(KeyError::PassphraseMissing | KeyError::WrongPassphrase) => "passphrase",
            _ => "privateKey",
        };
        opened.map_err(|error| self.violation(field, &error.to_string(), error.chinese())).ok()
    }

    fn proxy(&mut self, proxy: &SecretString) -> Option<String> {
        match Transport::check_proxy(proxy) {
            Ok(()) => masked(proxy.expose_secret()),
            Err(error) => {
                self.violation("proxy", &error.to_string(), error.chinese());
                None
            }
        }
    }

    /// A key uploaded for another user signs well and is refused by the cloud, which does not say why.
    fn compare(&mut self, typed: Option<&str>, key: Option<&ApiKey>) {
        let (Some(typed), Some(key)) = (typed, key) else { return };
        if typed != key.fingerprint() {
            let english = format!("the private key has another fingerprint: {}", key.fingerprint());
            self.violation("fingerprint", &english, &format!("私钥的指纹与此不同：{}", key.fingerprint()));
        }
    }

    fn violation(&mut self, field: &str, english: &str, chinese: &str) {
        self.0.push(Violation::new(Code::Invalid, Text::new(english, chinese)).at(&[field]));
    }
}

/// Scheme, host and port: what may be shown.
fn masked(proxy: &str) -> Option<String> {
    let url = Url::parse(proxy).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", url.scheme(), url.host_str()?))
}
