//! The pseudo language: English with accents and a good third longer, so that what is not translated and what does not
//! fit can be seen.

use std::borrow::Cow;

/// Its tag.
pub(super) const TAG: &str = "xx-AC";

/// Accents a text and makes it longer; what is put in stays as it is.
pub(super) fn accented(text: &str) -> Cow<'_, str> {
    let mut accented = String::with_capacity(text.len() * 2);
    for (number, character) in text.chars().enumerate() {
        let changed = PLAIN
            .chars()
            .position(|plain| plain == character)
            .and_then(|at| ACCENTED.chars().nth(at));
        accented.push(changed.unwrap_or(character));
        // Every fourth letter twice, and each vowel: about 40 % more.
        if character.is_alphabetic() && (number % 4 == 0 || "aeiou".contains(character)) {
            accented.push(changed.unwrap_or(character));
        }
    }
    Cow::Owned(accented)
}

const PLAIN: &str = "AEIOUaeioucnsyzCNSYZ";
const ACCENTED: &str = "ÀÉÎÕÜàéîõüçñšýžÇÑŠÝŽ";
