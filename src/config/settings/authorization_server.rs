use std::time::Duration;

use jsonwebtoken::Algorithm;

use crate::{
    config::{
        key::Key,
        raw::{AuthorizationServer, ClientAuth as Method, Tokens},
        reader::Reader,
    },
    oauth::{self, ClientAuth, Issuer, IssuerKind},
    outbound, token,
};

pub(super) fn read(server: &AuthorizationServer, reader: &Reader<'_>) -> Option<oauth::Settings> {
    let section = Key::of("authorization_server");
    let key = |name: &str| section.name(name);
    let issuer = issuer(server, reader);
    let client_id = reader.required(
        &key("client_id"),
        server.client_id.as_ref(),
        "write the client id that the authorization server gave the app",
    );
    let client_auth = client_auth(server, reader);
    let scopes = scopes(&key("scopes"), &server.scopes, reader);
    if scopes.is_some() {
        if !server.scopes.iter().any(|scope| scope == "openid") {
            reader.wrong(
                &key("scopes"),
                "lacks \"openid\", without which nobody can be told apart; add it",
            );
        }
        if !server.scopes.iter().any(|scope| scope == "offline_access") {
            reader.warn(
                &key("scopes"),
                "without \"offline_access\" there is no refresh token: sessions end with the access token",
            );
        }
    }
    let ca_file = match &server.ca_file {
        Some(file) => reader.certificates(&key("ca_file"), file).map(Some),
        None => Some(None),
    };
    let issuer = issuer?;
    if issuer.kind() == IssuerKind::Org && server.audience.is_some() {
        reader.wrong(
            &key("audience"),
            "does not go with the org server, whose access tokens are for Okta alone; remove it, or name a custom server \
             such as https://example.okta.com/oauth2/default as issuer",
        );
    }
    Some(oauth::Settings {
        issuer,
        client_id: client_id?.to_owned(),
        client_auth: client_auth?,
        scopes: scopes?,
        ca_file: ca_file?,
    })
}

/// How the issuer is called.
pub(super) fn outbound(
    server: &AuthorizationServer,
    reader: &Reader<'_>,
) -> Option<outbound::Settings> {
    let section = Key::of("authorization_server");
    let wait = |name: &str, text: &str| {
        let bounds = Duration::from_millis(100)..=Duration::from_mins(2);
        reader.duration(&section.name(name), text, bounds)
    };
    let connect_timeout = wait("connect_timeout", &server.connect_timeout);
    let timeout = wait("timeout", &server.timeout);
    let ca_file = server.ca_file.as_ref();
    Some(outbound::Settings {
        ca_file: ca_file.map(|file| reader.layers.resolve(&section.name("ca_file"), file)),
        connect_timeout: connect_timeout?,
        timeout: timeout?,
        ..outbound::Settings::default()
    })
}

/// What `[tokens]` becomes, with the audience that stands in `[authorization_server]`.
pub(super) fn tokens(
    tokens: &Tokens,
    server: &AuthorizationServer,
    reader: &Reader<'_>,
) -> Option<token::Settings> {
    let section = Key::of("tokens");
    let key = |name: &str| section.name(name);
    let audience_key = Key::of("authorization_server.audience");
    let audience = reader.optional(&audience_key, server.audience.as_ref());
    let algorithms = algorithms(&key("algorithms"), &tokens.algorithms, reader);
    let clock_skew = reader.duration(
        &key("clock_skew"),
        &tokens.clock_skew,
        Duration::ZERO..=Duration::from_mins(1),
    );
    let accepted_clients = reader.words(&key("accepted_clients"), &tokens.accepted_clients);
    let key_refetch_interval = reader.duration(
        &key("key_refetch_interval"),
        &tokens.key_refetch_interval,
        Duration::from_secs(1)..=Duration::from_hours(1),
    );
    let key_set_max_age = reader.duration(
        &key("key_set_max_age"),
        &tokens.key_set_max_age,
        Duration::from_secs(1)..=Duration::from_hours(24),
    );
    Some(token::Settings {
        algorithms: algorithms?,
        clock_skew: clock_skew?,
        audience,
        accepted_clients: accepted_clients?,
        key_refetch_interval: key_refetch_interval?,
        key_set_max_age: key_set_max_age?,
        verified_tokens: u64::from(tokens.verified_tokens),
    })
}

/// RFC 6749 §3.3: `scope-token`.
pub(super) fn scopes(key: &Key, scopes: &[String], reader: &Reader<'_>) -> Option<Vec<String>> {
    let mut fine = true;
    for (index, scope) in scopes.iter().enumerate() {
        let allowed = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
        if !scope.is_empty() && !scope.bytes().all(allowed) {
            reader.wrong(
                &key.index(index),
                "is no scope; write one scope an element, without spaces or quotes in it",
            );
            fine = false;
        }
    }
    reader.words(key, scopes).filter(|_| fine)
}

fn issuer(server: &AuthorizationServer, reader: &Reader<'_>) -> Option<Issuer> {
    let key = Key::of("authorization_server.issuer");
    let text = reader.required(
        &key,
        server.issuer.as_ref(),
        "write the authorization server's URL, such as \"https://example.okta.com/oauth2/default\"",
    )?;
    let issuer: Issuer = reader.parse(&key, text)?;
    if issuer.origin().contains("-admin.okta") {
        reader.wrong(
            &key,
            "is the admin console's address; write it without \"-admin\"",
        );
        return None;
    }
    Some(issuer)
}

fn client_auth(server: &AuthorizationServer, reader: &Reader<'_>) -> Option<ClientAuth> {
    let section = Key::of("authorization_server");
    let key = |name: &str| section.name(name);
    let given = |name: &str| reader.given(&key(name));
    let secret = reader.secret(
        (&key("client_secret"), server.client_secret.as_ref()),
        (
            &key("client_secret_file"),
            server.client_secret_file.as_ref(),
        ),
    );
    let private_key = server
        .private_key_file
        .as_ref()
        .map(|file| reader.private_key(&key("private_key_file"), file));
    let has_secret = given("client_secret") || given("client_secret_file");
    let has_key = given("private_key_file");
    let method = server.client_auth.unwrap_or(match (has_secret, has_key) {
        (_, true) => Method::PrivateKeyJwt,
        (true, false) => Method::ClientSecretBasic,
        (false, false) => Method::None,
    });
    let says = match (method, has_secret, has_key) {
        (_, true, true) => Some("a secret and a private key are both given; keep one of the two"),
        (Method::None, true, _) | (Method::None, _, true) => {
            Some("is \"none\" although a secret or a key is given; remove one of the two")
        }
        (Method::ClientSecretBasic | Method::ClientSecretPost, false, _) => {
            Some("needs a secret; give client_secret_file")
        }
        (Method::PrivateKeyJwt, _, false) => Some("needs a key; give private_key_file"),
        _ => None,
    };
    if let Some(says) = says {
        let at = if has_secret && has_key {
            "private_key_file"
        } else {
            "client_auth"
        };
        reader.wrong(&key(at), says);
        return None;
    }
    if server.private_key_id.is_some() && !has_key {
        reader.wrong(
            &key("private_key_id"),
            "names a key that is not given; give private_key_file or remove it",
        );
    }
    Some(match method {
        Method::None => ClientAuth::None,
        Method::ClientSecretBasic => ClientAuth::SecretBasic(secret?),
        Method::ClientSecretPost => ClientAuth::SecretPost(secret?),
        Method::PrivateKeyJwt => ClientAuth::PrivateKeyJwt {
            private_key: private_key??.1,
            key_id: reader.optional(&key("private_key_id"), server.private_key_id.as_ref()),
        },
    })
}

fn algorithms(key: &Key, names: &[String], reader: &Reader<'_>) -> Option<Vec<Algorithm>> {
    if names.is_empty() {
        reader.wrong(
            key,
            "is empty, so no token could be valid; write [\"RS256\"]",
        );
    }
    reader.words(key, names)?;
    let parsed = names.iter().enumerate().map(|(index, name)| {
        let symmetric = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
        let algorithm = name.parse::<Algorithm>().ok();
        let asymmetric = algorithm.filter(|algorithm| !symmetric.contains(algorithm));
        if asymmetric.is_none() {
            let says = "is no asymmetric signature algorithm; use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or \
                        EdDSA";
            reader.wrong(&key.index(index), says);
        }
        asymmetric
    });
    super::server::collect(parsed).filter(|algorithms| !algorithms.is_empty())
}
