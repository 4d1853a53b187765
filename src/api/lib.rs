//! xinju-api
