-- Who changed what accounts are billed by, when, and from what to what. Rows are never changed.
CREATE TABLE services_audit (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  document TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX services_audit_account ON services_audit (account, id);
