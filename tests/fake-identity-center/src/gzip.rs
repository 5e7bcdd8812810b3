//! The smallest gzip (RFC 1952) there is: stored blocks, nothing compressed. It serves to see what a client that asked
//! for no compression does with a compressed reply.

/// Wraps bytes into a gzip member.
pub(crate) fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 0xffff;
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut rest = bytes;
    loop {
        let (block, tail) = rest.split_at(rest.len().min(BLOCK));
        let length = block.len() as u16;
        out.push(u8::from(tail.is_empty()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    out.extend_from_slice(&crc32(bytes).to_le_bytes());
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_value_of_crc32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"a").len(), 10 + 5 + 1 + 8);
    }
}
