//! About the machine.

use berth_domain::Text;

pub(crate) fn load(load: &str) -> Text {
    Text::new(format!("load {load}"), format!("负载 {load}"))
}

pub(crate) fn read_and_written(read: &str, written: &str) -> Text {
    Text::new(format!("read {read}/s, written {written}/s"), format!("读 {read}/s，写 {written}/s"))
}

pub(crate) fn line(cpu: &str, memory: &str, network: &str, own_cpu: &str, own_memory: &str) -> Text {
    Text::new(
        format!("cpu {cpu}  memory {memory}  network {network}  berth {own_cpu} {own_memory}"),
        format!("CPU {cpu}  内存 {memory}  网络 {network}  berth {own_cpu} {own_memory}"),
    )
}

pub(crate) fn connection_lost() -> Text {
    Text::new("connection lost; trying to connect again", "连接已断开，正在重连")
}
