//! One exported name, one meaning: of all types that are seen outside their file, no two have the same name.
//!
//! A bare word (`Found`, `Way`) suits a type that only its own file sees.

use crate::workspace::root;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Names of the same thing in crates that must not see each other.
const SHARED: [&str; 1] = [
    // Gate and web pass the id of a request on through its extensions.
    "RequestId",
];

/// The type that a line defines, if other files may see it.
fn exported(line: &str) -> Option<&str> {
    let after_pub = line.trim_start().strip_prefix("pub")?;
    let after_reach = match after_pub.strip_prefix('(') {
        Some(reach) => reach.split_once(')')?.1,
        None => after_pub,
    };
    let mut words = after_reach.strip_prefix(' ')?.split_whitespace();
    let is_type = matches!(words.next()?, "struct" | "enum" | "trait" | "type" | "union");
    let name = words.next().filter(|_| is_type)?;
    let name = name.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
    // A type defined by a macro has its name elsewhere.
    name.filter(|name| !name.is_empty())
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn each_exported_type_has_a_name_of_its_own() {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join("crates")).expect("the crates") {
        sources(&entry.expect("an entry").path().join("src"), &mut files);
    }
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("text");
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in product.lines().enumerate() {
            if let Some(name) = exported(line) {
                let place = format!("{}:{}", file.display(), number + 1);
                places.entry(name.to_owned()).or_default().push(place);
            }
        }
    }
    assert!(places.len() > 500, "types are found");
    let doubled: Vec<_> =
        places.iter().filter(|(name, places)| places.len() > 1 && !SHARED.contains(&name.as_str())).collect();
    assert!(doubled.is_empty(), "{doubled:#?}");
}
