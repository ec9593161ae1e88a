//! Tells cargo when the embedded dashboard changes, and the daemon what it was built with.

use std::path::Path;
use std::process::Command;

fn main() {
    // A missing folder would count as changed with every build.
    let dashboard = Path::new("../../web/dist");
    if !dashboard.exists() {
        let _ = std::fs::create_dir_all(dashboard);
    }
    println!("cargo:rerun-if-changed={}", dashboard.display());
    println!("cargo:rerun-if-changed=build.rs");

    let target = std::env::var("TARGET").unwrap_or_default();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    println!("cargo:rustc-env=TRADINGD_BUILD={} {target}", version.trim());
}
