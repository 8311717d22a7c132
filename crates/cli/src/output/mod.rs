//! How answers look to a person. JSON is not made here: it is printed as it came.

pub(crate) mod color;
pub(crate) mod number;
pub(crate) mod table;
pub(crate) mod time;
