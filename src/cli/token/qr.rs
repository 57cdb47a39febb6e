//! A QR code in the terminal: the engine's picture, two rows of modules to a line.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Light modules around the code, which scanners need (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 2;
/// No code is larger: version 40 has 177 modules.
const MOST: usize = 177;

/// The code of a `data:` address with a PNG; `None` where the picture is no QR code.
pub(super) fn text(data: &str) -> Option<String> {
    let encoded = data.strip_prefix("data:image/png;base64,")?;
    let picture = Picture::read(&STANDARD.decode(encoded).ok()?)?;
    Some(drawn(&picture.modules()?))
}

/// Which pixels are dark.
struct Picture {
    width: usize,
    dark: Vec<bool>,
}

impl Picture {
    fn read(png: &[u8]) -> Option<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let mut octets = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut octets).ok()?;
        let samples = frame.color_type.samples();
        Some(Self {
            width: usize::try_from(frame.width).ok()?,
            dark: octets
                .chunks_exact(samples)
                .map(|pixel| pixel.first().is_some_and(|first| *first < 128) && !is_clear(pixel))
                .collect(),
        })
    }

    fn is_dark(&self, row: usize, column: usize) -> bool {
        column < self.width
            && self
                .dark
                .get(row * self.width + column)
                .copied()
                .unwrap_or(false)
    }

    /// The modules, row by row: one is a seventh of the finder pattern, whose upper edge is the first dark line.
    fn modules(&self) -> Option<Vec<Vec<bool>>> {
        let first = self.dark.iter().position(|dark| *dark)?;
        let (top, left) = (first / self.width, first % self.width);
        let run = (left..self.width)
            .take_while(|column| self.is_dark(top, *column))
            .count();
        let last = (left..self.width)
            .filter(|column| self.is_dark(top, *column))
            .max()?;
        let size = run / 7;
        if size == 0 || run % 7 != 0 {
            return None;
        }
        let count = (last + 1 - left) / size;
        if count > MOST || count % 4 != 1 {
            return None;
        }
        let middle = |number: usize| number * size + size / 2;
        let row = |row: usize| {
            (0..count)
                .map(|column| self.is_dark(top + middle(row), left + middle(column)))
                .collect()
        };
        Some((0..count).map(row).collect())
    }
}

/// A pixel with an alpha sample that lets the ground through.
fn is_clear(pixel: &[u8]) -> bool {
    matches!(pixel, [_, alpha] | [_, _, _, alpha] if *alpha < 128)
}

/// Light modules are printed, since most terminals are dark; half a block is one module.
fn drawn(modules: &[Vec<bool>]) -> String {
    let count = modules.len();
    let is_light = |row: usize, column: usize| {
        let inside = row.checked_sub(QUIET).zip(column.checked_sub(QUIET));
        let module = inside.and_then(|(row, column)| modules.get(row)?.get(column));
        !module.copied().unwrap_or(false)
    };
    let lines = (0..count + 2 * QUIET).step_by(2).map(|row| {
        let line: String = (0..count + 2 * QUIET)
            .map(
                |column| match (is_light(row, column), is_light(row + 1, column)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                },
            )
            .collect();
        line
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three finder patterns of a version 1 code, four pixels to a module, in a quiet zone.
    fn sample() -> Vec<u8> {
        let finder = |row: usize, column: usize| {
            let ring = row.abs_diff(3).max(column.abs_diff(3));
            row < 7 && column < 7 && ring != 2
        };
        let is_dark = |row: usize, column: usize| {
            finder(row, column)
                || column >= 14 && finder(row, column - 14)
                || row >= 14 && finder(row - 14, column)
        };
        let mut pixels = Vec::new();
        for row in 0..29_usize * 4 {
            for column in 0..29_usize * 4 {
                let inside = (row / 4).checked_sub(4).zip((column / 4).checked_sub(4));
                let dark = inside.is_some_and(|(row, column)| is_dark(row, column));
                pixels.push(if dark { 0 } else { 255 });
            }
        }
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 29 * 4, 29 * 4);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        png
    }

    #[test]
    fn modules_become_half_blocks() {
        let address = format!("data:image/png;base64,{}", STANDARD.encode(sample()));
        let text = text(&address).unwrap();
        let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        assert_eq!(lines.len(), 13);
        assert!(lines.iter().all(|line| line.len() == 25));
        // Two modules of quiet, then the upper left corner of a finder pattern: dark above, dark and light below it.
        let corner: String = lines[1].iter().take(10).collect();
        assert_eq!(corner, "██ ▄▄▄▄▄ █");
    }

    #[test]
    fn what_is_no_code_is_not_drawn() {
        for address in [
            "data:image/png;base64,aaaa",
            "data:image/svg+xml;base64,aaaa",
            "https://example.com/qr.png",
        ] {
            assert_eq!(text(address), None, "{address}");
        }
    }
}
