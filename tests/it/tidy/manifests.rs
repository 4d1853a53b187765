//! The workspace as Cargo understands it.

use std::process::Command;

use serde_json::Value;

use super::tree::top;

/// `cargo metadata`, without the network. `resolve` adds every package that a Linux build takes in.
pub(super) fn metadata(resolve: bool) -> Value {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked", "--offline"]).current_dir(top());
    if resolve {
        command.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    } else {
        command.arg("--no-deps");
    }
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// The packages of [`metadata`].
pub(super) fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().expect("there are packages")
}

/// A member of a package that is text.
pub(super) fn text<'a>(package: &'a Value, member: &str) -> &'a str {
    package[member].as_str().unwrap_or_default()
}

/// The names of what a package depends on itself, with the kind: empty, `dev` or `build`.
pub(super) fn dependencies(package: &Value) -> Vec<(&str, &str)> {
    let all = package["dependencies"].as_array().expect("there are dependencies");
    all.iter().map(|dependency| (text(dependency, "name"), text(dependency, "kind"))).collect()
}
