//! Prints the schema, as it is committed in `schema.graphql`.

#[expect(clippy::print_stdout, reason = "printing is what this is for")]
fn main() {
    print!("{}", berth_graphql::sdl());
}
