//! Many rows with few statements: multi-row INSERTs of fixed sizes, so that each is prepared once.
//!
//! Also the small checks between Rust's and SQLite's integers.

use crate::Error;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Type};
use std::sync::{Arc, OnceLock};

/// Rows of one statement, largest first. Measured with 4,000 rows: 16 rows a statement take 2.6
/// times as long as 256, more than 256 gain nothing. One `INSERT … SELECT … FROM json_each(?)` is
/// as fast for text and 1.7 times slower with a blob, which JSON has to carry as hex.
const SIZES: [usize; 3] = [256, 16, 1];

/// An INSERT for any number of rows; lives in a `static`.
#[derive(Debug)]
pub(crate) struct Insert {
    /// Up to `VALUES`.
    head: &'static str,
    columns: usize,
    /// After the values: the conflict clause.
    tail: &'static str,
    sql: OnceLock<[Arc<str>; 3]>,
}

/// The values of some rows.
#[derive(Debug, Default)]
pub(crate) struct Values(SqliteArguments);

impl Values {
    /// Adds the next column's value.
    pub(crate) fn add<T: Encode<'static, Sqlite> + Type<Sqlite>>(
        &mut self,
        value: T,
    ) -> Result<(), Error> {
        self.0.add(value).map_err(|e| Error::Database(e.to_string()))
    }
}

impl Insert {
    pub(crate) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, sql: OnceLock::new() }
    }

    fn sql(&self, size_index: usize) -> Arc<str> {
        let all = self.sql.get_or_init(|| {
            let row = format!("({})", vec!["?"; self.columns].join(","));
            SIZES.map(|size| {
                format!("{} VALUES {} {}", self.head, vec![row.as_str(); size].join(","), self.tail)
                    .into()
            })
        });
        Arc::clone(&all[size_index])
    }

    /// Inserts the rows in order; returns how many rows were inserted or updated.
    pub(crate) async fn run<T>(
        &self,
        connection: &mut SqliteConnection,
        mut rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut affected = 0;
        for (index, size) in SIZES.into_iter().enumerate() {
            while let Some((chunk, rest)) = rows.split_at_checked(size) {
                let mut values = Values::default();
                values.0.reserve(size * self.columns, 0);
                for row in chunk {
                    bind(&mut values, row)?;
                }
                let query = sqlx::query_with(AssertSqlSafe(self.sql(index)), values.0);
                affected += query.execute(&mut *connection).await?.rows_affected();
                rows = rest;
            }
        }
        Ok(affected)
    }
}

/// A counter as SQLite's signed integer.
pub(crate) fn to_i64(what: &str, value: u64) -> Result<i64, Error> {
    i64::try_from(value)
        .map_err(|_| Error::Broken(format!("{what} must be at most {}, got {value}", i64::MAX)))
}

/// A stored counter.
pub(crate) fn to_u64(what: &str, value: i64) -> Result<u64, Error> {
    u64::try_from(value).map_err(|_| Error::Corrupt(format!("{what} is negative: {value}")))
}
