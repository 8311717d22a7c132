//! Reads `~/.oci/config` for the API, with the OCI adapter's own parser.

use berth_cloud_oci::config_file;
use berth_domain::{Code, Explanation, Text, Violation};
use berth_graphql::{ConfigReader, Profile};

pub(crate) struct OciConfigReader;

impl ConfigReader for OciConfigReader {
    fn read(&self, text: &str) -> Result<Vec<Profile>, Vec<Violation>> {
        let profiles = config_file::parse(text)
            .map_err(|problems| problems.iter().map(violation).collect::<Vec<_>>())?;
        Ok(profiles.into_iter().map(profile).collect())
    }
}

fn profile(profile: config_file::Profile) -> Profile {
    Profile {
        name: profile.name,
        tenancy: profile.tenancy,
        user: profile.user,
        fingerprint: profile.fingerprint,
        region: profile.region.id().to_owned(),
        key_file: profile.key_file,
        passphrase: profile.pass_phrase,
    }
}

fn violation(problem: &config_file::Problem) -> Violation {
    Explanation::new(Code::Invalid, Text::new(problem.english(), problem.chinese())).at(&["config"])
}
