//! Writes down where each built page lies, so that the compiler embeds it. Without them the list is empty, and Cargo needs no Node.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
    // Kept in the repository while empty: Cargo would build anew each time for a folder that is not there.
    println!("cargo::rerun-if-changed={}", built.display());
    let mut files = Vec::new();
    if built.is_dir() {
        collect(&built.canonicalize()?, &mut files)?;
    }
    files.sort();
    let rows: String = files.iter().map(|(name, path)| row(name, path)).collect();
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("Cargo says where to write"))?;
    fs::write(PathBuf::from(out).join("files.rs"), format!("&[\n{rows}]"))
}

/// Quoted as Rust quotes text, whatever the folder is called.
fn row(name: &str, path: &Path) -> String {
    let path = path.to_string_lossy();
    format!("    File {{ path: {name:?}, gzip: include_bytes!({path:?}) }},\n")
}

/// Every compressed file, by the path that it is asked for.
fn collect(top: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = name_of(top, &path) {
                files.push((name, path));
            }
        }
    }
    Ok(())
}

fn name_of(top: &Path, path: &Path) -> Option<String> {
    let name = path.strip_prefix(top).ok()?.to_str()?;
    name.strip_suffix(".gz").map(str::to_owned)
}
