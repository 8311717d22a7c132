//! Whether a text has the shape of an address. Whether anybody is there, and may be called, is seen when something is delivered.

const URL_LENGTH: usize = 2048;
const HOST_LENGTH: usize = 253;
const MAIL_LENGTH: usize = 254;
const LOCAL_PART_LENGTH: usize = 64;

/// `https://host/…` or `http://host:port/…`, without a name and password in it.
pub fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    text.len() <= URL_LENGTH && text.chars().all(|each| each.is_ascii_graphic()) && is_authority(authority)
}

fn is_authority(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else { return false };
        return host.parse::<std::net::Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    match authority.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(authority),
    }
}

/// A name or an IPv4 address.
pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '-' | '_'))
    };
    text.len() <= HOST_LENGTH && text.split('.').all(label)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0) && text.chars().all(|each| each.is_ascii_digit())
}

/// `name@host.example`, bare: no name before it, no quotes. That also keeps lines of a mail's head apart.
pub fn is_mail_address(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let lawful = |each: char| each.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(each);
    text.len() <= MAIL_LENGTH
        && local.len() <= LOCAL_PART_LENGTH
        && !local.is_empty()
        && local.chars().all(lawful)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && is_host(host)
}

/// A number, which is negative for groups, or the public name of a channel, `@name`.
pub(super) fn is_chat(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_number = (1..=20).contains(&number.len()) && number.chars().all(|each| each.is_ascii_digit());
    let is_name = text.strip_prefix('@').is_some_and(|name| {
        (4..=32).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
    });
    is_number || is_name
}
