//! About launch profiles.

use berth_domain::Text;

pub(crate) fn home() -> Text {
    Text::new("the tenant's home", "租户主区域")
}

pub(crate) fn really_delete_profile(name: &str) -> Text {
    Text::new(
        format!("delete the launch profile {name:?} for good? [y/N]"),
        format!("永久删除启动模板 “{name}”？[y/N]"),
    )
}

pub(crate) fn changed(name: &str) -> Text {
    Text::new(format!("{name} is changed"), format!("{name}：已修改"))
}
