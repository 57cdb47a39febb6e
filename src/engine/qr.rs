//! A QR code as a PNG: version 6, level L, byte mode (ISO/IEC 18004), enough for the address of an authenticator app.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, Crc, write::ZlibEncoder};

const SIZE: usize = 41;
const BLOCKS: usize = 2;
const BLOCK_DATA: usize = 68;
const BLOCK_CHECK: usize = 18;
/// What fits beside mode and length.
const CAPACITY: usize = BLOCKS * BLOCK_DATA - 2;
/// Level L, mask 0, with its check bits (§7.9).
const FORMAT: u16 = 0x77c4;
const QUIET: usize = 4;
const SCALE: usize = 4;

/// `text` as a data URI; `None` beyond 134 octets.
pub(crate) fn data_uri(text: &str) -> Option<String> {
    let symbol = Symbol::of(text)?;
    let png = png(&symbol)?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(png)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Module {
    /// Carries data: what it shows before masking.
    Data(bool),
    Empty,
    /// Part of a fixed pattern.
    Fixed(bool),
}

struct Symbol(Vec<Module>);

impl Symbol {
    fn of(text: &str) -> Option<Self> {
        let mut symbol = Self(vec![Module::Empty; SIZE * SIZE]);
        symbol.draw_patterns();
        symbol.draw_data(&codewords(text.as_bytes())?);
        Some(symbol)
    }

    fn set(&mut self, row: usize, column: usize, module: Module) {
        if row < SIZE
            && column < SIZE
            && let Some(place) = self.0.get_mut(row * SIZE + column)
        {
            *place = module;
        }
    }

    fn module(&self, row: usize, column: usize) -> Module {
        let module = self.0.get(row * SIZE + column).copied();
        module.unwrap_or(Module::Empty)
    }

    /// Whether the printed module is dark; data is masked like a chess board.
    fn is_dark(&self, row: usize, column: usize) -> bool {
        match self.module(row, column) {
            Module::Data(dark) => dark ^ ((row + column).is_multiple_of(2)),
            Module::Fixed(dark) => dark,
            Module::Empty => (row + column).is_multiple_of(2),
        }
    }

    fn draw_patterns(&mut self) {
        for place in 0..SIZE {
            self.set(6, place, Module::Fixed(place.is_multiple_of(2)));
            self.set(place, 6, Module::Fixed(place.is_multiple_of(2)));
        }
        for (row, column) in [(3, 3), (3, SIZE - 4), (SIZE - 4, 3)] {
            self.draw_square(row, column, 4, &[true, true, false, true, false]);
        }
        self.draw_square(34, 34, 2, &[true, false, true]);
        let bit = |index: usize| Module::Fixed((FORMAT >> index) & 1 == 1);
        for index in 0..15 {
            let near = match index {
                0..=5 => (index, 8),
                6 => (7, 8),
                7 => (8, 8),
                8 => (8, 7),
                _ => (8, 14 - index),
            };
            let far = if index < 8 {
                (8, SIZE - 1 - index)
            } else {
                (SIZE - 15 + index, 8)
            };
            self.set(near.0, near.1, bit(index));
            self.set(far.0, far.1, bit(index));
        }
        self.set(SIZE - 8, 8, Module::Fixed(true));
    }

    /// Rings around a centre, by their distance from it.
    fn draw_square(&mut self, row: usize, column: usize, radius: usize, rings: &[bool]) {
        for down in 0..=2 * radius {
            for right in 0..=2 * radius {
                let ring = down.abs_diff(radius).max(right.abs_diff(radius));
                let dark = rings.get(ring).copied().unwrap_or(false);
                let place = (row + down)
                    .checked_sub(radius)
                    .zip((column + right).checked_sub(radius));
                if let Some((row, column)) = place {
                    self.set(row, column, Module::Fixed(dark));
                }
            }
        }
    }

    /// Two columns at a time from the right, up and down in turn.
    fn draw_data(&mut self, codewords: &[u8]) {
        let mut bits = codewords
            .iter()
            .flat_map(|octet| (0..8).rev().map(move |bit| (octet >> bit) & 1 == 1));
        let rights = (1..SIZE)
            .rev()
            .step_by(2)
            .map(|right| if right <= 6 { right - 1 } else { right });
        for (turn, right) in rights.enumerate() {
            for step in 0..SIZE {
                let row = if turn.is_multiple_of(2) {
                    SIZE - 1 - step
                } else {
                    step
                };
                for column in [right, right - 1] {
                    if self.module(row, column) == Module::Empty {
                        let dark = bits.next().unwrap_or(false);
                        self.set(row, column, Module::Data(dark));
                    }
                }
            }
        }
    }
}

/// Mode, length, text, padding, then the check octets; both blocks interleaved.
fn codewords(text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > CAPACITY {
        return None;
    }
    let length = u8::try_from(text.len()).ok()?;
    // The mode fills half an octet: everything after it is shifted by four bits.
    let mut data = vec![0x40 | (length >> 4)];
    let mut carry = length << 4;
    for octet in text {
        data.push(carry | (octet >> 4));
        carry = octet << 4;
    }
    data.push(carry);
    let padding = [0xec, 0x11].iter().cycle();
    let missing = BLOCKS * BLOCK_DATA - data.len();
    data.extend(padding.take(missing));
    let blocks: Vec<&[u8]> = data.chunks(BLOCK_DATA).collect();
    let checks: Vec<Vec<u8>> = blocks.iter().map(|block| check(block)).collect();
    let mut all = Vec::new();
    for index in 0..BLOCK_DATA {
        all.extend(blocks.iter().filter_map(|block| block.get(index)));
    }
    for index in 0..BLOCK_CHECK {
        all.extend(checks.iter().filter_map(|check| check.get(index)));
    }
    Some(all)
}

/// Reed-Solomon check octets: the remainder of a division by the generator polynomial.
fn check(block: &[u8]) -> Vec<u8> {
    let generator = generator();
    let mut remainder = vec![0; BLOCK_CHECK];
    for octet in block {
        let factor = octet ^ remainder.first().copied().unwrap_or(0);
        remainder.rotate_left(1);
        if let Some(last) = remainder.last_mut() {
            *last = 0;
        }
        for (place, coefficient) in remainder.iter_mut().zip(&generator) {
            *place ^= multiply(*coefficient, factor);
        }
    }
    remainder
}

/// The product of `x - 2^i`, without its leading 1, highest power first.
fn generator() -> Vec<u8> {
    let mut generator = vec![0; BLOCK_CHECK];
    if let Some(last) = generator.last_mut() {
        *last = 1;
    }
    let mut root = 1;
    for _ in 0..BLOCK_CHECK {
        let next: Vec<u8> = generator.iter().skip(1).copied().chain([0]).collect();
        for (place, carried) in generator.iter_mut().zip(next) {
            *place = multiply(*place, root) ^ carried;
        }
        root = multiply(root, 2);
    }
    generator
}

/// In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.
fn multiply(one: u8, other: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let doubled = (product << 1) ^ ((product >> 7) * 0x1d);
        doubled ^ (((other >> bit) & 1) * one)
    })
}

/// An 8-bit grey PNG with the quiet zone around it.
fn png(symbol: &Symbol) -> Option<Vec<u8>> {
    let side = (SIZE + 2 * QUIET) * SCALE;
    let mut pixels = Vec::with_capacity((side + 1) * side);
    for y in 0..side {
        pixels.push(0);
        for x in 0..side {
            let place = (y / SCALE)
                .checked_sub(QUIET)
                .zip((x / SCALE).checked_sub(QUIET));
            let inside = place.filter(|(row, column)| *row < SIZE && *column < SIZE);
            let dark = inside.is_some_and(|(row, column)| symbol.is_dark(row, column));
            pixels.push(if dark { 0 } else { 255 });
        }
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&pixels).ok()?;
    let compressed = encoder.finish().ok()?;
    let side = u32::try_from(side).ok()?.to_be_bytes();
    let header = [side.as_slice(), &side, &[8, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [
        (b"IHDR", header),
        (b"IDAT", compressed),
        (b"IEND", Vec::new()),
    ] {
        png.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(&content);
        png.extend(kind);
        png.extend(content);
        png.extend(crc.sum().to_be_bytes());
    }
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_of_degree_18_is_the_standards() {
        // ISO/IEC 18004 annex A gives it as powers of 2: 215, 234, 158, …, 153.
        let power = |exponent: u32| (0..exponent).fold(1, |value, _| multiply(value, 2));
        let generator = generator();
        assert_eq!(generator[..3], [power(215), power(234), power(158)]);
        assert_eq!(generator[17], power(153));
    }

    #[test]
    fn a_text_becomes_an_image_unless_it_is_too_long() {
        assert!(
            data_uri(&"x".repeat(CAPACITY))
                .unwrap()
                .starts_with("data:image/png;base64,iVBOR")
        );
        assert!(data_uri(&"x".repeat(CAPACITY + 1)).is_none());
    }
}
