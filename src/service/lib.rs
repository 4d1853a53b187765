//! xinju-service
