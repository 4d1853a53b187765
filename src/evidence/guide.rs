//! What a package says of how to check it, without us: words for people and small programs that anybody can read.

/// Files outside the payload.
pub(crate) const TAG_FILES: &[(&str, &str)] =
    &[("VERIFY.txt", include_str!("guide/VERIFY.txt")), ("验证说明.txt", include_str!("guide/验证说明.txt"))];

/// Files of the payload.
pub(crate) const PAYLOAD_FILES: &[(&str, &str)] = &[
    ("data/verify/verify.py", include_str!("guide/verify.py")),
    ("data/verify/verify.sh", include_str!("guide/verify.sh")),
    ("data/verify/verify.ps1", include_str!("guide/verify.ps1")),
];
