//! Runs the OCI simulator by itself: `cargo run -p berth-cloud-sim --example oci -- --bind 127.0.0.1:0 --dir DIR
//! [--script FILE] [--tenants N] [--provision-ms N]`. Prints the base URL as its first line and serves until Ctrl-C.

use std::{error::Error, time::Duration};

use berth_cloud_sim::{Options, Script, run};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--bind" => options.bind = value.parse()?,
            "--dir" => options.dir = Some(value.into()),
            "--script" => options.script = Some(Script::load(value.as_ref())?),
            "--tenants" => options.tenants = value.parse()?,
            "--provision-ms" => options.provision = Duration::from_millis(value.parse()?),
            _ => return Err(format!("{name} is not known").into()),
        }
    }
    Ok(run(options).await?)
}
