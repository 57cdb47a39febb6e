//! The relying party's side of WebAuthn Level 2, for ES256 credentials: an assertion is verified, an attestation read.
//!
//! Attestation statements are not judged: who made the key does not matter to a development engine.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use http::HeaderValue;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{cbor::Cbor, cors};

/// The user was there (§6.1).
const USER_PRESENT: u8 = 0x01;
/// A credential follows (§6.1).
const ATTESTED: u8 = 0x40;

/// A registered credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecurityKey {
    pub(crate) credential_id: Vec<u8>,
    /// An uncompressed P-256 point.
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: u32,
    /// It can be found without a name: a passkey.
    pub(crate) resident: bool,
}

impl SecurityKey {
    /// As the wire and the config file write it.
    pub(crate) fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential_id)
    }
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Challenge<'a> {
    /// As the client data write it.
    pub(crate) text: &'a str,
    /// The relying party, where it is not the page's own host.
    pub(crate) domain: Option<&'a str>,
}

/// `clientDataJSON` (§5.8.1).
#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
}

/// Octets in standard base64 or base64url, padded or not (protocol reference 5.6).
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let standard = text
        .trim_end_matches('=')
        .replace('-', "+")
        .replace('_', "/");
    STANDARD_NO_PAD.decode(standard).ok()
}

/// Verifies an assertion (§7.2) with the key that made it, and returns its counter.
pub(crate) fn verify(
    key: &SecurityKey,
    challenge: &Challenge<'_>,
    client_data: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
) -> Option<u32> {
    let host = host(client_data, "webauthn.get", challenge)?;
    let data = AuthenticatorData::read(authenticator_data, &host)?;
    let mut message = authenticator_data.to_vec();
    message.extend(Sha256::digest(client_data));
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.public_key)
        .verify(&message, signature)
        .ok()?;
    // A counter that does not grow is a clone's, unless the key counts nothing.
    let counts = data.sign_count > key.sign_count || data.sign_count == 0 && key.sign_count == 0;
    counts.then_some(data.sign_count)
}

/// Reads the credential of an attestation (§7.1).
pub(crate) fn register(
    challenge: &Challenge<'_>,
    client_data: &[u8],
    attestation: &[u8],
) -> Option<SecurityKey> {
    let host = host(client_data, "webauthn.create", challenge)?;
    let attestation = Cbor::parse(attestation)?.0;
    let data = attestation.member("authData")?.bytes()?;
    let data = AuthenticatorData::read(data, &host)?;
    if data.flags & ATTESTED == 0 {
        return None;
    }
    let (_aaguid, rest) = data.rest.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (credential_id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let key = Cbor::parse(rest)?.0;
    let number = |label| key.numbered(label).and_then(Cbor::number);
    // COSE: an EC2 key on P-256 for ES256 (RFC 9053 §2.1, §7.1.1).
    if (number(1), number(3), number(-1)) != (Some(2), Some(-7), Some(1)) {
        return None;
    }
    let (x, y) = (key.numbered(-2)?.bytes()?, key.numbered(-3)?.bytes()?);
    let whole = x.len() == 32 && y.len() == 32;
    whole.then(|| SecurityKey {
        credential_id: credential_id.to_vec(),
        public_key: [&[0x04], x, y].concat(),
        sign_count: data.sign_count,
        resident: true,
    })
}

/// The relying party of a trusted page that was asked this very challenge.
fn host(client_data: &[u8], kind: &str, challenge: &Challenge<'_>) -> Option<String> {
    let client_data: ClientData = serde_json::from_slice(client_data).ok()?;
    let asked = client_data.r#type == kind && client_data.challenge == challenge.text;
    let origin = HeaderValue::from_str(&client_data.origin).ok()?;
    if !asked || !cors::is_trusted(&origin) {
        return None;
    }
    let url = Url::parse(&client_data.origin).ok()?;
    let host = url.host_str()?;
    let Some(domain) = challenge.domain else {
        return Some(host.to_owned());
    };
    let below = host.strip_suffix(domain)?;
    (below.is_empty() || below.ends_with('.')).then(|| domain.to_owned())
}

struct AuthenticatorData<'a> {
    flags: u8,
    sign_count: u32,
    rest: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// For this relying party, with somebody there.
    fn read(data: &'a [u8], host: &str) -> Option<Self> {
        let (rp_id_hash, rest) = data.split_first_chunk::<32>()?;
        let (&flags, rest) = rest.split_first()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let expected: [u8; 32] = Sha256::digest(host).into();
        if *rp_id_hash != expected || flags & USER_PRESENT == 0 {
            return None;
        }
        Some(Self {
            flags,
            sign_count: u32::from_be_bytes(*count),
            rest,
        })
    }
}
