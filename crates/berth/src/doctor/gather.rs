//! Gathers the facts. No judgement here.

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, Read},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::SystemTime,
};

use berth_cli::{Examined, Global};
use berth_cloud_oci::{endpoints::Endpoints, region::Region};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use rustix::fs::{Access, access, statvfs};

use super::{
    Facts, cloud,
    machine::{self, Lock, Looked, Port},
    outside::{Knock, Outside},
    server,
};
use crate::{config::Config, data_dir::DataDir, serve::Configuration, tools};

/// Looked at where no tenant says in which region it is at home.
const ANY_REGION: &str = "us-ashburn-1";
/// Nobody has tenants in many.
const REGIONS: usize = 5;

pub(super) async fn facts(configuration: &Configuration, global: &Global, outside: &impl Outside) -> Facts {
    let read = configuration.read();
    let config = read.as_ref().ok();
    let machine = machine(&read, global);
    let asked = match config {
        Some(config) if machine.lock != Lock::Free => tools::beside(&with_directory(global, config), config),
        Some(config) => with_directory(global, config),
        None => global.clone(),
    };
    let examined = outside.examine(&asked).await;
    let cloud = cloud(config, &examined, outside).await;
    let is_expected = global.names_a_server() || matches!(machine.lock, Lock::Held(_));
    let server = server::Facts { examined, is_expected, version: env!("CARGO_PKG_VERSION").to_owned() };
    Facts { machine, server, cloud }
}

/// The token lies where the configuration says.
fn with_directory(global: &Global, config: &Config) -> Global {
    Global { data_dir: Some(config.data_dir.clone()), ..global.clone() }
}

fn machine(read: &Result<Config, Vec<berth_domain::Text>>, global: &Global) -> machine::Facts {
    let named = || global.data_dir.clone().unwrap_or_else(|| "./data".into());
    let directory = DataDir::at(&read.as_ref().map_or_else(|_| named(), |config| config.data_dir.clone()));
    let told = |problem: &crate::config::Problem| {
        berth_domain::Text::new(problem.in_english(), problem.in_chinese())
    };
    let directory_is = look_at(directory.root());
    machine::Facts {
        is_elsewhere: global.names_a_server() && directory_is == Looked::Absent,
        configuration: read
            .as_ref()
            .map(|config| config.warnings.iter().map(told).collect())
            .map_err(Clone::clone),
        directory_is,
        token: look_at(&directory.token()),
        vault_key: look_at(&directory.vault_key()),
        was_used: directory.lock().exists(),
        free: free(directory.root()),
        lock: lock(&directory.lock()),
        port: read
            .as_ref()
            .ok()
            .filter(|config| config.server.port != 0)
            .map(|config| port(config.server.address())),
        directory: directory.root().to_owned(),
    }
}

pub(super) fn look_at(path: &Path) -> Looked {
    match fs::metadata(path) {
        Ok(found) => Looked::There {
            is_directory: found.is_dir(),
            mode: found.permissions().mode() & 0o777,
            writable: access(path, Access::WRITE_OK).is_ok(),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Looked::Absent,
        Err(error) => Looked::Unseen(error.to_string()),
    }
}

/// Of the disk that a directory is on, or would be.
fn free(directory: &Path) -> Option<u64> {
    let absolute = std::path::absolute(directory).ok()?;
    let disk = absolute.ancestors().find_map(|above| statvfs(above).ok())?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Asks for a share of the lock and gives it back at once: a server that starts in that very moment would be told that it is held.
pub(super) fn lock(path: &Path) -> Lock {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Lock::Free,
        Err(error) => return Lock::Unseen(error.to_string()),
    };
    match file.try_lock_shared() {
        Ok(()) => Lock::Free,
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).ok();
            Lock::Held(holder.trim().to_owned())
        }
        Err(TryLockError::Error(error)) => Lock::Unseen(error.to_string()),
    }
}

pub(super) fn port(address: String) -> Port {
    let taken = TcpListener::bind(&address).err().map(|error| error.to_string());
    Port { address, taken }
}

async fn cloud(config: Option<&Config>, examined: &Examined, outside: &impl Outside) -> cloud::Facts {
    let mut hosts = Vec::new();
    let mut ahead = None;
    for (url, through_proxy) in places(config, examined) {
        let name = url.host_str().unwrap_or_default().to_owned();
        let addresses = outside.resolve(&name, url.port_or_known_default().unwrap_or(443)).await;
        let knock = match addresses {
            Ok(_) => Some(outside.knock(&url).await),
            Err(_) => None,
        };
        if let Some(Ok(knock)) = &knock {
            ahead = ahead.or_else(|| cloud_ahead(knock, examined));
        }
        hosts.push(cloud::Host {
            name,
            through_proxy,
            addresses,
            answers: knock.map(|knock| knock.map(drop)),
        });
    }
    cloud::Facts { hosts, ahead }
}

/// Of the clock that signs: the server's, where one answers.
fn cloud_ahead(knock: &Knock, examined: &Examined) -> Option<TimeDelta> {
    let moment = |time: SystemTime| DateTime::<Utc>::from(time);
    let ahead_of_us = moment(knock.its_time?) - moment(knock.our_time);
    let server_ahead = examined.server.as_ref().map_or(TimeDelta::zero(), |seen| seen.now - seen.asked_at);
    Some(ahead_of_us - server_ahead)
}

/// The cloud's doors that matter here: those of the regions where tenants are at home. With each, whether all of them take a proxy.
fn places(config: Option<&Config>, examined: &Examined) -> Vec<(Url, bool)> {
    if let Some(endpoint) = config.and_then(|config| config.oci.endpoint.as_deref()) {
        return Url::parse(endpoint).ok().into_iter().map(|url| (url, false)).collect();
    }
    let tenants = examined.server.as_ref().ok().and_then(|seen| seen.tenants.as_ref().ok());
    let mut regions: Vec<(&str, bool)> = Vec::new();
    for tenant in tenants.into_iter().flat_map(|tenants| &tenants.tried) {
        match regions.iter_mut().find(|(region, _)| *region == tenant.region) {
            Some((_, through_proxy)) => *through_proxy &= tenant.through_proxy,
            None => regions.push((&tenant.region, tenant.through_proxy)),
        }
    }
    if regions.is_empty() {
        regions.push((ANY_REGION, false));
    }
    let door = |(region, through_proxy): (&str, bool)| {
        Some((Endpoints::official(Region::find(region).ok()?).iaas().clone(), through_proxy))
    };
    regions.into_iter().take(REGIONS).filter_map(door).collect()
}
