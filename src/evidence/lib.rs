//! xinju-evidence
