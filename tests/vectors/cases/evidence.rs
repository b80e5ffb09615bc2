use crate::vectors::File;
pub(super) fn file() -> File {
    File { name: "evidence", bases: Default::default(), groups: vec![] }
}
