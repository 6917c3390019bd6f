CREATE TABLE cex_policies (
    version BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    rules BIGINT NOT NULL,
    members BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    note TEXT NOT NULL
);

INSERT INTO cex_meta (name, value) VALUES ('policy', 0);
UPDATE cex_meta SET value = 2 WHERE name = 'schema';
