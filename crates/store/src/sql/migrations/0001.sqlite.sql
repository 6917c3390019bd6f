CREATE TABLE cex_meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cex_keys (
    prefix TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    scopes TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER,
    replaces TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX cex_keys_of ON cex_keys (tenant, subject);

CREATE TABLE cex_quotas (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    period TEXT NOT NULL,
    used INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, subject, period, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE cex_executions (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    instance TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    duration_ms REAL,
    code_hash TEXT NOT NULL,
    code_bytes INTEGER NOT NULL,
    error_class TEXT,
    limit_hit TEXT,
    isolation TEXT,
    memory_bytes INTEGER,
    output_bytes INTEGER,
    truncated INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    tools TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cex_executions_of ON cex_executions (tenant, subject, id);
CREATE INDEX cex_executions_running ON cex_executions (instance) WHERE ended_at IS NULL;

CREATE TABLE cex_instances (
    id TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cex_wishes (
    execution TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO cex_meta (name, value) VALUES ('keys', 0);
PRAGMA user_version = 1;
