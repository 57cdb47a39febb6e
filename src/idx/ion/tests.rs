use super::*;

fn document(json: &str) -> Document {
    Document::parse(json.as_bytes()).unwrap()
}

#[test]
fn what_is_no_document_is_named() {
    assert_eq!(Document::parse(b" \n").unwrap_err(), NotIon::Empty);
    assert_eq!(Document::parse(b"<html>").unwrap_err(), NotIon::NotJson);
    assert_eq!(Document::parse(b"[1]").unwrap_err(), NotIon::NotJson);
    assert_eq!(
        Document::parse(b"{\"ping\":1}").unwrap_err(),
        NotIon::Unknown
    );
    let deep = format!("{{\"version\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    assert_eq!(
        Document::parse(deep.as_bytes()).unwrap_err(),
        NotIon::NotJson
    );
}

#[test]
fn quirks_are_read() {
    let document = document(
        r#"{"remediation":{"type":"array","value":[{"name":"x","href":"https://a/","relatesTo":"currentAuthenticator",
            "value":[{"name":"c","requred":true,"form":{"value":[{"name":"p","required":"false"}]}},
                     {"name":"a","value":{"form":{"value":[{"name":"id","mutable":false,"value":"1"}]}}},
                     {"name":"o","options":[{"label":"One","form":{"value":[{"name":"id","value":"1"}]}}]},
                     {"label":"nameless"}]}]},
            "currentAuthenticator":{"type":"object","value":{"key":"okta_email","resend":{"href":"https://a/r"}}}}"#,
    );
    let form = &document.remediations()[0];
    assert_eq!(form.method, "POST");
    assert_eq!(form.value[0].required, Some(true));
    assert_eq!(form.value[0].form[0].required, Some(false));
    assert_eq!(form.value[1].form[0].name.as_deref(), Some("id"));
    assert!(form.value[2].branches());
    assert_eq!(form.value[3].name, None);
    assert_eq!(
        document.authenticator_of(form).unwrap().key(),
        Some("okta_email")
    );
    assert_eq!(document.action("resend").unwrap().name, "resend");
}

#[test]
fn debug_shows_no_handle() {
    let document = document(
        r#"{"stateHandle":"02secret","remediation":{"value":[{"name":"x","href":"https://a/",
            "value":[{"name":"stateHandle","value":"02secret"}]}]}}"#,
    );
    assert!(!format!("{document:?} {:?}", document.remediations()[0].value).contains("02secret"));
}

#[test]
fn a_success_hands_out_its_code() {
    let document = document(
        r#"{"successWithInteractionCode":{"name":"issue","href":"https://a/v1/token","value":[
            {"name":"interaction_code","value":"ic"},{"name":"client_id","value":"me"}]}}"#,
    );
    let success = document.interaction_code().unwrap();
    assert_eq!(success.code.expose(), "ic");
    assert_eq!(success.client_id.as_deref(), Some("me"));
    assert!(!document.is_terminal());
}
