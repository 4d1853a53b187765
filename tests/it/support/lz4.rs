//! LZ4 frames, read by hand: as much of the format (`lz4_Frame_format.md` 1.6.4) as it takes to look into one.

/// What a frame unfolds to, as far as it can be read, at most `limit` bytes.
pub(crate) fn unfold(frame: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = read_frame(frame, limit, &mut out);
    out
}

fn read_frame(frame: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    let flags = *frame.get(4)?;
    let has = |bit: u8| flags & (1 << bit) != 0;
    // Magic 4, flags, block size; content size 8, dictionary 4; checksum of the header.
    let mut place = 4 + 2 + if has(3) { 8 } else { 0 } + if has(0) { 4 } else { 0 } + 1;
    while out.len() < limit {
        let size = u32::from_le_bytes(frame.get(place..place + 4)?.try_into().ok()?);
        let length = usize::try_from(size & 0x7FFF_FFFF).ok()?;
        if length == 0 {
            break;
        }
        let block = &frame[place + 4..(place + 4 + length).min(frame.len())];
        if size >> 31 == 1 {
            out.extend_from_slice(block);
        } else {
            read_block(block, limit, out)?;
        }
        place += 4 + length + if has(4) { 4 } else { 0 };
    }
    Some(())
}

fn read_block(block: &[u8], limit: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut bytes = block.iter().copied();
    while let Some(token) = bytes.next() {
        let literals = length(usize::from(token >> 4), &mut bytes)?;
        for _ in 0..literals {
            out.push(bytes.next()?);
        }
        let Some(low) = bytes.next() else { break };
        let offset = usize::from(u16::from_le_bytes([low, bytes.next()?]));
        let copied = length(usize::from(token & 15), &mut bytes)? + 4;
        for _ in 0..copied {
            let from = out.len().checked_sub(offset).filter(|_| offset > 0)?;
            out.push(out[from]);
        }
        if out.len() > limit {
            return None;
        }
    }
    Some(())
}

/// A length goes on while its bytes are 255.
fn length(begun: usize, bytes: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let mut length = begun;
    if begun == 15 {
        loop {
            let more = bytes.next()?;
            length += usize::from(more);
            if more < 255 {
                break;
            }
        }
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::unfold;

    #[test]
    fn frames_are_unfolded_as_the_format_says() {
        // "abcabcabcabcX": three literals, a copy of nine from three back, and one literal more.
        let block = [0x35, b'a', b'b', b'c', 3, 0, 0x10, b'X'];
        let mut frame = vec![0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 8, 0, 0, 0];
        frame.extend_from_slice(&block);
        frame.extend_from_slice(&[0; 4]);
        assert_eq!(unfold(&frame, 1_000), b"abcabcabcabcX");
        assert_eq!(unfold(&frame[..12], 1_000), b"", "cut off");
        let stored = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 2, 0, 0, 0x80, b'h', b'i', 0, 0, 0, 0];
        assert_eq!(unfold(&stored, 1_000), b"hi");
    }
}
