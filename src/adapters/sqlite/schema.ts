/**
 * The tables of `docent.sqlite`, one script a version. Times are milliseconds since 1970; JSON is kept as text.
 * Work that is not over has no `expires_at`; `blocked` marks work whose order key has earlier work that is not over.
 */
export const docentMigrations: readonly string[] = [
  `CREATE TABLE records (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (scope, collection, id)
  ) STRICT;

  CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    creator TEXT NOT NULL,
    id TEXT NOT NULL,
    user_messages INTEGER NOT NULL,
    ai_messages INTEGER NOT NULL,
    answer_characters INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (creator, id)
  ) STRICT;
  CREATE INDEX conversations_expiry ON conversations (expires_at);

  CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (number) ON DELETE CASCADE,
    id TEXT NOT NULL,
    member_key TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_conversation ON messages (conversation, position);
  CREATE INDEX messages_member ON messages (member_key, conversation);

  CREATE TABLE metrics (
    creator TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (creator, day, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX metrics_day ON metrics (day);

  CREATE TABLE work (
    sequence INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    "group" TEXT NOT NULL,
    order_key TEXT,
    blocked INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    reports INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    payload TEXT NOT NULL,
    progress TEXT NOT NULL DEFAULT 'null',
    expires_at INTEGER,
    UNIQUE (queue, id)
  ) STRICT;
  CREATE INDEX work_turns ON work (queue, "group", sequence) WHERE state = 'waiting' AND blocked = 0;
  CREATE INDEX work_order ON work (queue, order_key, sequence) WHERE expires_at IS NULL;
  CREATE INDEX work_age ON work (queue, sequence) WHERE expires_at IS NULL;
  CREATE INDEX work_retries ON work (queue, not_before) WHERE state = 'waiting' AND not_before > 0;
  CREATE INDEX work_groups ON work ("group");
  CREATE INDEX work_expiry ON work (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE fences (
    kind TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE metric_roll_ups (
    creator TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (creator, day, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX metric_roll_ups_day ON metric_roll_ups (day);

  INSERT INTO metric_roll_ups SELECT creator, day, name, value FROM metrics
    WHERE name GLOB 'outcome:*' OR name GLOB 'rt:*' OR name GLOB 'feedback:*' OR name GLOB 'ingestion:*'
      OR name IN ('rt-sum', 'confidence-sum', 'input-tokens', 'output-tokens');`,
];
