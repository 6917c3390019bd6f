//! Paths as text.

use std::path::Path;

use super::{
    below, has_wildcard, is_system, link_stays_inside, names_a_directory, normalise, overlap,
};

#[test]
fn a_path_is_normalised_as_text() {
    for (path, normal) in [
        ("/", "/"),
        ("//a///b/", "/a/b"),
        ("/a/./b/.", "/a/b"),
        ("/a/b/../c", "/a/c"),
        ("/../../a", "/a"),
        ("/a/../..", "/"),
        ("/a/...", "/a/..."),
    ] {
        assert_eq!(normalise(Path::new(path)), Path::new(normal), "{path}");
    }
}

#[test]
fn a_spelling_may_say_that_a_directory_is_meant() {
    for path in ["/a/", "/a/.", "/a/..", ".", "..", "/"] {
        assert!(names_a_directory(Path::new(path)), "{path}");
    }
    for path in ["/a", "a", "/a/...", "/a/.b", ""] {
        assert!(!names_a_directory(Path::new(path)), "{path}");
    }
}

#[test]
fn paths_are_compared_name_by_name() {
    assert_eq!(below(Path::new("/a/b/c"), Path::new("/a/b")), Some(Path::new("c")));
    assert_eq!(below(Path::new("/a/b"), Path::new("/a/b")), Some(Path::new(".")));
    assert_eq!(below(Path::new("/a/bc"), Path::new("/a/b")), None);
    assert!(overlap(Path::new("/a"), Path::new("/a/b")));
    assert!(overlap(Path::new("/a/b"), Path::new("/a")));
    assert!(!overlap(Path::new("/a/b"), Path::new("/a/bc")));
}

#[test]
fn directories_of_the_system_are_known() {
    for path in ["/", "/proc", "/proc/self/root", "/dev/shm", "/sys/fs"] {
        assert!(is_system(Path::new(path)), "{path}");
    }
    for path in ["/process", "/device", "/home/dev", "/srv/proc"] {
        assert!(!is_system(Path::new(path)), "{path}");
    }
}

#[test]
fn a_link_may_go_up_at_its_beginning_only() {
    for (target, depth) in [("a", 0), ("./a/b", 0), ("../a", 1), ("../../a", 2), ("..", 1)] {
        assert!(link_stays_inside(Path::new(target), depth), "{target}");
    }
    for (target, depth) in
        [("/a", 9), ("..", 0), ("../../a", 1), ("a/..", 9), ("a/../b", 9), ("../a/../b", 9)]
    {
        assert!(!link_stays_inside(Path::new(target), depth), "{target}");
    }
}

#[test]
fn brackets_are_names_not_wildcards() {
    assert!(!has_wildcard(Path::new("/app/[slug]/{id}").as_os_str()));
    assert!(has_wildcard(Path::new("/app/*").as_os_str()));
    assert!(has_wildcard(Path::new("/app/file?").as_os_str()));
}
