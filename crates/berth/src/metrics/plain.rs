//! The older of the two texts that Prometheus reads. Its tools, and much else, read nothing but this one; whoever reads the newer one asks
//! for it by name.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>, made of `OpenMetrics` as our own encoder writes it.

/// Counters and information bear their suffix in the names of their families too, nothing has a unit, and nothing says that it is over.
pub(super) fn of_open_metrics(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut about = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            // Kept until the type is known, by which it is named.
            about = help.split_once(' ').map_or_else(String::new, |(_, words)| words.to_owned());
        } else if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.rsplit_once(' ').unwrap_or((typed, "unknown"));
            let (suffix, kind) = in_plain(kind);
            for line in [["# HELP ", name, suffix, " ", &about], ["# TYPE ", name, suffix, " ", kind]] {
                plain.extend(line);
                plain.push('\n');
            }
        } else if !line.starts_with('#') {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    plain
}

fn in_plain(kind: &str) -> (&'static str, &str) {
    match kind {
        "counter" => ("_total", "counter"),
        "info" => ("_info", "gauge"),
        "unknown" => ("", "untyped"),
        other => ("", other),
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::{
        encoding::text::encode,
        metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
        registry::{Registry, Unit},
    };

    use super::of_open_metrics;

    #[test]
    fn every_kind_of_ours_is_written_as_the_older_text_has_it() {
        let mut registry = Registry::default();
        let counted = Family::<[(&str, &str); 1], Counter>::default();
        counted.get_or_create(&[("word", "a \"quoted\"\nword # TYPE")]).inc();
        registry.register("counted", "How many", counted);
        registry.register_with_unit("moved", "How much", Unit::Bytes, Counter::<u64>::default());
        registry.register("level", "How high", Gauge::<i64>::default());
        let took = Histogram::new([1.0]);
        took.observe(0.5);
        registry.register_with_unit("took", "How long", Unit::Seconds, took);
        registry.register("build", "What", Info::new([("version", "1")]));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        let expected = "# HELP counted_total How many.\n# TYPE counted_total counter\n\
            counted_total{word=\"a \\\"quoted\\\"\\nword # TYPE\"} 1\n\
            # HELP moved_bytes_total How much.\n# TYPE moved_bytes_total counter\nmoved_bytes_total 0\n\
            # HELP level How high.\n# TYPE level gauge\nlevel 0\n\
            # HELP took_seconds How long.\n# TYPE took_seconds histogram\n\
            took_seconds_sum 0.5\ntook_seconds_count 1\n\
            took_seconds_bucket{le=\"1.0\"} 1\ntook_seconds_bucket{le=\"+Inf\"} 1\n\
            # HELP build_info What.\n# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n";
        assert_eq!(of_open_metrics(&text), expected);
    }
}
