//! Proving who we are, the same way at every endpoint (protocol reference 1.8).

use aws_lc_rs::{
    rand::SystemRandom as SigningRandom,
    rsa::KeyPair as RsaKeyPair,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, HeaderValue, header};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::json;
use url::form_urlencoded;

use super::{ClientAuth, OAuthError};
use crate::{
    clock::Clock,
    random::{self, Random},
    secret::Secret,
};

/// Parameters of a form-encoded request, in order.
pub(crate) type Form = Vec<(&'static str, String)>;

/// How long an assertion is good: long enough for clocks that differ, far below the hour that is allowed.
const ASSERTION_LIFE: u64 = 120;

/// Adds what proves the client to a request for `endpoint`, its absolute URL.
pub(super) fn authenticate(
    auth: &ClientAuth,
    client_id: &str,
    endpoint: &str,
    form: &mut Form,
    headers: &mut HeaderMap,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<(), OAuthError> {
    match auth {
        ClientAuth::None => form.push(("client_id", client_id.to_owned())),
        ClientAuth::SecretBasic(secret) => {
            headers.insert(header::AUTHORIZATION, basic(client_id, secret)?);
        }
        ClientAuth::SecretPost(secret) => {
            form.push(("client_id", client_id.to_owned()));
            form.push(("client_secret", secret.expose().to_owned()));
        }
        ClientAuth::PrivateKeyJwt {
            private_key,
            key_id,
        } => {
            let assertion = assertion(
                private_key,
                key_id.as_deref(),
                client_id,
                endpoint,
                clock.unix(),
                random,
            )?;
            form.push(("client_id", client_id.to_owned()));
            form.push((
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ));
            form.push(("client_assertion", assertion));
        }
    }
    Ok(())
}

/// Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
fn basic(client_id: &str, secret: &Secret) -> Result<HeaderValue, OAuthError> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret.expose()));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| OAuthError::ClientKey("the secret can't be encoded".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A JWT for one endpoint, good once (RFC 7523 §3): `aud` is that endpoint's URL.
fn assertion(
    private_key: &Secret,
    key_id: Option<&str>,
    client_id: &str,
    endpoint: &str,
    now: u64,
    random: &dyn Random,
) -> Result<String, OAuthError> {
    let key = Key::from_pem(private_key)?;
    let mut head = json!({ "alg": key.algorithm(), "typ": "JWT" });
    if let (Some(kid), Some(head)) = (key_id, head.as_object_mut()) {
        head.insert("kid".to_owned(), kid.into());
    }
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": endpoint,
        "iat": now,
        "exp": now.saturating_add(ASSERTION_LIFE),
        "jti": random::token(random),
    });
    let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&head), encode(&claims));
    let signature = key.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Key {
    fn from_pem(pem: &Secret) -> Result<Self, OAuthError> {
        let unusable = |why: &str| OAuthError::ClientKey(why.to_owned());
        let der = PrivateKeyDer::from_pem_slice(pem.expose().as_bytes())
            .map_err(|_| unusable("it is no private key in PEM"))?;
        if let PrivateKeyDer::Pkcs1(key) = &der {
            return RsaKeyPair::from_der(key.secret_pkcs1_der())
                .map(Self::Rsa)
                .map_err(|_| unusable("the RSA key is not good"));
        }
        let PrivateKeyDer::Pkcs8(key) = &der else {
            return Err(unusable(
                "it is neither PKCS#8 nor PKCS#1: convert it with `openssl pkcs8 -topk8 -nocrypt`",
            ));
        };
        let der = key.secret_pkcs8_der();
        RsaKeyPair::from_pkcs8(der)
            .map(Self::Rsa)
            .or_else(|_| {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Self::Ec)
            })
            .map_err(|_| unusable("it is neither an RSA nor a P-256 key"))
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, OAuthError> {
        let failed = |_| OAuthError::ClientKey("signing failed".to_owned());
        match self {
            Self::Ec(key) => key
                .sign(&SigningRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(failed),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SigningRandom::new(),
                    message,
                    &mut signature,
                )
                .map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::SystemClock, random::SeededRandom};

    fn prove(auth: &ClientAuth) -> (Form, HeaderMap) {
        let (mut form, mut headers) = (Form::new(), HeaderMap::new());
        let endpoint = "https://example.okta.com/oauth2/default/v1/token";
        authenticate(
            auth,
            "client+1",
            endpoint,
            &mut form,
            &mut headers,
            &SystemClock,
            &SeededRandom::new(1),
        )
        .unwrap();
        (form, headers)
    }

    #[test]
    fn a_public_client_names_itself_and_a_basic_one_proves_itself_in_the_header_alone() {
        let (form, headers) = prove(&ClientAuth::None);
        assert_eq!(
            (form, headers.len()),
            (vec![("client_id", "client+1".to_owned())], 0)
        );
        let (form, headers) = prove(&ClientAuth::SecretBasic("s:cret".into()));
        assert!(form.is_empty());
        assert_eq!(
            headers["authorization"],
            format!("Basic {}", STANDARD.encode("client%2B1:s%3Acret"))
        );
        let (form, headers) = prove(&ClientAuth::SecretPost("s:cret".into()));
        assert_eq!(form[1], ("client_secret", "s:cret".to_owned()));
        assert!(headers.is_empty());
    }

    #[test]
    fn an_assertion_is_for_one_endpoint_and_can_be_checked() {
        use aws_lc_rs::{encoding::AsDer, signature::KeyPair};
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = key.to_pkcs8v1().unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der.as_ref())
        );
        let (form, _) = prove(&ClientAuth::PrivateKeyJwt {
            private_key: pem.into(),
            key_id: Some("k1".into()),
        });
        let assertion = &form[2].1;
        let parts: Vec<_> = assertion.split('.').collect();
        let claims: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        assert_eq!(
            claims["aud"],
            "https://example.okta.com/oauth2/default/v1/token"
        );
        assert_eq!(
            (claims["iss"].clone(), claims["sub"].clone()),
            ("client+1".into(), "client+1".into())
        );
        let public: aws_lc_rs::encoding::PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        drop(public);
        let verifier = aws_lc_rs::signature::UnparsedPublicKey::new(
            &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED,
            key.public_key().as_ref(),
        );
        let signed = format!("{}.{}", parts[0], parts[1]);
        verifier
            .verify(
                signed.as_bytes(),
                &URL_SAFE_NO_PAD.decode(parts[2]).unwrap(),
            )
            .unwrap();
    }
}
