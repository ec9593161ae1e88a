//! Whole lists on their way into files: oldest first, a chunk at a time.

use crate::{Error, Store};
use domain::{ClosedTrade, OrderView, Symbol};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

impl Store {
    /// Trades with numbers above `id`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn trades_after(
        &self,
        id: u64,
        symbol: Option<Symbol>,
        limit: u32,
    ) -> Result<Vec<(u64, ClosedTrade)>, Error> {
        let sql = "SELECT id, view FROM trades WHERE id > ?1 AND (?2 IS NULL OR symbol = ?2) \
                   ORDER BY id LIMIT ?3";
        self.views_after(sql, id, symbol, limit).await
    }

    /// Orders with numbers above `number`, in the order in which they were sent, at most `limit`.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn orders_after(
        &self,
        number: u64,
        symbol: Option<Symbol>,
        limit: u32,
    ) -> Result<Vec<(u64, OrderView)>, Error> {
        let sql = "SELECT number, view FROM orders WHERE number > ?1 \
                   AND (?2 IS NULL OR symbol = ?2) ORDER BY number LIMIT ?3";
        self.views_after(sql, number, symbol, limit).await
    }

    async fn views_after<T: serde::de::DeserializeOwned>(
        &self,
        sql: &'static str,
        after: u64,
        symbol: Option<Symbol>,
        limit: u32,
    ) -> Result<Vec<(u64, T)>, Error> {
        let mut read = self.read_long().await?;
        let query = sqlx::query(sql)
            .bind(i64::try_from(after).unwrap_or(i64::MAX))
            .bind(symbol.map(|symbol| symbol.as_str().to_owned()))
            .bind(i64::from(limit));
        let rows = query.fetch_all(&mut *read).await?;
        let item = |row: &SqliteRow| -> Result<(u64, T), Error> {
            let number = crate::bulk::to_u64("number", row.try_get(0)?)?;
            let view = serde_json::from_str(row.try_get(1)?)
                .map_err(|e| Error::Corrupt(format!("row {number}: {e}")))?;
            Ok((number, view))
        };
        rows.iter().map(item).collect()
    }
}
