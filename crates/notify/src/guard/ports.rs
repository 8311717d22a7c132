//! Which ports of the world may be called. In nets of our own any may: the operator said so.

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Web,
    Mail,
}

/// Submission, relay, and what providers offer where 25 is closed.
const MAIL: &[u16] = &[25, 465, 587, 2465, 2525, 2587];

/// High ports of other protocols, as browsers refuse them. <https://fetch.spec.whatwg.org/#port-blocking>
const OTHERS: &[u16] = &[
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
    6697, 10080,
];

pub(super) fn is_usual(purpose: Purpose, port: u16) -> bool {
    match purpose {
        Purpose::Mail => MAIL.contains(&port),
        Purpose::Web => port == 443 || port >= 1024 && !OTHERS.contains(&port),
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, is_usual};

    #[test]
    fn ports_of_other_protocols_are_not_called() {
        for port in
            [0, 1, 22, 23, 25, 53, 80, 110, 143, 445, 465, 587, 993, 1023, 2049, 5060, 6000, 6667, 10080]
        {
            assert!(!is_usual(Purpose::Web, port), "{port}");
        }
        for port in [443, 1024, 3000, 8080, 8443, 10443, 65535] {
            assert!(is_usual(Purpose::Web, port), "{port}");
        }
        assert!(
            is_usual(Purpose::Mail, 465) && !is_usual(Purpose::Mail, 443) && !is_usual(Purpose::Mail, 22)
        );
    }
}
