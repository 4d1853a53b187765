//! Random bytes from the operating system.

use xinju_model::id::Random;

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let _ = bytes;
        todo!()
    }
}
