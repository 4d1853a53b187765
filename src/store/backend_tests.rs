//! The encrypted file: it reads back, refuses what was changed, and keeps one whole header whatever is torn.
