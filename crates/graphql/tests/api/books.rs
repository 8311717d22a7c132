use serde_json::json;

use crate::stage::play;

#[test]
fn books_that_were_never_closed_say_so_and_have_nothing_to_close() {
    play(async |stage| {
        stage.tenant("tokyo").await;
        let document = "{ books { closedThrough closedAt released standIns archives { file } retention { grabDays auditDays } } }";
        let books = stage.ask(document, json!({})).await["books"].clone();
        assert_eq!((&books["closedThrough"], &books["closedAt"]), (&json!("0"), &json!(null)));
        assert_eq!((&books["released"], &books["archives"]), (&json!(0), &json!([])));
        assert_eq!(books["retention"], json!({ "grabDays": 30, "auditDays": 365 }));
        let close = "mutation($input: BooksCloseInput!) { booksClose(input: $input) {
            closedThrough released standIns archives frozen userErrors { code message } } }";
        for input in [json!({ "dryRun": true }), json!({ "commandId": "once" })] {
            let payload = stage.ask(close, json!({ "input": input })).await["booksClose"].clone();
            assert_eq!(
                (&payload["closedThrough"], &payload["released"]),
                (&json!("0"), &json!(0)),
                "{payload}"
            );
            assert_eq!((&payload["archives"], &payload["userErrors"]), (&json!([]), &json!([])), "{payload}");
        }
    });
}
