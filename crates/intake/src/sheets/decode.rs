//! Text of whatever encoding, as UTF-8.

use std::{
    fmt,
    io::{self, Read},
    str,
};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes asked of the source at a time.
const CHUNK: usize = 64 << 10;
/// Bytes around the first one that is not UTF-8 that are shown.
const SHOWN: usize = 24;

/// How a text is written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Windows1252,
}

impl Encoding {
    /// The encoding that a mapping calls by that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Utf8, Self::Utf16LittleEndian, Self::Utf16BigEndian, Self::Windows1252];
        all.into_iter().find(|encoding| encoding.to_string().eq_ignore_ascii_case(name))
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16LittleEndian => UTF_16LE,
            Self::Utf16BigEndian => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
        .new_decoder_with_bom_removal()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16LittleEndian => "UTF-16LE",
            Self::Utf16BigEndian => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// What the bytes of a text say about its encoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) encoding: Encoding,
    /// Where that is a guess: the first line that is not UTF-8, and what stands there when it is read as guessed.
    pub(crate) guessed: Option<(u64, String)>,
}

/// Tells the encoding of a text from its first bytes, or else from all of them: what is not UTF-8 is taken for
/// Windows-1252, the one that spreadsheets in the United States write.
pub(crate) fn detect(mut source: impl Read) -> io::Result<Detected> {
    let sure = |encoding| Detected { encoding, guessed: None };
    let mut buffer = vec![0; CHUNK];
    let mut filled = 0;
    let (mut line, mut first) = (1_u64, true);
    loop {
        let read = source.read(&mut buffer[filled..])?;
        filled += read;
        if first && (read == 0 || filled >= 4) {
            first = false;
            match buffer[..filled] {
                [0xff, 0xfe, ..] => return Ok(sure(Encoding::Utf16LittleEndian)),
                [0xfe, 0xff, ..] => return Ok(sure(Encoding::Utf16BigEndian)),
                [a, 0, ..] if a != 0 => return Ok(sure(Encoding::Utf16LittleEndian)),
                [0, a, ..] if a != 0 => return Ok(sure(Encoding::Utf16BigEndian)),
                _ => {}
            }
        }
        match str::from_utf8(&buffer[..filled]) {
            Ok(_) => {
                line += newlines(&buffer[..filled]);
                filled = 0;
            }
            // A character is cut off at the end of what was read so far.
            Err(error) if error.error_len().is_none() && read > 0 => {
                let valid = error.valid_up_to();
                line += newlines(&buffer[..valid]);
                buffer.copy_within(valid..filled, 0);
                filled -= valid;
            }
            Err(error) => {
                let at = error.valid_up_to();
                line += newlines(&buffer[..at]);
                let around = around(&buffer[..filled], at);
                let shown = WINDOWS_1252.decode_without_bom_handling(around).0.into_owned();
                return Ok(Detected { encoding: Encoding::Windows1252, guessed: Some((line, shown)) });
            }
        }
        if read == 0 {
            return Ok(sure(Encoding::Utf8));
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The word in which a byte stands, or what is near it.
fn around(bytes: &[u8], at: usize) -> &[u8] {
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'\t' | b'|' | b'"' | b'\r' | b'\n');
    let start = bytes[..at].iter().rposition(ends).map_or(0, |place| place + 1).max(at.saturating_sub(SHOWN));
    let end = bytes[at..].iter().position(ends).map_or(bytes.len(), |place| at + place).min(at + SHOWN);
    &bytes[start..end]
}

/// Bytes of any encoding, read as UTF-8. What has no meaning in the encoding is replaced, as U+FFFD.
pub(crate) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    filled: usize,
    output: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(source: R, encoding: Encoding) -> Self {
        let decoder = encoding.decoder();
        let (input, output) = (vec![0; CHUNK], vec![0; 2 * CHUNK]);
        Self { source, decoder, input, filled: 0, output, from: 0, to: 0, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.from == self.to && !self.ended {
            let read = self.source.read(&mut self.input[self.filled..])?;
            self.filled += read;
            let last = read == 0;
            let (result, taken, written, _) =
                self.decoder.decode_to_utf8(&self.input[..self.filled], &mut self.output, last);
            self.input.copy_within(taken..self.filled, 0);
            self.filled -= taken;
            (self.from, self.to) = (0, written);
            self.ended = last && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let length = buffer.len().min(self.to - self.from);
        buffer[..length].copy_from_slice(&self.output[self.from..self.from + length]);
        self.from += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        Decoded::new(bytes, encoding).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_are_told_apart() {
        let detected = |bytes: &[u8]| detect(bytes).unwrap().encoding;
        assert_eq!(detected(b"a,b\n"), Encoding::Utf8);
        assert_eq!(detected(b""), Encoding::Utf8);
        assert_eq!(detected("\u{feff}Jos\u{e9}".as_bytes()), Encoding::Utf8);
        assert_eq!(detected(b"\xff\xfea\0"), Encoding::Utf16LittleEndian);
        assert_eq!(detected(b"\0a\0b"), Encoding::Utf16BigEndian);
        assert_eq!(detected(b"Jos\xe9\n"), Encoding::Windows1252);
    }

    #[test]
    fn a_guess_says_where_it_was_made() {
        let detected = detect(&b"id,name\n1,Ana\n2,\"Ruiz, Jos\xe9\",x\n"[..]).unwrap();
        assert_eq!(detected.guessed, Some((3, " Jos\u{e9}".to_owned())));
    }

    #[test]
    fn a_character_that_two_reads_share_is_no_guess() {
        let text = format!("{}\u{e9}", "a".repeat(CHUNK - 1));
        assert_eq!(detect(text.as_bytes()).unwrap().encoding, Encoding::Utf8);
    }

    #[test]
    fn every_encoding_is_read_as_utf_8() {
        assert_eq!(decoded(b"Jos\xe9 \x80", Encoding::Windows1252), "Jos\u{e9} \u{20ac}");
        assert_eq!(decoded(b"\xff\xfeJ\0\xe9\0", Encoding::Utf16LittleEndian), "J\u{e9}");
        assert_eq!(decoded("\u{feff}a".as_bytes(), Encoding::Utf8), "a");
        let long = "\u{e9}".repeat(200_000);
        assert_eq!(decoded(long.as_bytes(), Encoding::Utf8), long);
    }
}
