use super::*;

#[test]
fn five_mistakes_of_five_kinds_are_five_messages() {
    let folder = Folder::new().with(
        "x.toml",
        r#"
[server]
lisen = "127.0.0.1:8080"
public_url = "http://app.example.com"
threads = "many"

[authorization_server]
issuer = "http://127.0.0.1:9400/oauth2/default"
client_id = 12345

[session]
secret = "short-secret"

[[upstreams]]
name = "app"
url = "http://127.0.0.1:9300"

[[routes]]
path = "/*"
upstream = "ap"
"#,
    );
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(
        said,
        [
            "x.toml: authorization_server.client_id = 12345: must be text; put it in quotes: \"12345\"",
            "x.toml: server.lisen: is no key; did you mean \"listen\"?",
            "x.toml: server.threads = \"many\": must be a whole number from 1 to 512, not text",
            "x.toml: server.public_url = \"http://app.example.com\": must be https:// (http:// is accepted on loopback alone)",
            "x.toml: session.secret: is too short: 12 octets, at least 32 are needed; make one with `interlock keygen`",
            "x.toml: routes[0].upstream = \"ap\": is no upstream's name; did you mean \"app\"?",
        ]
    );
}

#[test]
fn every_single_mistake_is_said_once_with_its_key() {
    let route = "path = \"/*\"\nupstream = \"app\"";
    for (old, new, says) in [
        (
            "[server]",
            "[srver]",
            "srver: is no key; did you mean \"server\"?",
        ),
        (
            "public_url = \"http://127.0.0.1:8080\"\n",
            "",
            "server.public_url: is missing;",
        ),
        (
            "listen = \"127.0.0.1:8080\"",
            "listen = \"8080\"",
            "server.listen = \"8080\": is no address and port",
        ),
        (
            "listen = \"127.0.0.1:8080\"",
            "listen = [1]",
            "server.listen: must be text in quotes, not a list",
        ),
        (
            "listen = ",
            "admin = \"0.0.0.0:8080\"\nlisten = \"0.0.0.0:8080\"\n# ",
            "server.admin = \"0.0.0.0:8080\": is the public",
        ),
        (
            "listen = ",
            "max_head = \"64 furlongs\"\nlisten = ",
            "server.max_head = \"64 furlongs\": has an unknown unit",
        ),
        (
            "listen = ",
            "max_head = 12\nlisten = ",
            "server.max_head = 12: must be from 8192",
        ),
        (
            "listen = ",
            "trusted_proxies = [\"10.0.0.0/8\", \"ten\"]\nlisten = ",
            "server.trusted_proxies[1] = \"ten\": is no network",
        ),
        (
            "listen = ",
            "trusted_proxies = [\"0.0.0.0/0\"]\nlisten = ",
            "server.trusted_proxies[0] = \"0.0.0.0/0\": is everybody",
        ),
        (
            "listen = ",
            "trusted_proxies = [\"10.0.0.0/8\", \"::/0\"]\nlisten = ",
            "server.trusted_proxies[1] = \"::/0\": is everybody",
        ),
        (
            "acr = \"urn:okta:loa:2fa:any\"",
            "acr = 'urn:\"quoted\"'",
            "routes[1].require.acr = ",
        ),
        (
            "acr = \"urn:okta:loa:2fa:any\"",
            "acr = \"x\" }\npath_syntax = \"lax\"\n[[routes]]\npath = \"/lax\"\nrequire = { acr = \"y\"",
            "routes[1].path_syntax = \"lax\": must be one of",
        ),
        (
            "acr = \"urn:okta:loa:2fa:any\"",
            "acr = \"x\" }\n[[routes]]\npath = \"/lax\"\npath_syntax = \"relaxed\"\nrequire = { acr = \"y\"",
            "routes[2].path_syntax = \"relaxed\": needs a path that ends with /*",
        ),
        (
            "acr = \"urn:okta:loa:2fa:any\"",
            "acr = \"x\" }\n[[routes]]\npath = \"/lax/*\"\npath_syntax = \"relaxed\"\n[[routes]]\npath = \"/lax/open/*\"\nrequire = { acr = \"y\"",
            "routes[2].path_syntax = \"relaxed\": can't be where routes[3] lies below",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nanswers_per_account = 0\n[[upstreams]]",
            "sign_in.answers_per_account = 0: would let nobody sign in",
        ),
        (
            "[[upstreams]]",
            "[session]\nmax_sessions = 0\n[[upstreams]]",
            "session.max_sessions = 0: would keep no session",
        ),
        (
            "listen = ",
            "aliases = [\"oauth2\"]\nlisten = ",
            "server.aliases[0] = \"oauth2\": is no prefix",
        ),
        (
            "http://127.0.0.1:9400",
            "http://okta.example.com",
            "authorization_server.issuer = \"http://okta.example.com/oauth2/default\": must be https",
        ),
        (
            "http://127.0.0.1:9400",
            "https://x-admin.okta.com",
            "authorization_server.issuer = ",
        ),
        (
            "client_id = \"interlock-demo\"\n",
            "",
            "authorization_server.client_id: is missing;",
        ),
        (
            "client_id",
            "client_secret = \"\"\nclient_id",
            "authorization_server.client_secret: is empty",
        ),
        (
            "client_id",
            "client_secret = 5\nclient_id",
            "authorization_server.client_secret: must be text; put it in quotes",
        ),
        (
            "client_id",
            "client_auth = \"client_secret_post\"\nclient_id",
            "authorization_server.client_auth = \"client_secret_post\": needs a secret",
        ),
        (
            "client_id",
            "client_auth = \"basic\"\nclient_id",
            "authorization_server.client_auth = \"basic\": must be one of",
        ),
        (
            "client_id",
            "scopes = [\"openid\", \"\"]\nclient_id",
            "authorization_server.scopes[1] = \"\": is empty",
        ),
        (
            "client_id",
            "scopes = [\"email\"]\nclient_id",
            "authorization_server.scopes: lacks \"openid\"",
        ),
        (
            "client_id",
            "scopes = \"openid\"\nclient_id",
            "authorization_server.scopes = \"openid\": must be a list; write [\"openid\"]",
        ),
        (
            "client_id",
            "scopes = [\"openid email\"]\nclient_id",
            "authorization_server.scopes[0] = \"openid email\": is no scope",
        ),
        (
            "[[upstreams]]",
            "[tokens]\nclock_skew = \"2m\"\n[[upstreams]]",
            "tokens.clock_skew = \"2m\": must be from \"0s\" to \"1m\"",
        ),
        (
            "[[upstreams]]",
            "[tokens]\nalgorithms = [\"HS256\"]\n[[upstreams]]",
            "tokens.algorithms[0] = \"HS256\": is no asymmetric",
        ),
        (
            "[[upstreams]]",
            "[session]\nstore = \"redis\"\n[[upstreams]]",
            "session.redis.url: is missing",
        ),
        (
            "[[upstreams]]",
            "[session]\nidle_timeout = \"2d\"\n[[upstreams]]",
            "session.idle_timeout = \"2d\": is longer than session.lifetime",
        ),
        (
            "[[upstreams]]",
            "[session]\nlifetime = \"1m\"\n[[upstreams]]",
            "session.lifetime = \"1m\": is shorter than session.idle_timeout",
        ),
        (
            "[[upstreams]]",
            "[session]\nsecret_file = \"none\"\n[[upstreams]]",
            "session.secret_file = \"none\":",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nhosted_page = \"always\"\n[[upstreams]]",
            "sign_in.hosted_page = \"always\"",
        ),
        (
            "[[upstreams]]",
            "[sign_in.brand]\nlogo = \"missing.svg\"\n[[upstreams]]",
            "sign_in.brand.logo = \"missing.svg\": ",
        ),
        (
            "[[upstreams]]",
            "[sign_in.brand]\ncolors = { text = \"#999999\" }\n[[upstreams]]",
            "sign_in.brand.colors: text on card has a contrast of 2.85:1 in the light scheme, which is below 4.5:1",
        ),
        (
            "[[upstreams]]",
            "[sign_in.brand]\nlinks = { help = \"javascript:alert(1)\" }\n[[upstreams]]",
            "sign_in.brand.links.help = \"javascript:alert(1)\": is no address that pages may name",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nlanguages = [\"it\"]\n[[upstreams]]",
            "sign_in.languages: there are no texts in it",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nlanguages = [\"english\"]\n[[upstreams]]",
            "sign_in.languages[0] = \"english\": is no language tag",
        ),
        (
            "[[upstreams]]",
            "[log]\nformat = \"jsn\"\n[[upstreams]]",
            "log.format = \"jsn\": must be one of \"json\", \"text\"; did you mean \"json\"?",
        ),
        (
            "name = \"app\"",
            "name = \"app\"\nconnect_timeout = \"0s\"",
            "upstreams[0].connect_timeout = \"0s\": must be from \"10ms\"",
        ),
        (
            "[[routes]]",
            "[[upstreams]]\nname = \"my app\"\nurl = \"http://h\"\n[[routes]]",
            "upstreams[1].name = \"my app\": must be at most",
        ),
        (
            "[[routes]]",
            "[[upstreams]]\nname = \"app\"\nurl = \"http://h\"\n[[routes]]",
            "upstreams[1].name = \"app\": is the name of upstreams[0] too",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"127.0.0.1:9300\"",
            "upstreams[0].url = \"127.0.0.1:9300\": has a scheme",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"http://u:hunter2@h\"",
            "upstreams[0].url = \"http://***@h\": must hold no credentials",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"http://h\"\nserver_name = \"x\"",
            "upstreams[0].server_name = \"x\": goes with an https://",
        ),
        (
            "access = \"public\"",
            "access = \"open\"",
            "routes[0].access = \"open\": must be one of",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nrequire = {scopes = [\"a\"]}",
            "routes[0].require: asks for something",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nupstream_authorization = \"access-token\"",
            "routes[0].upstream_authorization = \"access-token\": needs somebody",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nheaders = { X-A = \"a\" }",
            "routes[0].headers: makes headers",
        ),
        ("path = \"/healthz\"", "", "routes[0].path: is missing"),
        (
            "path = \"/healthz\"",
            "path = \"healthz\"",
            "routes[0].path = \"healthz\": must begin with \"/\"; write \"/healthz\"",
        ),
        (
            "path = \"/healthz\"",
            "path = \"/.interlock/x\"",
            "routes[0].path = \"/.interlock/x\": must not stand below",
        ),
        (
            route,
            "path = \"/healthz\"\nupstream = \"app\"",
            "routes[1].path = \"/healthz\": is the path of routes[0] too",
        ),
        (
            route,
            "path = \"/*\"\nmethods = [\"get\"]",
            "routes[1].methods[0] = \"get\": is no method; write \"GET\"",
        ),
        (
            route,
            "path = \"/*\"\nmethods = [\"TRACE\"]",
            "routes[1].methods[0] = \"TRACE\": is refused on every route; remove it",
        ),
        (
            route,
            "path = \"/*\"\nhost = \"a:80\"",
            "routes[1].host = \"a:80\": must be a host",
        ),
        (
            route,
            "path = \"/*\"\nheaders = { Host = \"a\" }",
            "routes[1].headers.Host = \"a\": host is set by",
        ),
        (
            route,
            "path = \"/*\"\nheaders = { X-Interlock-Assertion = \"a\" }",
            "routes[1].headers.X-Interlock-Assertion",
        ),
        (
            "groups = [\"staff\"]",
            "groups = []",
            "routes[1].require.groups: is an empty list",
        ),
        (
            "groups = [\"staff\"]",
            "groups = [\"\"]",
            "routes[1].require.groups[0] = \"\": is empty",
        ),
        (
            "groups = [\"staff\"]",
            "claims = { a = {} }",
            "routes[1].require.claims.a: must be text",
        ),
        (
            "max_age = \"15m\"",
            "max_age = 900",
            "routes[1].require.max_age = 900: must be text; put it in quotes",
        ),
    ] {
        let said = changed(old, new);
        assert_eq!(said.len(), 1, "{new}: {said:#?}");
        assert!(
            said[0].starts_with(&format!("x.toml: {says}")),
            "{new}\n{said:#?}\n{says}"
        );
        assert!(!said[0].contains("hunter2"), "{said:?}");
    }
}

#[test]
fn with_several_upstreams_a_route_must_choose() {
    let two = "[[upstreams]]\nname = \"two\"\nurl = \"unix:/run/two.sock\"\n\n[[routes]]\npath = \"/healthz\"";
    let text = GOOD
        .replacen("[[routes]]\npath = \"/healthz\"", two, 1)
        .replace("upstream = \"app\"\n", "");
    let said = Folder::new()
        .with("x.toml", &text)
        .mistakes(&["x.toml"], &[], &[]);
    assert_eq!(
        said,
        ["x.toml: routes[1].upstream: is missing and there are several; name one of app, two"]
    );
    let one = GOOD.replace("upstream = \"app\"\n", "");
    let config = Folder::new()
        .with("x.toml", &one)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert_eq!(config.routes[1].upstream, Some(0));
}

#[test]
fn bearer_tokens_need_a_custom_server_and_an_audience() {
    let token = GOOD.replacen(
        "access = \"public\"",
        "access = \"token\"\nupstream = \"app\"",
        1,
    );
    let config = Folder::new()
        .with("x.toml", &token)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert_eq!(
        config.routes[0].upstream_authorization,
        UpstreamAuthorization::Pass
    );

    let without = token.replace("audience = \"api://default\"\n", "");
    let said = Folder::new()
        .with("x.toml", &without)
        .mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("routes[0].access = \"token\": needs authorization_server.audience"));

    let org = without.replace("/oauth2/default", "");
    let said = Folder::new()
        .with("x.toml", &org)
        .mistakes(&["x.toml"], &[], &[]);
    assert!(
        said[0].contains("routes[0].access = \"token\": can't be used with the org server"),
        "{said:?}"
    );

    let said = changed("/oauth2/default", "");
    assert!(
        said[0].contains(
            "authorization_server.audience = \"api://default\": does not go with the org"
        ),
        "{said:?}"
    );

    let quiet = GOOD.replace("audience = \"api://default\"\n", "");
    let config = Folder::new()
        .with("x.toml", &quiet)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert!(
        config
            .warnings
            .iter()
            .any(|w| w.says.contains("Bearer tokens are refused"))
    );
}
