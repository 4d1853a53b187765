//! WeCom (企业微信): decrypted messages of the conversation archive, files of them, and the directory.

pub mod directory;
mod lenient;
pub mod lines;
pub mod message;

#[cfg(test)]
mod tests;
