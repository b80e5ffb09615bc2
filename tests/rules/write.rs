//! Writes the list of rules: `cargo run -p headcount-tests --bin rules`.

use headcount_tests::rules;

fn main() -> std::io::Result<()> {
    std::fs::write(rules::root().join("spec/rules.md"), rules::list(&rules::all()))
}
