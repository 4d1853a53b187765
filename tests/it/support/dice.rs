//! Chance that can be had again: the seed is printed, so that a failure can be repeated.

/// A small generator (`SplitMix64`, public domain, Sebastiano Vigna). Good enough to choose where to strike.
pub(crate) struct Dice(u64);

impl Dice {
    /// A generator with the seed of `XINJU_SEED`, or this one.
    pub(crate) fn new(seed: u64) -> Self {
        let seed = super::times("XINJU_SEED", seed);
        println!("seed {seed} (set XINJU_SEED to repeat)");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        assert!(end > 0, "a number below nothing");
        self.next() % end
    }

    /// A place in something of `length`.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("a place fits where the length did")
    }
}
