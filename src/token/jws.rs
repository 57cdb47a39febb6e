//! A JWS in compact form, read strictly (RFC 7515 §7.1): three segments, base64url without padding or stray bits, objects
//! without duplicate names, nothing critical, nothing encrypted or compressed (security J4, J5).

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::{Refused, unique::Unique};

/// Longest token that is looked at.
const MAX_TOKEN: usize = 16 * 1024;
/// Longest `kid`: it is a name to look up, nothing else (security J3).
pub(super) const MAX_KEY_ID: usize = 256;

const STRICT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// A token taken apart, nothing verified yet.
#[derive(Debug)]
pub(super) struct Jws<'a> {
    /// From the header; only to be compared with the key's.
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    /// `typ`, lower case.
    pub(super) kind: Option<String>,
    pub(super) claims: Map<String, Value>,
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Refused> {
        if token.len() > MAX_TOKEN {
            return Err(Refused::Malformed("it is too long"));
        }
        let (signed, signature) = token
            .rsplit_once('.')
            .ok_or(Refused::Malformed("it has no three parts"))?;
        let (header, payload) = signed
            .split_once('.')
            .ok_or(Refused::Malformed("it has no three parts"))?;
        if payload.contains('.') || header.is_empty() || payload.is_empty() || signature.is_empty()
        {
            return Err(Refused::Malformed("it has no three parts"));
        }
        let signature =
            base64url(signature).ok_or(Refused::Malformed("its signature is no base64url"))?;
        let header = object(header)?;
        for refused in ["crit", "b64", "zip", "enc"] {
            if header.contains_key(refused) {
                return Err(Refused::Malformed(
                    "its header asks for what is not supported",
                ));
            }
        }
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let algorithm = text("alg")
            .and_then(|alg| alg.parse().ok())
            .ok_or(Refused::Algorithm)?;
        let key_id = text("kid")
            .filter(|kid| !kid.is_empty() && kid.len() <= MAX_KEY_ID)
            .ok_or(Refused::Key)?
            .to_owned();
        let kind = match header.get("typ") {
            None => None,
            Some(Value::String(kind)) => Some(kind.to_ascii_lowercase()),
            Some(_) => return Err(Refused::Kind),
        };
        Ok(Self {
            algorithm,
            key_id,
            kind,
            claims: object(payload)?,
            signed,
            signature,
        })
    }
}

/// One way to write the octets, and no other.
pub(super) fn base64url(text: &str) -> Option<Vec<u8>> {
    STRICT.decode(text).ok()
}

fn object(segment: &str) -> Result<Map<String, Value>, Refused> {
    let octets = base64url(segment).ok_or(Refused::Malformed("it is no base64url"))?;
    let Unique(value) = serde_json::from_slice(&octets)
        .map_err(|_| Refused::Malformed("it is no JSON, or a name stands twice in it"))?;
    if let Value::Object(object) = value {
        Ok(object)
    } else {
        Err(Refused::Malformed("it is no JSON object"))
    }
}
