use std::fmt::Write;

use super::*;

fn check(text: &str) -> Result<Inspected, QueryRefused> {
    inspect(text, &QueryLimits::default())
}

fn too_much(text: &str) -> (&'static str, u64) {
    match check(text) {
        Err(QueryRefused::TooMuch { english, actual, .. }) => (english, actual),
        Err(other) => panic!("refused for another reason: {other:?}"),
        Ok(_) => panic!("passed"),
    }
}

/// `count` fragments, each of which spreads the next `times` times.
fn bomb(count: usize, times: usize) -> String {
    let mut text = String::from("{ ...f0 }");
    for number in 0..count {
        let spreads = format!("...f{} ", number + 1).repeat(times);
        write!(text, " fragment f{number} on Query {{ {spreads}}}").unwrap();
    }
    write!(text, " fragment f{count} on Query {{ seven }}").unwrap();
    text
}

#[test]
fn a_fragment_bomb_is_weighed_without_being_walked() {
    let (what, actual) = too_much(&bomb(6, 20));
    assert_eq!(what, "fields with fragments spread out");
    // 20^6 fields and all the spreads on the way there, of which only 122 selections exist.
    assert!(actual > 20_u64.pow(6), "{actual}");
}

#[test]
fn every_selection_is_looked_at_once() {
    let tame = bomb(3, 8);
    let inspected = check(&tame).unwrap();
    assert_eq!(inspected.visited, 1 + 3 * 8 + 1);
}

#[test]
fn a_bomb_too_great_to_count_is_refused_and_not_wrapped_around() {
    let (what, actual) = too_much(&bomb(14, 60));
    assert_eq!((what, actual), ("fields with fragments spread out", u64::MAX));
}

#[test]
fn fragments_that_spread_each_other_are_refused() {
    let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { seven ...a }";
    assert_eq!(check(circle).err().unwrap(), QueryRefused::Cycle("a".to_owned()));
    let unused = "{ seven } fragment a on Query { ...a }";
    assert_eq!(check(unused).err().unwrap(), QueryRefused::Cycle("a".to_owned()));
}

#[test]
fn a_chain_of_fragments_does_not_use_up_the_stack() {
    let mut text = String::from("{ ...f0 }");
    for number in 0..200 {
        write!(text, " fragment f{number} on Query {{ ...f{} }}", number + 1).unwrap();
    }
    assert_eq!(too_much(&text).0, "fragments within fragments");
}

#[test]
fn aliases_count_per_field_also_through_fragments() {
    let aliases = |range: std::ops::Range<usize>| {
        range.fold(String::new(), |text, number| text + &format!("a{number}: seven "))
    };
    assert!(check(&format!("{{ {} }}", aliases(0..15))).is_ok());
    assert_eq!(too_much(&format!("{{ {} }}", aliases(0..16))), ("aliases of one field", 16));
    let split = format!("{{ {} ...f }} fragment f on Query {{ {} }}", aliases(0..8), aliases(8..16));
    assert_eq!(too_much(&split), ("aliases of one field", 16));
    let same = format!("{{ {} ...f }} fragment f on Query {{ {} }}", aliases(0..15), aliases(0..15));
    assert!(check(&same).is_ok(), "the same key twice is one key");
}

#[test]
fn the_root_has_at_most_thirty_fields() {
    let fields = (0..31).fold(String::new(), |text, number| text + &format!("f{number} "));
    assert_eq!(too_much(&format!("{{ {fields} }}")), ("fields at the root", 31));
}

#[test]
fn depth_counts_through_fragments() {
    let deep = |levels: usize| format!("{{ {} leaf {} }}", "a { ".repeat(levels), "} ".repeat(levels));
    assert!(check(&deep(15)).is_ok());
    assert_eq!(too_much(&deep(16)), ("levels of nesting", 17));
    let split = "{ a { a { a { a { a { a { a { a { ...f } } } } } } } } } \
                 fragment f on Query { a { a { a { a { a { a { a { a { leaf } } } } } } } } }";
    assert_eq!(too_much(split), ("levels of nesting", 17));
}

#[test]
fn long_texts_and_many_tokens_do_not_reach_the_parser() {
    assert_eq!(too_much(&" ".repeat(16 * 1024 + 1)).0, "bytes of query text");
    assert_eq!(too_much(&"{".repeat(3_000)), ("tokens", 3_000));
    let directives = format!("{{ seven {} }}", "@skip(if: false) ".repeat(11));
    assert_eq!(too_much(&directives), ("directives on one field", 11));
}

#[test]
fn tokens_are_counted_as_a_reader_would() {
    let text =
        "query ($a: Int, $b: String = \"x \\\" y\") { # words, words\n seven(a: $a) \"\"\"block { } \"\"\" }";
    assert_eq!(tokens(text).0, 23);
}

#[test]
fn the_operation_that_is_meant_is_found() {
    let two = "query a { seven } mutation b { set }";
    let operation = |name| inspect(two, &QueryLimits::default()).unwrap().operation(name);
    assert_eq!(operation(Some("b")), Some(OperationType::Mutation));
    assert_eq!(operation(None), None);
    assert_eq!(operation(Some("c")), None);
    assert!(matches!(check("{ seven "), Err(QueryRefused::Syntax(_))));
}

#[test]
fn what_nests_without_selections_is_refused_before_the_parser_recurses_into_it() {
    let deep = |open: &str, close: &str| format!("{{a(b:{}1{})}}", open.repeat(300), close.repeat(300));
    for text in [
        deep("[", "]"),
        deep("{x:", "}"),
        format!("query($v:{}Int{}){{a}}", "[".repeat(300), "]".repeat(300)),
    ] {
        assert!(matches!(inspect(&text, &QueryLimits::default()), Err(QueryRefused::TooMuch { .. })));
    }
}

/// The executor does each of them, though they look like one field.
#[test]
fn a_deed_that_is_said_again_is_counted_again() {
    let twice = "mutation { set(value: 1) ... on Mutation { set(value: 2) } }";
    assert_eq!(check(twice).unwrap().roots, 2);
    let many = format!("mutation {{ {} }} fragment f on Mutation {{ set(value: 1) }}", "...f ".repeat(31));
    assert_eq!(too_much(&many), ("fields at the root", 31));
    assert_eq!(check("mutation { set(value: 1) }").unwrap().roots, 1);
}
