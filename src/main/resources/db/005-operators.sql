-- Who may look at and change a tenant; each is an account of that tenant.
CREATE TABLE operator (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
