//! Figures and pages know raw counts by no way but the door.

use std::{fs, path::Path};

#[test]
fn figures_and_pages_do_not_depend_on_raw_counts() {
    for room in ["figure", "web"] {
        let path = Path::new("..").join(room).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        // Their tests may make raw counts to put behind a door of their own.
        let dependencies = manifest["dependencies"].as_table().unwrap();
        assert!(dependencies.contains_key("waymark-disclosure"), "{}", path.display());
        for raw in ["waymark-engine", "waymark-lake", "waymark-intake", "datafusion"] {
            assert!(!dependencies.contains_key(raw), "{} depends on `{raw}`", path.display());
        }
    }
}
