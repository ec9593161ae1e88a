//! Rows that a migration can't make in SQL, made once when a store of an older build is opened.

use crate::{Error, decisions, trade_order};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

/// Makes what is missing, all or nothing. Costs a look at two indices when nothing is.
pub(crate) async fn catch_up(connection: &mut SqliteConnection) -> Result<(), Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let trades = trade_order::catch_up(&mut transaction).await?;
    let decisions = decisions::catch_up(&mut transaction).await?;
    transaction.commit().await?;
    if trades + decisions > 0 {
        tracing::info!(trades, decisions, "rows of older builds were made ready for lists");
    }
    Ok(())
}
