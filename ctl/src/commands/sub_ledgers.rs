//! `portfolio strategies`: whose each unit of the account is, and whether the sums are right.

use super::Context;
use crate::failure::Failure;
use crate::output::format;
use crate::output::table::{Style, Tone, number, profit, rows, text};
use tradingd_proto::v1::portfolio_service_client::PortfolioServiceClient;
use tradingd_proto::v1::{
    ListSubLedgersRequest, ListSubLedgersResponse, SubLedger, SubLedgerAsset, SubLedgerTotal,
};

/// Shows the sub-ledgers; with `check` fails unless their sums equal the account.
pub async fn strategies(context: &Context<'_>, check: bool) -> Result<(), Failure> {
    let answer = context
        .client
        .read(ListSubLedgersRequest {}, async |c, r| {
            PortfolioServiceClient::new(c).list_sub_ledgers(r).await
        })
        .await?;
    context.out.list(&answer, answer.sub_ledgers.len(), "no owners", table)?;
    let wrong = differences(&answer);
    if check && !wrong.is_empty() {
        return Err(Failure::refused(format!("sub-ledgers differ from the account: {wrong}")));
    }
    Ok(())
}

/// Sums that differ from the account.
fn differences(answer: &ListSubLedgersResponse) -> String {
    let wrong = answer.totals.iter().filter(|t| !t.equal || t.owners != t.account);
    let say = |t: &SubLedgerTotal| format!("{} of {} {}", t.owners, t.account, t.asset);
    wrong.map(say).collect::<Vec<_>>().join(", ")
}

fn table(answer: &ListSubLedgersResponse, style: Style) -> String {
    let quote = &answer.quote_asset;
    let result = |l: &SubLedger| {
        vec![
            text(&*l.owner),
            profit(&l.realised_profit, 2),
            profit(&l.unrealised_profit, 2),
            number(format::fixed(&l.cost, 2)),
            number(format::fixed(&l.value, 2)),
        ]
    };
    let headings = [
        "owner".to_owned(),
        format!("realised ({quote})"),
        format!("unrealised ({quote})"),
        format!("cost ({quote})"),
        format!("value ({quote})"),
    ];
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let results = rows(style, &headings, answer.sub_ledgers.iter().map(result).collect());
    format!("{results}\n\n{}\n\n{}", shares(answer, style), totals(answer, style))
}

fn shares(answer: &ListSubLedgersResponse, style: Style) -> String {
    let line = |owner: &str, a: &SubLedgerAsset| {
        vec![
            text(owner),
            text(&*a.asset),
            number(format::quantity(&a.amount)),
            number(format::quantity(&a.fees)),
            number(format::fixed(&a.fees_value, 2)),
            number(format::quantity(&a.fees_unvalued)),
        ]
    };
    let lines = answer.sub_ledgers.iter();
    let lines = lines.flat_map(|l| l.assets.iter().map(move |a| line(&l.owner, a))).collect();
    let value = format!("fees' value ({})", answer.quote_asset);
    rows(style, &["owner", "asset", "amount", "fees", &value, "fees of no known value"], lines)
}

fn totals(answer: &ListSubLedgersResponse, style: Style) -> String {
    let line = |t: &SubLedgerTotal| {
        let (word, tone) = if t.equal { ("yes", Tone::Good) } else { ("NO", Tone::Bad) };
        vec![
            text(&*t.asset),
            number(format::quantity(&t.owners)),
            number(format::quantity(&t.account)),
            text(word).tone(tone),
        ]
    };
    let headings = ["asset", "all owners", "account", "equal"];
    rows(style, &headings, answer.totals.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(owners: &str, account: &str, equal: bool) -> ListSubLedgersResponse {
        let (owners, account) = (owners.to_owned(), account.to_owned());
        let asset = "USDT".to_owned();
        let totals = vec![SubLedgerTotal { asset, owners, account, equal }];
        ListSubLedgersResponse { totals, ..Default::default() }
    }

    #[test]
    fn a_difference_is_named() {
        for (owners, account, equal, said) in [
            ("1.5", "1.5", true, ""),
            ("1.50000001", "1.5", false, "1.50000001 of 1.5 USDT"),
            // A daemon that calls unequal sums equal is not believed.
            ("1.4", "1.5", true, "1.4 of 1.5 USDT"),
        ] {
            assert_eq!(differences(&total(owners, account, equal)), said);
        }
    }
}
