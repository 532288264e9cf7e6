//! Counts of a cell as bytes. Most cells are of few students, and most of their counts are 0: only the others are
//! written, each as the number of zeros before it and the count, in as many groups of 7 bits as they need (LEB128; a count
//! may be below zero, and has its sign in the lowest bit).

use crate::EngineError;

pub(crate) fn pack(counts: &[i32]) -> Box<[u8]> {
    let mut bytes = Vec::new();
    let mut zeros = 0_u32;
    for count in counts {
        if *count == 0 {
            zeros += 1;
            continue;
        }
        push(&mut bytes, zeros);
        push(&mut bytes, (count << 1 ^ count >> 31).cast_unsigned());
        zeros = 0;
    }
    bytes.into()
}

/// Adds packed counts to `counts`.
///
/// # Errors
/// Bytes that [`pack`] has not made for so many counts.
pub(crate) fn unpack_into(bytes: &[u8], counts: &mut [i32]) -> Result<(), EngineError> {
    let broken = || EngineError::Impossible("the stored counts of a cell are broken".into());
    let mut bytes = bytes.iter();
    let mut place = 0;
    while !bytes.as_slice().is_empty() {
        let zeros = pull(&mut bytes).ok_or_else(broken)?;
        let count = pull(&mut bytes).ok_or_else(broken)?;
        place += zeros as usize;
        let to = counts.get_mut(place).ok_or_else(broken)?;
        *to += (count >> 1).cast_signed() ^ -(count & 1).cast_signed();
        place += 1;
    }
    Ok(())
}

fn push(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(0x80 | number.to_le_bytes()[0]);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn pull(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.next()?;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_back() {
        let counts = [0, 0, 5, -1, 0, i32::MAX, i32::MIN, 64, -64, 0];
        let mut back = [0; 10];
        unpack_into(&pack(&counts), &mut back).unwrap();
        assert_eq!(back, counts);
        unpack_into(&pack(&[1, 0, -5]), &mut back[..3]).unwrap();
        assert_eq!(back[..3], [1, 0, 0]);
        assert_eq!(pack(&[0; 374]).len(), 0);
        assert_eq!(pack(&[0, 3, -3]).len(), 4);
    }

    #[test]
    fn broken_bytes_are_an_error() {
        let bytes = pack(&[0, 700]);
        assert!(unpack_into(&bytes, &mut [0]).is_err());
        assert!(unpack_into(&bytes[..2], &mut [0, 0]).is_err());
        assert!(unpack_into(&[0x80; 6], &mut [0, 0]).is_err());
    }
}
