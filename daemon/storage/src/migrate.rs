//! Brings the schema to the newest version; refuses edited migrations and newer databases.
//!
//! The SQL files live in `migrations/sqlite` and are part of the binary.

use crate::Error;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

/// Number, description and text of each migration; only ever appended to.
const FILES: &[(i64, &str, &str)] = &[
    (1, "journal", include_str!("../../../migrations/sqlite/0001_journal.sql")),
    (2, "orders and trades", include_str!("../../../migrations/sqlite/0002_orders_and_trades.sql")),
    (
        3,
        "market and decisions",
        include_str!("../../../migrations/sqlite/0003_market_and_decisions.sql"),
    ),
    (
        4,
        "requests and users",
        include_str!("../../../migrations/sqlite/0004_requests_and_users.sql"),
    ),
    (5, "executions", include_str!("../../../migrations/sqlite/0005_executions.sql")),
    (6, "who", include_str!("../../../migrations/sqlite/0006_who.sql")),
    (7, "audit", include_str!("../../../migrations/sqlite/0007_audit.sql")),
    (8, "access", include_str!("../../../migrations/sqlite/0008_access.sql")),
    (9, "settings", include_str!("../../../migrations/sqlite/0009_settings.sql")),
    (10, "alerts", include_str!("../../../migrations/sqlite/0010_alerts.sql")),
    (11, "analytics", include_str!("../../../migrations/sqlite/0011_analytics.sql")),
    (12, "retention", include_str!("../../../migrations/sqlite/0012_retention.sql")),
    (13, "pages", include_str!("../../../migrations/sqlite/0013_pages.sql")),
];

/// The newest schema that this build knows.
pub const SCHEMA_VERSION: i64 = FILES[FILES.len() - 1].0;

/// Applies what is missing, each migration in its own transaction.
pub(crate) async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    let migrations = FILES.iter().map(|(version, description, sql)| {
        let kind = MigrationType::Simple;
        Migration::new(*version, (*description).into(), kind, sql.into_sql_str(), false)
    });
    let result = Migrator::with_migrations(migrations.collect()).run(connection).await;
    result.map_err(|error| match error {
        MigrateError::VersionMissing(found) => Error::NewerSchema { found, newest: SCHEMA_VERSION },
        MigrateError::VersionMismatch(version) => Error::EditedMigration { version },
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => e.into(),
        other => Error::Database(other.to_string()),
    })
}
