CREATE TABLE cex_meta (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE cex_keys (
    prefix TEXT COLLATE "C" PRIMARY KEY,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    scopes TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT,
    replaces TEXT
);
CREATE INDEX cex_keys_of ON cex_keys (tenant, subject);

CREATE TABLE cex_quotas (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    period TEXT NOT NULL,
    used BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, subject, period, measure)
);

CREATE TABLE cex_executions (
    id TEXT COLLATE "C" PRIMARY KEY,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    instance TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    duration_ms DOUBLE PRECISION,
    code_hash TEXT NOT NULL,
    code_bytes BIGINT NOT NULL,
    error_class TEXT,
    limit_hit TEXT,
    isolation TEXT,
    memory_bytes BIGINT,
    output_bytes BIGINT,
    truncated BIGINT NOT NULL,
    tool_calls BIGINT NOT NULL,
    tools TEXT NOT NULL
);
CREATE INDEX cex_executions_of ON cex_executions (tenant, subject, id);
CREATE INDEX cex_executions_running ON cex_executions (instance) WHERE ended_at IS NULL;

CREATE TABLE cex_instances (
    id TEXT PRIMARY KEY,
    seen_at BIGINT NOT NULL
);

CREATE TABLE cex_wishes (
    execution TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);

INSERT INTO cex_meta (name, value) VALUES ('keys', 0), ('schema', 1);
