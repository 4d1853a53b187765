//! Random bytes from the operating system.

use ring::rand::{SecureRandom, SystemRandom as Ring};
use xinju_model::id::Random;

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// Stops the calling thread when the system has no randomness to give: nothing may be sealed or named without it.
    #[allow(clippy::expect_used, reason = "going on without randomness would reuse nonces and seeds")]
    fn fill(&self, bytes: &mut [u8]) {
        Ring::new().fill(bytes).expect("the operating system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        SystemRandom.fill(&mut one);
        SystemRandom.fill(&mut two);
        assert_ne!(one, two);
    }
}
