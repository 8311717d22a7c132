//! What can be launched: images and shapes.

use serde_json::json;

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    catalogue::{Image, SHAPES, Shape},
    listing::{self, Listed as _},
    ocid,
    state::World,
};

fn image_named<'a>(world: &'a World, id: &str) -> Result<&'a Image, Refusal> {
    world.images.iter().find(|image| image.id() == id).ok_or_else(Refusal::not_found)
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let shape = call.parameter("shape").map(Shape::named);
    let shown = |image: &&Image| {
        let compatible = shape.is_none_or(|shape| shape.is_some_and(|shape| image.fits(shape)));
        compatible
            && call.admits(&[
                ("operatingSystem", image.system),
                ("operatingSystemVersion", image.version),
                ("displayName", &image.name),
                ("lifecycleState", "AVAILABLE"),
            ])
    };
    listing::sorted(call, world.images.iter().filter(shown).collect(), world.page_size, Image::render)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let image = image_named(world, call.id())?;
    Ok(Answer::json(image.render()).header("etag", ocid::etag(call.id(), 0, "AVAILABLE")))
}

pub(super) fn list_image_shapes(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let image = image_named(world, call.id())?;
    let fitting = SHAPES.iter().filter(|shape| image.fits(shape));
    let entries: Vec<_> = fitting.map(|shape| json!({ "imageId": call.id(), "shape": shape.name })).collect();
    listing::plain(call, &entries, world.page_size)
}

pub(super) fn list_shapes(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    world.check_compartment(call.tenant, call.required("compartmentId")?)?;
    let image = call.parameter("imageId").map(|id| image_named(world, id)).transpose()?;
    let shown =
        |shape: &&Shape| image.is_none_or(|image| image.fits(shape)) && call.admits(&[("shape", shape.name)]);
    let shapes: Vec<_> = SHAPES.iter().filter(shown).map(Shape::render).collect();
    listing::plain(call, &shapes, world.page_size)
}
