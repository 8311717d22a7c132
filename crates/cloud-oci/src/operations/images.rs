//! Which image people mean by "Ubuntu 22.04".

use berth_cloud::{Image, ImageWish};
use berth_domain::Trouble;
use serde::Deserialize;

use super::answer::{ask, unless_absent};
use super::list::ask_all;
use super::name::Name;
use crate::client::{Call, Client, Service};

/// Images that fit the wish and run on its shape, newest first. An id gives that one image, if it exists.
pub(crate) async fn images(client: &Client, wish: &ImageWish) -> Result<Vec<Image>, Trouble> {
    if wish.name.trim().starts_with("ocid1.image.") {
        let call = Call::get(Service::Core, &["images", wish.name.trim()]);
        let found = unless_absent(ask::<ImageModel>(client, &call).await)?;
        return Ok(found.map(|answer| answer.value.into()).into_iter().collect());
    }
    let found: Vec<ImageModel> = ask_all(client, list_call(client, wish)).await?;
    Ok(found.into_iter().map(Image::from).collect())
}

fn list_call(client: &Client, wish: &ImageWish) -> Call {
    let (system, version) = system_and_version(&wish.name);
    let mut call = Call::get(Service::Core, &["images"]).query("compartmentId", client.tenancy());
    if !system.is_empty() {
        call = call.query("operatingSystem", system);
    }
    if let Some(version) = version {
        call = call.query("operatingSystemVersion", version);
    }
    call.query("shape", wish.shape.as_str())
        .query("limit", "100")
        .query("sortBy", "TIMECREATED")
        .query("sortOrder", "DESC")
        .query("lifecycleState", "AVAILABLE")
}

/// Splits `Canonical Ubuntu 22.04 Minimal` before its first number; the service's filters match exactly.
fn system_and_version(name: &str) -> (String, Option<String>) {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_windows = words.first().is_some_and(|word| word.eq_ignore_ascii_case("windows"));
    let begins_with_digit = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_digit());
    // Of Windows everything after the first word is the version: `Server 2022 Standard`.
    let split = if is_windows { Some(1) } else { words.iter().position(begins_with_digit) };
    let (system, version) = words.split_at(split.unwrap_or(words.len()));
    let version = (!version.is_empty()).then(|| version.join(" "));
    (official_name(&system.join(" ")), version)
}

fn official_name(system: &str) -> String {
    let known = match system.to_lowercase().as_str() {
        "ubuntu" | "canonical ubuntu" => "Canonical Ubuntu",
        "oracle" | "oracle linux" => "Oracle Linux",
        "oracle autonomous linux" => "Oracle Autonomous Linux",
        "centos" => "CentOS",
        "windows" => "Windows",
        _ => system,
    };
    known.to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageModel {
    id: Name,
    display_name: Option<Name>,
    operating_system: Option<Name>,
    operating_system_version: Option<Name>,
}

impl From<ImageModel> for Image {
    fn from(model: ImageModel) -> Self {
        Self {
            id: model.id.into(),
            display_name: model.display_name.unwrap_or_default().into(),
            operating_system: model.operating_system.unwrap_or_default().into(),
            version: model.operating_system_version.unwrap_or_default().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::system_and_version;

    #[test]
    fn a_name_as_people_say_it_becomes_the_services_two_filters() {
        let cases = [
            ("Canonical Ubuntu 22.04", "Canonical Ubuntu", Some("22.04")),
            ("ubuntu 24.04 Minimal aarch64", "Canonical Ubuntu", Some("24.04 Minimal aarch64")),
            ("Oracle Linux 9", "Oracle Linux", Some("9")),
            ("  oracle   linux 8 ", "Oracle Linux", Some("8")),
            ("Windows Server 2022 Standard", "Windows", Some("Server 2022 Standard")),
            ("CentOS", "CentOS", None),
            ("Something Else 1", "Something Else", Some("1")),
            ("", "", None),
        ];
        for (name, system, version) in cases {
            assert_eq!(system_and_version(name), (system.to_owned(), version.map(str::to_owned)), "{name}");
        }
    }
}
