//! Compiles the protocol without `protoc` and writes the permission table from its options.

use prost::Message as _;
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor, Value};
use std::fmt::Write as _;
use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=tradingd");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files: Vec<_> = fs::read_dir("tradingd/v1")?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "proto"))
        .collect();
    files.sort();

    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true).open_files(&files)?;
    // Only this form keeps the values of extension options; the prost types drop them.
    let bytes = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptor.bin"), &bytes)?;

    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    fs::write(out.join("methods.rs"), method_table(&bytes)?)?;
    Ok(())
}

/// Numbers of the text fields of a request that name symbols.
fn symbol_fields(message: &MessageDescriptor) -> Vec<u32> {
    let named = message.fields().filter(|f| matches!(f.name(), "symbol" | "symbols"));
    named.filter(|f| f.kind() == Kind::String).map(|f| f.number()).collect()
}

/// One row per method: path, permission, danger, verb.
fn method_table(descriptor_set: &[u8]) -> Result<String, Box<dyn std::error::Error>> {
    let pool = DescriptorPool::decode(descriptor_set)?;
    let mut rows = String::from("&[\n");
    for service in pool.services().filter(|s| s.package_name() == "tradingd.v1") {
        for method in service.methods() {
            let options = method.options();
            let number = |name: &str| -> Result<i32, String> {
                let extension = pool
                    .get_extension_by_name(&format!("tradingd.v1.{name}"))
                    .ok_or(format!("no extension {name}"))?;
                match options.get_extension(&extension).as_ref() {
                    Value::EnumNumber(n) if *n != 0 => Ok(*n),
                    _ => Err(format!("{}: option {name} is missing", method.full_name())),
                }
            };
            let verb = pool
                .get_extension_by_name("tradingd.v1.botctl")
                .map(|e| options.get_extension(&e).as_str().unwrap_or_default().to_owned())
                .unwrap_or_default();
            let step_up = pool
                .get_extension_by_name("tradingd.v1.step_up")
                .is_some_and(|e| options.get_extension(&e).as_bool().unwrap_or_default());
            if verb.is_empty() {
                return Err(format!("{}: option botctl is missing", method.full_name()).into());
            }
            writeln!(
                rows,
                "MethodRule {{ path: \"/{}/{}\", permission: {}, danger: {}, botctl: {verb:?}, mutation: {}, step_up: {step_up}, symbols: &{:?} }},",
                service.full_name(),
                method.name(),
                number("permission")?,
                number("danger")?,
                number("danger")? != 1,
                symbol_fields(&method.input()),
            )?;
        }
    }
    rows.push(']');
    // The descriptor must decode as what clients of reflection will get.
    prost_reflect::prost_types::FileDescriptorSet::decode(descriptor_set)?;
    Ok(rows)
}
