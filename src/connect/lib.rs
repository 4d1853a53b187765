//! xinju-connect
