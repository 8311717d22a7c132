#[test]
fn cli() {
    fn walk(p: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
        for e in std::fs::read_dir(p).unwrap() {
            let p = e.unwrap().path();
            if p.is_dir() {
                walk(&p, out)
            } else if p.extension().is_some_and(|e| e == "graphql") {
                out.push(p)
            }
        }
    }
    let mut files = vec![];
    walk(std::path::Path::new("../cli/src"), &mut files);
    let schema = async_graphql::Schema::<
        berth_graphql::Query,
        berth_graphql::Mutation,
        berth_graphql::Subscription,
    >::build(Default::default(), Default::default(), Default::default())
    .finish();
    for f in files {
        let text = std::fs::read_to_string(&f).unwrap();
        let text = text.replace("!)", ")");
        let r = futures::executor::block_on(async {
            use futures::StreamExt;
            schema.execute_stream(async_graphql::Request::new(text)).next().await.unwrap()
        });
        for e in r.errors {
            println!("{}: {}", f.display(), e.message);
        }
    }
}
