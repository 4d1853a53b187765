//! Builds the console (web/) and lays it into `$OUT_DIR/dist`, from where it is embedded, with `.br` and `.gz` twins.
//!
//! `XINJU_WEB_DIST=/path/dist` takes a console that was built elsewhere and needs no Node (air-gapped builds, packagers).
//! `XINJU_WEB=stub` puts a one-line page in its place, for work on the server; a release build refuses it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a build script speaks by failing")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What the console is made from, relative to the top folder.
const INPUTS: &[&str] = &[
    "schema.graphql",
    "web/index.html",
    "web/package.json",
    "web/package-lock.json",
    "web/public",
    "web/scripts",
    "web/src",
    "web/tsconfig.json",
    "web/vite.config.ts",
];
/// Oldest Node that builds the console.
const NODE_MIN: (u32, u32) = (20, 19);
/// Files below this size gain nothing from compression.
const COMPRESS_BYTES_MIN: usize = 1024;

const STUB: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta property=\"csp-nonce\" \
                    nonce=\"__CSP_NONCE__\"><title>Xinju</title><p>This build has no console.</p></html>\n";

fn main() {
    println!("cargo::rerun-if-env-changed=XINJU_WEB");
    println!("cargo::rerun-if-env-changed=XINJU_WEB_DIST");
    println!("cargo::rerun-if-changed=build.rs");
    let top = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the top folder");
    let out = PathBuf::from(env("OUT_DIR"));
    let dist = out.join("dist");
    empty(&dist);
    if let Some(prebuilt) = std::env::var_os("XINJU_WEB_DIST") {
        let prebuilt = PathBuf::from(prebuilt);
        assert!(prebuilt.join("index.html").is_file(), "XINJU_WEB_DIST has no index.html: {}", prebuilt.display());
        println!("cargo::rerun-if-changed={}", prebuilt.display());
        copy(&prebuilt, &dist);
    } else if std::env::var_os("XINJU_WEB").as_deref() == Some(OsStr::new("stub")) {
        assert!(
            env("PROFILE") != "release",
            "a release needs the console: unset XINJU_WEB, or name a built one in XINJU_WEB_DIST"
        );
        fs::write(dist.join("index.html"), STUB).expect("write the stub page");
    } else {
        for input in INPUTS {
            println!("cargo::rerun-if-changed={}", top.join(input).display());
        }
        let made = out.join("vite");
        empty(&made);
        console(&top.join("web"), &made);
        copy(&made, &dist);
    }
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn empty(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
}

/// Runs the console's own build into `made`. A lock on its manifest keeps two Cargo runs from installing at once.
fn console(web: &Path, made: &Path) {
    check_node();
    let lock = File::open(web.join("package.json")).expect("web/package.json");
    lock.lock().expect("lock web/package.json");
    install(web);
    npm(web, &["run", "build", "--", "--outDir", made.to_str().expect("a path in UTF-8"), "--emptyOutDir"]);
    assert!(made.join("index.html").is_file(), "`npm run build` made no index.html");
}

fn check_node() {
    let advice = "The console is built with Node.js >= 20.19 and npm. Install them (https://nodejs.org, or `apt install nodejs npm`), \
                  or name a console that was built elsewhere in XINJU_WEB_DIST.";
    let node = Command::new("node").arg("--version").output();
    let Ok(node) = node else { panic!("`node` was not found. {advice}") };
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    assert!(found >= NODE_MIN, "Node {version} is too old. {advice}");
    assert!(Command::new("npm").arg("--version").output().is_ok(), "`npm` was not found. {advice}");
}

/// `npm ci`, only when the lock file is not the one that the installed packages came from.
fn install(web: &Path) {
    let lock = fs::read(web.join("package-lock.json")).expect("web/package-lock.json");
    let wanted = HEXLOWER.encode(&Sha256::digest(&lock));
    let stamp = web.join("node_modules/.lock-sha256");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return;
    }
    npm(web, &["ci", "--no-audit", "--no-fund"]);
    fs::write(stamp, wanted).expect("note which lock file was installed");
}

fn npm(web: &Path, arguments: &[&str]) {
    let status = Command::new("npm").args(arguments).current_dir(web).status().expect("run npm");
    assert!(status.success(), "`npm {}` failed in web/; its messages are above", arguments.join(" "));
}

/// Copies a built console, with compressed twins of all but the page itself, which changes with each answer.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make a folder");
    for entry in fs::read_dir(from).expect("read the built console") {
        let path = entry.expect("read the built console").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
            continue;
        }
        let bytes = fs::read(&path).expect("read a built file");
        fs::write(&target, &bytes).expect("write a built file");
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != "index.html" && bytes.len() >= COMPRESS_BYTES_MIN {
            keep_smaller(&target.with_file_name(format!("{name}.br")), &brotli(&bytes), bytes.len());
            keep_smaller(&target.with_file_name(format!("{name}.gz")), &gzip(&bytes), bytes.len());
        }
    }
}

fn keep_smaller(path: &Path, compressed: &[u8], plain: usize) {
    if compressed.len() < plain {
        fs::write(path, compressed).expect("write a compressed file");
    }
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters).expect("compress");
    compressed
}

/// Without a time of modification, so that two builds are equal.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("compress");
    encoder.finish().expect("compress")
}
