//! A JWS in compact form, read strictly (RFC 7515 §7.1): three segments, base64url without padding or stray bits, objects
//! without duplicate names, nothing critical, nothing encrypted or compressed (security J4, J5).

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::Algorithm;

use super::{Refused, claims_set::ClaimsSet};

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

/// A token whose header was read; nothing of it is verified yet, and its payload not even looked at.
#[derive(Debug)]
pub(super) struct Jws<'a> {
    /// From the header; only to be compared with the key's.
    pub(super) algorithm: Algorithm,
    pub(super) key_id: String,
    header: ClaimsSet,
    payload: &'a str,
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
        let (head, payload) = signed
            .split_once('.')
            .ok_or(Refused::Malformed("it has no three parts"))?;
        if payload.contains('.') || head.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(Refused::Malformed("it has no three parts"));
        }
        let signature =
            base64url(signature).ok_or(Refused::Malformed("its signature is no base64url"))?;
        let header = object(head)?;
        for refused in ["crit", "b64", "zip", "enc"] {
            if header.contains(refused) {
                return Err(Refused::Malformed(
                    "its header asks for what is not supported",
                ));
            }
        }
        let algorithm = header
            .text("alg")
            .and_then(|alg| alg.parse().ok())
            .ok_or(Refused::Algorithm)?;
        let key_id = header
            .text("kid")
            .filter(|kid| !kid.is_empty() && kid.len() <= MAX_KEY_ID)
            .ok_or(Refused::Key)?
            .to_owned();
        if header.contains("typ") && header.text("typ").is_none() {
            return Err(Refused::Kind);
        }
        Ok(Self {
            algorithm,
            key_id,
            header,
            payload,
            signed,
            signature,
        })
    }

    /// Whether its `typ`, where there is one, is among these.
    pub(super) fn may_be(&self, kinds: &[&str]) -> bool {
        self.header
            .text("typ")
            .is_none_or(|typ| kinds.iter().any(|kind| typ.eq_ignore_ascii_case(kind)))
    }

    /// What it says.
    pub(super) fn claims(&self) -> Result<ClaimsSet, Refused> {
        object(self.payload)
    }
}

/// One way to write the octets, and no other.
pub(super) fn base64url(text: &str) -> Option<Vec<u8>> {
    STRICT.decode(text).ok()
}

fn object(segment: &str) -> Result<ClaimsSet, Refused> {
    let octets = base64url(segment).ok_or(Refused::Malformed("it is no base64url"))?;
    ClaimsSet::read(octets).ok_or(Refused::Malformed(
        "it is no JSON object, or a name stands twice in it",
    ))
}
