//! A small mutator: what `libFuzzer` does without knowing the coverage.

/// A repeatable sequence (splitmix64).
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap().max(1);
        usize::try_from(self.next() % end).unwrap()
    }

    fn octet(&mut self) -> u8 {
        self.next().to_be_bytes()[7]
    }
}

/// One of the inputs, changed in up to five places.
pub(crate) fn mutated(inputs: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = inputs[chance.below(inputs.len())].clone();
    for _ in 0..=chance.below(5) {
        change(&mut input, inputs, chance);
    }
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, inputs: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let end = at + chance.below((input.len() - at).min(64) + 1);
    match chance.below(9) {
        0 => drop(input.drain(at..end)),
        1 => drop(input.splice(at..at, [chance.octet()])),
        2 => {
            if let Some(octet) = input.get_mut(at) {
                *octet ^= 1 << chance.below(8);
            }
        }
        3 => {
            if let Some(octet) = input.get_mut(at) {
                *octet = chance.octet();
            }
        }
        4 => {
            let repeated = input[at..end].repeat(1 + chance.below(4));
            drop(input.splice(at..at, repeated));
        }
        5 | 6 => {
            let word = WORDS[chance.below(WORDS.len())];
            drop(input.splice(at..end.min(at + word.len()), word.bytes()));
        }
        7 => {
            let other = &inputs[chance.below(inputs.len())];
            let from = chance.below(other.len() + 1);
            let to = from + chance.below((other.len() - from).min(256) + 1);
            drop(input.splice(at..end, other[from..to].iter().copied()));
        }
        _ => {
            let (from, to) = (chance.below(input.len() + 1), chance.below(input.len() + 1));
            if from < input.len() && to < input.len() {
                input.swap(from, to);
            }
        }
    }
}

const LONGEST: usize = 64 * 1024;

/// What means something to one parser or another.
const WORDS: [&str; 58] = [
    "\0",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\"",
    "'",
    "<",
    ">",
    "&",
    "%",
    "%2f",
    "%2e",
    "%5c",
    "%00",
    "%25",
    "/",
    "//",
    "/../",
    "/./",
    "\\",
    ";",
    "#",
    "?",
    "=",
    ",",
    ".",
    ":",
    "@",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "[]",
    "null",
    "true",
    "false",
    "\"false\"",
    "0",
    "-1",
    "18446744073709551616",
    "1e999",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "🦀",
    "\u{fffe}",
    "<script>",
    "{{7*7}}",
    "__proto__",
    "\"value\":",
    "\"name\":",
    "\"form\":",
    "\"options\":",
    "\"mutable\":false",
    "\"required\":true",
];
