//! Bundles that are broken by chance.

use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{Bundle, archive_said, read_at};

/// Bytes that mean something to one reader or another.
const TELLING: &[&[u8]] = &[
    b"\"",
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"=",
    b"9999-12-31",
    b"-",
    b"PK\x03\x04",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// `read_at` checks that every row is accounted for.
    #[test]
    fn whatever_is_put_into_a_file_is_survived(
        file in 0_usize..8, at in any::<prop::sample::Index>(), telling in 0..TELLING.len(), times in 1_usize..4,
    ) {
        let mut bundle = Bundle::clean();
        let bytes = bundle.files.values_mut().nth(file).unwrap();
        let at = at.index(bytes.len() + 1);
        bytes.splice(at..at, TELLING[telling].repeat(times));
        let place = TempDir::new().unwrap();
        bundle.folder(place.path());
        if let Err(refusal) = read_at(place.path(), bundle.limits) {
            prop_assert!(!refusal.diagnostics.is_empty());
        }
    }

    /// One changed byte may be harmless; where it is not, something is said.
    #[test]
    fn whatever_is_changed_in_an_archive_is_survived(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let bundle = Bundle::clean();
        let mut archive = bundle.archive();
        let at = at.index(archive.len());
        archive[at] ^= 1 << bit;
        archive_said(&archive, bundle.limits);
    }
}
