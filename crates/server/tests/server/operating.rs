//! The reference of the settings in `docs/operating.md` is complete and true.

use std::{collections::BTreeMap, fs, path::Path};

use keystead_server::config::Settings;

/// Default and range of every setting.
type Reference = BTreeMap<String, (String, String)>;

fn code() -> Reference {
    // What is nowhere unless it is set is not in the file either.
    let nowhere = ["http.listen"];
    let settings = Settings::default();
    let ranges: BTreeMap<_, _> =
        settings.bounds().into_iter().map(|bound| (bound.key, bound.range)).collect();
    let table: toml::Table = settings.to_redacted_toml().unwrap().parse().unwrap();
    let mut reference = Reference::new();
    for (section, keys) in &table {
        for (key, value) in keys.as_table().unwrap() {
            let key = format!("{section}.{key}");
            let default = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let range = ranges.get(key.as_str()).cloned().unwrap_or_default();
            reference.insert(key, (default, range));
        }
    }
    reference.extend(nowhere.map(|key| (key.to_owned(), Default::default())));
    assert!(ranges.keys().all(|key| reference.contains_key(*key)), "a range without a setting: {ranges:?}");
    reference
}

fn page() -> Reference {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating.md");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let settings = cells.filter_map(|cells| match cells[..] {
        [key, default, range, _] => Some((bare(key), (bare(default), range.to_owned()))),
        _ => None,
    });
    settings.collect()
}

/// A cell without its backticks.
fn bare(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

#[test]
fn the_reference_of_settings_is_complete_and_true() {
    assert_eq!(page(), code());
}
