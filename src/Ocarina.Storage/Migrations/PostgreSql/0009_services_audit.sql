-- Who changed what accounts are billed by, when, and from what to what. Rows are never changed.
CREATE TABLE services_audit (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX services_audit_account ON services_audit (account, id);
