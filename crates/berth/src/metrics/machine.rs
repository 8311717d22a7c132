//! What the machine and this process were seen to do at the last look, as Prometheus reads it. What only grows is given as it stands: how
//! fast it grows, Prometheus finds out by itself.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use berth_metrics::{Flow, ProcessReading, Reading};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::exposition::{Float, float};

type Bytes = Family<[(&'static str, &'static str); 1], Counter>;

/// Set before each reading. Where nothing was measured yet, all is nought.
#[derive(Default)]
pub(super) struct Machine {
    cpu: Float,
    memory_used: Float,
    memory_size: Float,
    disk_used: Float,
    disk_size: Float,
    /// Without a series where the system does not count what goes to the device.
    disk: Bytes,
    network: Bytes,
    load: Float,
    process: Process,
}

/// Under the names that everybody uses, where there are such.
#[derive(Default)]
struct Process {
    resident: Gauge<f64, AtomicU64>,
    cpu: Counter<f64, AtomicU64>,
    io: Bytes,
}

impl Machine {
    pub(super) fn register(&self, ours: &mut Registry) {
        let cpu = "How busy all cores together were since the look before, 0 to 1";
        ours.register("machine_cpu_ratio", cpu, self.cpu.clone());
        let bytes = [
            ("machine_memory_used", "Memory that is in use", &self.memory_used),
            ("machine_memory_size", "Memory that there is", &self.memory_size),
            ("machine_disk_used", "Used of the file system where the data lies", &self.disk_used),
            ("machine_disk_size", "Size of the file system where the data lies", &self.disk_size),
        ];
        for (name, help, gauge) in bytes {
            ours.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        }
        let disk = "Read from and written to the device where the data lies, if the system counts it";
        ours.register_with_unit("machine_disk_io", disk, Unit::Bytes, self.disk.clone());
        let network = "Received and sent by all interfaces, the loopback too";
        ours.register_with_unit("machine_network", network, Unit::Bytes, self.network.clone());
        ours.register("machine_load1", "Load over a minute", self.load.clone());
        let io = "Read and written by this process, as far as the system charges it";
        ours.register_with_unit("process_io", io, Unit::Bytes, self.process.io.clone());
    }

    pub(super) fn register_process(&self, registry: &mut Registry) {
        let Process { resident, cpu, .. } = &self.process;
        registry.register_with_unit(
            "process_resident_memory",
            "Resident memory",
            Unit::Bytes,
            resident.clone(),
        );
        registry.register_with_unit("process_cpu", "CPU time used", Unit::Seconds, cpu.clone());
    }

    pub(super) fn show(&self, reading: Reading) {
        self.cpu.set(reading.cpu_percent / 100.0);
        self.memory_used.set(float(reading.memory_used));
        self.memory_size.set(float(reading.memory_total));
        self.disk_used.set(float(reading.disk_used));
        self.disk_size.set(float(reading.disk_total));
        if let Some(flow) = reading.disk {
            show_flow(&self.disk, flow, ["read", "written"]);
        }
        show_flow(&self.network, reading.network, ["received", "sent"]);
        self.load.set(reading.load_1.unwrap_or(f64::NAN));
        self.process.show(reading.process);
    }
}

impl Process {
    fn show(&self, reading: ProcessReading) {
        self.resident.set(float(reading.resident));
        self.cpu.inner().store(reading.cpu.as_secs_f64().to_bits(), Relaxed);
        show_flow(&self.io, reading.disk, ["read", "written"]);
    }
}

fn show_flow(bytes: &Bytes, flow: Flow, [inward, outward]: [&'static str; 2]) {
    for (direction, total) in [(inward, flow.inward), (outward, flow.outward)] {
        bytes.get_or_create(&[("direction", direction)]).inner().store(total, Relaxed);
    }
}
