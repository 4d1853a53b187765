//! Writing events: who did or saw what.
