//! Texts made from an input: changed copies of a good one, and tokens that the issuer's own key signed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::issuer::{self, Issuer};

/// The good text with the character at each place (two octets) replaced by another of the alphabet (one octet).
pub(crate) fn edited(good: &str, edits: &[u8]) -> String {
    let mut octets = good.as_bytes().to_vec();
    for edit in edits.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % octets.len();
        octets[place] = ALPHABET[usize::from(edit[2]) % ALPHABET.len()];
    }
    String::from_utf8(octets).unwrap()
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";

/// A token to be judged.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) text: String,
    /// Whether our key signed just this text.
    pub(crate) is_signed: bool,
    /// Whether nothing was changed about it.
    pub(crate) is_good: bool,
}

/// `r` and a text: that. `e` and edits: the good token, changed. `s` and `{"head":…,"claims":…}`: what is laid over the good
/// header and claims (`null` removes), signed. `w`, a line and the rest: a raw header and payload, signed.
pub(crate) fn tried(input: &[u8], good: &Value) -> Option<Tried> {
    let issuer = Issuer::at_hand();
    let head = issuer::head();
    let good_token = issuer.sign(&head.to_string(), &good.to_string());
    let (mode, rest) = input.split_first()?;
    match mode {
        b'r' | b'e' => {
            let text = match mode {
                b'r' => String::from_utf8_lossy(rest).into_owned(),
                _ => edited(&good_token, rest),
            };
            let is_good = text == good_token;
            Some(Tried {
                text,
                is_signed: is_good,
                is_good,
            })
        }
        b's' => {
            let changes: Value = serde_json::from_slice(rest).ok()?;
            let (head, claims) = (
                laid_over(&head, changes.get("head")),
                laid_over(good, changes.get("claims")),
            );
            Some(Tried {
                text: issuer.sign(&head.to_string(), &claims.to_string()),
                is_signed: true,
                is_good: head == issuer::head() && claims == *good,
            })
        }
        b'w' => {
            let text = String::from_utf8_lossy(rest).into_owned();
            let (head, payload) = text.split_once('\n')?;
            Some(Tried {
                text: issuer.sign(head, &payload.replace("{ISS}", &issuer.url)),
                is_signed: true,
                is_good: false,
            })
        }
        _ => None,
    }
}

fn laid_over(good: &Value, changes: Option<&Value>) -> Value {
    let mut all = good.as_object().unwrap().clone();
    if let Some(Value::Object(changes)) = changes {
        all.extend(changes.clone());
    }
    all.retain(|_, value| !value.is_null());
    Value::Object(all)
}

/// Header and claims of a token, read by nobody's rules but JSON's.
pub(crate) fn taken_apart(token: &str) -> (Map<String, Value>, Map<String, Value>) {
    let mut parts = token.split('.').map(|part| {
        let octets = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        match serde_json::from_slice(&octets) {
            Ok(Value::Object(object)) => object,
            _ => Map::new(),
        }
    });
    (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    )
}

/// What every accepted token must say, whatever it is for.
pub(crate) fn judge(tried: &Tried, audience: &str, kinds: &[&str]) -> Map<String, Value> {
    use super::keeper::NOW;
    const SKEW: f64 = 30.0;
    let issuer = Issuer::at_hand();
    let text = &tried.text;
    assert!(tried.is_signed, "accepted, and not signed: {text}");
    let (head, claims) = taken_apart(text);
    assert_eq!(head["alg"], "ES256", "{text}");
    assert_eq!(head["kid"], "k1", "{text}");
    for refused in ["crit", "b64", "zip", "enc"] {
        assert!(!head.contains_key(refused), "{refused}: {text}");
    }
    if let Some(kind) = head.get("typ") {
        let kind = kind.as_str().unwrap().to_ascii_lowercase();
        assert!(kinds.contains(&kind.as_str()), "{kind}: {text}");
    }
    assert_eq!(claims["iss"], issuer.url.as_str(), "{text}");
    let audiences = match &claims["aud"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    assert!(audiences.contains(&audience.into()), "{audiences:?}");
    let time = |name: &str| claims.get(name).map(|time| time.as_f64().unwrap());
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let now = NOW as f64;
    assert!(time("exp").unwrap() + SKEW > now, "it has expired: {text}");
    for name in ["nbf", "iat"] {
        // Fractions are cut off.
        assert!(
            time(name).is_none_or(|at| at.floor() <= now + SKEW),
            "{name}: {text}"
        );
    }
    claims
}
