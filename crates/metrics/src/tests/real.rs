//! The machine that the tests run on. What it shows is compared with what `/proc` shows before and after, since others use it as well.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    time::{Duration, Instant},
};

use crate::{LocalMachine, Machine};

/// Far beyond what anything takes here: reached only when nothing moves.
const DEADLINE: Duration = Duration::from_mins(1);
const MEBIBYTE: u64 = 1 << 20;

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap()
}

/// Of `/proc/self/io`.
fn own(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": "));
    number(line.unwrap_or_else(|| panic!("there is no {field} in {text}")))
}

/// Bytes received over all interfaces.
fn received() -> u64 {
    let interfaces = fs::read_dir("/sys/class/net").unwrap();
    interfaces
        .filter_map(|interface| {
            fs::read_to_string(interface.unwrap().path().join("statistics/rx_bytes")).ok()
        })
        .map(|text| number(&text))
        .sum()
}

/// Ticks of this process, of which there are a hundred in a second.
fn ticks() -> u64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = text.rsplit_once(')').unwrap();
    let fields: Vec<_> = fields.split_whitespace().collect();
    number(fields[11]) + number(fields[12])
}

#[test]
fn burning_cpu_moves_the_cpu_of_the_process_as_proc_says() {
    let mut machine = LocalMachine::new(Path::new("."));
    let (least_before, before) = (ticks(), machine.read());
    let (begun, mut burnt) = (Instant::now(), 0_u64);
    while ticks() < least_before + 30 {
        assert!(begun.elapsed() < DEADLINE);
        (0..100_000_u64).for_each(|number| burnt = std::hint::black_box(burnt ^ number));
    }
    let (after, most_after) = (machine.read(), ticks());
    let moved = after.process.cpu.saturating_sub(before.process.cpu);
    assert!(moved >= Duration::from_millis(200), "{moved:?}");
    assert!(moved <= Duration::from_millis((most_after - least_before + 1) * 10), "{moved:?}");
    assert!(after.cpu_percent > 0.0 && after.cpu_percent <= 100.0, "{}", after.cpu_percent);
}

#[test]
fn writing_a_file_moves_what_the_process_and_its_disk_have_written() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut machine = LocalMachine::new(folder.path());
    let (own_before, before) = (own("write_bytes"), machine.read());
    let file = folder.path().join("file");
    let mut written = fs::File::create(&file).unwrap();
    written.write_all(&vec![7; 8 << 20]).unwrap();
    written.sync_all().unwrap();
    let (after, own_after) = (machine.read(), own("write_bytes"));
    let moved = after.process.disk.outward - before.process.disk.outward;
    assert!(moved <= own_after - own_before, "no more than /proc says");
    // Not every file system is charged to the process, and not every device is counted.
    if own_after - own_before >= 8 * MEBIBYTE {
        assert!(moved >= 8 * MEBIBYTE, "{moved}");
        if let Some((before, after)) = before.disk.zip(after.disk) {
            assert!(after.outward - before.outward >= 8 * MEBIBYTE, "{before:?} {after:?}");
        }
    }
    assert!(after.disk_used > 0 && after.disk_used <= after.disk_total, "{after:?}");
}

#[test]
fn traffic_on_the_loopback_moves_the_network() {
    let mut machine = LocalMachine::new(Path::new("."));
    let (least_before, before) = (received(), machine.read());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let sending = std::thread::spawn(move || sender.write_all(&vec![7; 4 << 20]).unwrap());
    let (mut receiver, _) = listener.accept().unwrap();
    let mut got = Vec::new();
    receiver.read_to_end(&mut got).unwrap();
    sending.join().unwrap();
    let (after, most_after) = (machine.read(), received());
    let moved = after.network.inward - before.network.inward;
    assert!(moved >= 4 * MEBIBYTE && moved <= most_after - least_before, "{moved}");
    assert!(after.network.outward - before.network.outward >= 4 * MEBIBYTE);
}

#[test]
fn memory_is_what_the_system_has_and_the_process_takes_some_of_it() {
    let reading = LocalMachine::new(Path::new(".")).read();
    assert!(reading.memory_used > 0 && reading.memory_used < reading.memory_total, "{reading:?}");
    assert!(reading.process.resident > 0 && reading.process.resident < reading.memory_total, "{reading:?}");
    assert!(reading.load_1.is_some_and(|load| load >= 0.0), "{reading:?}");
}
