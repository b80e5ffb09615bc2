//! Writes the test vectors into a directory: `cargo run -p headcount-tests --bin vectors -- DIR`.

use std::path::PathBuf;

use headcount_tests::vectors::cases;

fn main() -> std::io::Result<()> {
    let dir =
        std::env::args_os().nth(1).map_or_else(|| PathBuf::from("spec/vectors"), PathBuf::from);
    for file in cases::all() {
        let path = dir.join(format!("{}.json", file.name));
        std::fs::write(path, file.run().to_bytes())?;
    }
    Ok(())
}
