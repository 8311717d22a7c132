//! About launch profiles.

use berth_domain::Text;

pub(crate) fn home() -> Text {
    Text::new("the tenant's home", "租户主区域")
}

pub(crate) fn changed(name: &str) -> Text {
    Text::new(format!("{name} is changed"), format!("{name}：已修改"))
}
