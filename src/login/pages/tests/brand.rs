//! What is the operator's own: name, looks, templates.

use super::*;

fn with_template(name: &str, source: &str) -> Result<Pages, PagesError> {
    let mut settings = Settings::default();
    let template = (name.to_owned(), source.to_owned());
    settings.brand.templates.extend([template]);
    Pages::new(&settings)
}

#[test]
fn a_template_of_the_operator_is_tried_at_start() {
    let broken = |source: &str| with_template("identify.html", source).unwrap_err();
    assert!(matches!(broken("{% if %}"), PagesError::Template { .. }));
    assert!(matches!(
        broken("{{ page.tittle }}"),
        PagesError::Template { .. }
    ));
    assert!(matches!(
        broken("{{ page.title|safe }}"),
        PagesError::Template { .. }
    ));
    assert!(matches!(
        broken("<script>1</script>"),
        PagesError::Inline { .. }
    ));
    assert!(matches!(broken("<p style='x'>"), PagesError::Inline { .. }));
    assert!(matches!(
        with_template("nothing.html", "").unwrap_err(),
        PagesError::TemplateName(_)
    ));
    let own = "{% extends \"step.html\" %}{% block title %}Ours{% endblock %}";
    let pages = with_template("identify-password.html", own).unwrap();
    let (_, step) = step(SIGN_IN);
    assert!(
        pages
            .step(&step, &context())
            .html
            .contains("<title>Ours - Example")
    );
}

#[test]
fn a_template_that_breaks_on_one_page_alone_stops_the_start() {
    let rare = |name: &str, condition: &str| {
        let source = format!("{{% if {condition} %}}{{{{ nothing.at.all }}}}{{% endif %}}");
        let error = with_template(name, &source).unwrap_err();
        assert!(
            matches!(&error, PagesError::Template { name: broken, .. } if broken == name),
            "{name}: {condition}: {error}"
        );
    };
    for condition in [
        "page.scripts.probe",
        "page.scripts.captcha",
        "page.rules",
        "page.providers",
        "page.aids|selectattr('kind', 'equalto', 'qr')|list",
        "page.aids|selectattr('kind', 'equalto', 'code')|list",
        "page.forms|selectattr('passkey')|list",
        "page.title == 'Set up this device first'",
    ] {
        rare("email-code.html", condition);
        rare("step.html", condition);
    }
    rare("notice.html", "code");
    rare("sign-out.html", "identifier");
    rare("base.html", "identifier is defined");
}

#[test]
fn without_a_product_the_host_names_the_page() {
    let (_, step) = step(SIGN_IN);
    let bare = StepContext {
        brand: None,
        ..context()
    };
    let html = pages().at("app.example:8443").step(&step, &bare).html;
    assert!(
        html.contains("<title>Sign in - app.example:8443</title>"),
        "{html}"
    );
}

#[test]
fn the_look_of_the_operator_is_served_as_files_of_their_own() {
    let mut settings = Settings::default();
    settings.brand.css = Some("h1{color:red}".to_owned());
    settings.brand.links = vec![("link.help", "https://help.example/?a=1&b".to_owned())];
    settings.brand.logo = Picture::new(
        "logo.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>".into(),
    );
    assert!(Picture::new("x.svg", b"<svg onload='1'/>".into()).is_none());
    let pages = Pages::new(&settings).unwrap();
    let (_, step) = step(SIGN_IN);
    let html = pages.step(&step, &context()).html;
    assert!(html.contains("href=\"https://help.example/?a=1&amp;b\""));
    assert!(html.contains("alt=\"Example\""));
    let own: Vec<&Asset> = pages.inner.own.iter().collect();
    assert_eq!(own.len(), 2);
    assert!(
        own.iter()
            .all(|asset| html.contains(&asset.path) && pages.asset(&asset.path).is_some())
    );
    assert!(!html.contains("color:red"));
}
