-- Alerts of the health rules, the outbox of their messages, and each plant's usual days.

CREATE TABLE plant_alert (
  alert_id TEXT NOT NULL PRIMARY KEY,
  -- NULL for an alert about the whole system.
  plant_id INTEGER REFERENCES plant (plant_id),
  rule_name TEXT NOT NULL,
  -- Since when the condition holds; started_at is not after fired_at.
  started_at TEXT NOT NULL,
  fired_at TEXT NOT NULL,
  resolved_at TEXT,
  acknowledged_at TEXT,
  -- JSON: the facts, by rule.
  detail TEXT NOT NULL
);
-- One unresolved alert a plant and rule; NULLs are distinct in a unique index.
CREATE UNIQUE INDEX plant_alert_firing ON plant_alert (plant_id, rule_name) WHERE resolved_at IS NULL;
CREATE UNIQUE INDEX plant_alert_firing_system ON plant_alert (rule_name) WHERE resolved_at IS NULL AND plant_id IS NULL;
CREATE INDEX plant_alert_resolved_at ON plant_alert (resolved_at);

CREATE TABLE alert_delivery (
  alert_delivery_id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert_id TEXT NOT NULL REFERENCES plant_alert (alert_id),
  event TEXT NOT NULL CHECK (event IN ('fired', 'resolved', 'reminded')),
  notifier TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- NULL once it is delivered or given up.
  due_at TEXT,
  delivered_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why the last attempt failed.
  reason TEXT,
  UNIQUE (alert_id, event, notifier)
);
CREATE INDEX alert_delivery_due_at ON alert_delivery (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alert_delivery_delivered_at ON alert_delivery (delivered_at);

CREATE TABLE plant_day_profile (
  plant_id INTEGER NOT NULL REFERENCES plant (plant_id),
  -- UTC, YYYY-MM-DD.
  profile_date TEXT NOT NULL,
  -- JSON: half-hour medians and waterings.
  profile TEXT NOT NULL,
  PRIMARY KEY (plant_id, profile_date)
) WITHOUT ROWID;
CREATE INDEX plant_day_profile_date ON plant_day_profile (profile_date);
