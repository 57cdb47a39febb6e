use std::collections::BTreeSet;

use serde_json::Value;

use super::PATHS;

#[test]
fn the_openapi_document_names_every_path_and_method_and_no_other() {
    let text = include_str!("../../docs/openapi.yaml");
    let document: Value = serde_saphyr::from_str(text).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(|method| (path.clone(), method.to_uppercase()))
        })
        .collect();
    let served: BTreeSet<(String, String)> = PATHS
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .iter()
                .map(|method| ((*path).to_owned(), (*method).to_owned()))
        })
        .collect();
    assert_eq!(described, served);
}
