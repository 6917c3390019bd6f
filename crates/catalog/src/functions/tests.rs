//! Every tool is reached by its function, whatever its server called it.

use serde_json::json;

use super::*;
use crate::{Catalog, NewTool};

fn tool(name: &str) -> NewTool {
    NewTool {
        name: name.to_owned(),
        description: String::new(),
        title: None,
        input_schema: Arc::new(json!({ "type": "object" })),
        output_schema: None,
        annotations: None,
    }
}

fn catalog(tools: &[&str]) -> Catalog {
    let catalog = Catalog::new(["my files".to_owned(), "other".to_owned()]);
    catalog.replace_server("my files", 1, tools.iter().map(|name| tool(name)).collect());
    catalog
}

#[test]
fn a_server_is_found_by_its_name_its_segment_and_its_folder() {
    let catalog = catalog(&["read"]);
    let segment = names::server_segment("my files");
    for name in ["my files", segment.as_str(), "my_files"] {
        assert_eq!(catalog.server_called(name).as_deref(), Some("my files"), "{name}");
    }
    assert_eq!(catalog.server_called("files"), None);
    assert_eq!(catalog.nearest_server("my-file").as_deref(), Some("my_files"));
    assert_eq!(catalog.nearest_server("weather"), None);
    assert_eq!(catalog.folders(), ["my_files", "other"]);
}

#[test]
fn a_tool_is_found_by_its_function_its_own_name_and_its_segment() {
    let catalog = catalog(&["read.file", "delete", "读文件", "read-file"]);
    let functions = catalog.functions("my files").unwrap();
    let names: Vec<_> = functions.all().iter().map(|it| it.identifier.name.as_str()).collect();
    assert_eq!(names.len(), 4);
    for function in functions.all() {
        let (_, segment) = names::split(&function.tool.name).unwrap();
        for name in [&function.identifier.name, &function.tool.tool, segment] {
            let found = functions.find(name).map(|found| found.tool.name.as_str());
            assert_eq!(found, Some(function.tool.name.as_str()), "{name}");
        }
    }
    assert!(functions.find("delete_").is_some(), "{names:?}");
    assert!(functions.find("write").is_none());
    assert_eq!(functions.nearest("delte").map(|it| it.tool.tool.as_str()), Some("delete"));
}

#[test]
fn functions_are_made_once_for_a_listing() {
    let catalog = catalog(&["read"]);
    let first = catalog.functions("my files").unwrap();
    assert!(Arc::ptr_eq(&first, &catalog.functions("my files").unwrap()));
    catalog.replace_server("my files", 2, vec![tool("write")]);
    assert!(catalog.functions("my files").unwrap().find("read").is_none());
    assert!(catalog.functions("other").unwrap().all().is_empty());
    assert!(catalog.functions("nobody").is_none());
}
