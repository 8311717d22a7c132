//! Prints how many signatures a second one core makes, for comparison with `openssl speed rsa2048`.
//!
//! `cargo run --release -p berth-cloud-oci --example sign_rate [SECONDS]`

use std::time::{Duration, Instant};
use std::{env, error, fs};

use berth_cloud_oci::key::ApiKey;
use berth_cloud_oci::sign::{Content, JSON, Request, sign};
use url::Url;

const PEM_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/test_key.pem");

fn main() -> Result<(), Box<dyn error::Error>> {
    let seconds = env::args().nth(1).map_or(Ok(3.0), |text| text.parse())?;
    let key = ApiKey::from_pem(&fs::read(PEM_PATH)?, None)?;
    println!("{:.0} signatures/s", signatures_per_second(&key, Duration::from_secs_f64(seconds))?);
    Ok(())
}

/// Signs one launch request over and over: hashing, signing, and building the headers, as before each real call.
fn signatures_per_second(key: &ApiKey, time: Duration) -> Result<f64, url::ParseError> {
    let url = Url::parse("https://iaas.ap-tokyo-1.oraclecloud.com/20160918/instances")?;
    let body = [b'x'; 1200];
    let content = Content::Body { media_type: JSON, bytes: &body };
    let request = Request { method: "POST", url: &url, date: "Sun, 05 Jan 2025 21:31:40 GMT", content };
    let key_id = format!("ocid1.tenancy.oc1..a/ocid1.user.oc1..a/{}", key.fingerprint());
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < time {
        std::hint::black_box(sign(&key_id, key, std::hint::black_box(&request)));
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}
