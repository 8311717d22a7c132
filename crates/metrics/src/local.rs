//! The machine that this process runs on.

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use sysinfo::{
    Disk, DiskRefreshKind, Disks, MemoryRefreshKind, Networks, Pid, Process, ProcessRefreshKind,
    ProcessesToUpdate, System,
};

use crate::machine::{Flow, Machine, ProcessReading, Reading};

/// Looks only at what is asked for: no list of processes, threads or mounts is made after the start. Where the system cannot tell
/// something, it is nought.
pub struct LocalMachine {
    /// Its file system is the one whose space is told.
    data: PathBuf,
    pid: Option<Pid>,
    system: Option<System>,
    networks: Option<Networks>,
    /// The device that the data lies on, where the system counts what goes to and from it.
    disk: Option<Disk>,
}

impl LocalMachine {
    /// Measures the disk where `data` lies, which must exist.
    pub fn new(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            pid: sysinfo::get_current_pid().ok(),
            system: System::new().ok(),
            networks: Networks::new().ok(),
            disk: disk_of(data),
        }
    }

    fn space(&self) -> (u64, u64) {
        let Ok(space) = rustix::fs::statvfs(&self.data) else { return (0, 0) };
        let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
        (bytes(space.f_blocks.saturating_sub(space.f_bfree)), bytes(space.f_blocks))
    }

    fn device(&mut self) -> Option<Flow> {
        let disk = self.disk.as_mut()?;
        disk.refresh_specifics(DiskRefreshKind::nothing().with_io_usage());
        let usage = disk.usage();
        let flow = Flow { inward: usage.total_read_bytes, outward: usage.total_written_bytes };
        // A device that holds our data was read from: nought means that nobody counts.
        (flow != Flow::default()).then_some(flow)
    }

    fn network(&mut self) -> Flow {
        let Some(networks) = &mut self.networks else { return Flow::default() };
        networks.refresh(true);
        networks.values().fold(Flow::default(), |sum, interface| Flow {
            inward: sum.inward.saturating_add(interface.total_received()),
            outward: sum.outward.saturating_add(interface.total_transmitted()),
        })
    }
}

impl Machine for LocalMachine {
    fn read(&mut self) -> Reading {
        let (disk_used, disk_total) = self.space();
        let (disk, network) = (self.device(), self.network());
        let around = Reading { disk_used, disk_total, disk, network, ..Reading::default() };
        let Some(system) = &mut self.system else { return around };
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        system.refresh_cpu_usage();
        Reading {
            cpu_percent: f64::from(system.global_cpu_usage()),
            memory_used: system.used_memory(),
            memory_total: system.total_memory(),
            load_1: System::load_average().ok().map(|load| load.one),
            process: self.pid.and_then(|pid| process(system, pid)).unwrap_or_default(),
            ..around
        }
    }
}

fn process(system: &mut System, pid: Pid) -> Option<ProcessReading> {
    let kind = ProcessRefreshKind::nothing().without_tasks().with_cpu().with_memory().with_disk_usage();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, kind);
    let process: &Process = system.process(pid)?;
    let usage = process.disk_usage();
    Some(ProcessReading {
        cpu: Duration::from_millis(process.accumulated_cpu_time()),
        resident: process.memory(),
        disk: Flow { inward: usage.total_read_bytes, outward: usage.total_written_bytes },
    })
}

/// Found by the number of the device, because a path may lie below several mounts.
fn disk_of(data: &Path) -> Option<Disk> {
    let device = std::fs::metadata(data).ok()?.dev();
    let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_io_usage()).ok()?;
    Vec::from(disks).into_iter().find(|disk| disk.id() == Some(device))
}
