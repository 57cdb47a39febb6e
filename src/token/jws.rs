//! A JWS in compact form, read strictly (RFC 7515 §7.1): three segments, base64url without padding or stray bits, objects
//! without duplicate names, nothing critical, nothing encrypted or compressed (security J4, J5).

use std::sync::Arc;

use aws_lc_rs::digest;
use jsonwebtoken::Algorithm;
use memchr::memchr;

use super::{
    Refused,
    claims_set::ClaimsSet,
    remembered::{Digest, octets_of},
};
use crate::base64url;

/// Longest token that is looked at.
const MAX_TOKEN: usize = 16 * 1024;
/// Longest `kid`: it is a name to look up, nothing else (security J3).
pub(super) const MAX_KEY_ID: usize = 256;

const NOT_THREE: Refused = Refused::Malformed("it has no three parts");

/// A token whose header was read; nothing of it is verified yet, and its payload not even looked at.
#[derive(Debug)]
pub(super) struct Jws<'a> {
    pub(super) header: Arc<Header>,
    payload: &'a str,
    pub(super) signed: &'a str,
    signature: &'a str,
}

/// Of a token, by SHA-256.
pub(super) struct Hashes {
    /// Of what is signed.
    pub(super) signed: digest::Digest,
    /// Of the whole token.
    pub(super) token: Digest,
}

/// A JOSE header (RFC 7515 §4), as far as it matters here. Most tokens of one key bear the same.
#[derive(Debug)]
pub(super) struct Header {
    /// As it stands in the token.
    text: String,
    /// Only to be compared with the key's.
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Arc<str>,
    /// `typ`.
    kind: Option<String>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, Refused> {
        Self::parse_beside(token, None)
    }

    /// The same, where a token with the same header may have been read before.
    pub(super) fn parse_beside(
        token: &'a str,
        before: Option<&Arc<Header>>,
    ) -> Result<Self, Refused> {
        if token.len() > MAX_TOKEN {
            return Err(Refused::Malformed("it is too long"));
        }
        // A fourth part would stand in the signature, which is no base64url then.
        let (head, rest) = cut(token)?;
        let (payload, signature) = cut(rest)?;
        if head.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(NOT_THREE);
        }
        let header = match before {
            Some(known) if known.text == head => Arc::clone(known),
            _ => Arc::new(Header::read(head)?),
        };
        let signed = token.len() - signature.len() - 1;
        Ok(Self {
            header,
            payload,
            signed: token.get(..signed).unwrap_or_default(),
            signature,
        })
    }

    /// Whether its `typ`, where there is one, is among these.
    pub(super) fn may_be(&self, kinds: &[&str]) -> bool {
        let kind = self.header.kind.as_ref();
        kind.is_none_or(|typ| kinds.iter().any(|kind| typ.eq_ignore_ascii_case(kind)))
    }

    /// What it says.
    pub(super) fn claims(&self) -> Result<ClaimsSet, Refused> {
        object(self.payload)
    }

    /// Both hashes in one go: the token is what is signed and its signature.
    pub(super) fn hashes(&self) -> Hashes {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.signed.as_bytes());
        let signed = context.clone().finish();
        context.update(b".");
        context.update(self.signature.as_bytes());
        Hashes {
            signed,
            token: octets_of(&context.finish()),
        }
    }

    /// The octets of its signature.
    pub(super) fn signature(&self) -> Result<Vec<u8>, Refused> {
        base64url::decode(self.signature).ok_or(Refused::Malformed("its signature is no base64url"))
    }
}

impl Header {
    fn read(text: &str) -> Result<Self, Refused> {
        let header = object(text)?;
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
            .into();
        let kind = header.text("typ").map(str::to_owned);
        if header.contains("typ") && kind.is_none() {
            return Err(Refused::Kind);
        }
        Ok(Self {
            text: text.to_owned(),
            algorithm,
            key_id,
            kind,
        })
    }
}

/// What stands before the first full stop, and what behind it.
fn cut(text: &str) -> Result<(&str, &str), Refused> {
    let at = memchr(b'.', text.as_bytes()).ok_or(NOT_THREE)?;
    let (before, stop) = text.split_at_checked(at).ok_or(NOT_THREE)?;
    Ok((before, stop.get(1..).unwrap_or_default()))
}

fn object(segment: &str) -> Result<ClaimsSet, Refused> {
    let octets = base64url::decode(segment).ok_or(Refused::Malformed("it is no base64url"))?;
    ClaimsSet::read(octets).ok_or(Refused::Malformed(
        "it is no JSON object, or a name stands twice in it",
    ))
}
