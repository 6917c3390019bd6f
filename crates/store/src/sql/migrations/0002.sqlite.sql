CREATE TABLE cex_policies (
    version INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    rules INTEGER NOT NULL,
    members INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

INSERT INTO cex_meta (name, value) VALUES ('policy', 0);
PRAGMA user_version = 2;
