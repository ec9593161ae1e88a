//! `orders list` and `orders get`.

use super::{Context, next_page};
use crate::cli::OrdersArgs;
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, number, panel, rows, text};
use crate::output::{format, words};
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::{
    Fill, GetOrderRequest, GetOrderResponse, ListOrdersRequest, ListOrdersResponse, Order,
    OrderStatus,
};

/// Lists orders, newest first.
pub async fn list(context: &Context<'_>, args: OrdersArgs) -> Result<(), Failure> {
    let limit = args.limit.unwrap_or(50) as usize;
    let mut request = ListOrdersRequest {
        open_only: args.open,
        symbol: args.symbol.unwrap_or_default(),
        page_size: next_page(limit, 0),
        page_token: String::new(),
    };
    let mut answer = fetch(context, request.clone()).await?;
    while !answer.next_page_token.is_empty() && answer.orders.len() < limit {
        request.page_size = next_page(limit, answer.orders.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.orders.extend(page.orders);
        answer.next_page_token = page.next_page_token;
    }
    let nothing = if args.open { "no open orders" } else { "no orders" };
    context.out.list(&answer, answer.orders.len(), nothing, |a, style| table(&a.orders, style))?;
    if !answer.next_page_token.is_empty() && !context.out.is_json() {
        context.out.say("there are more; see --limit");
    }
    Ok(())
}

async fn fetch(
    context: &Context<'_>,
    request: ListOrdersRequest,
) -> Result<ListOrdersResponse, Failure> {
    context.client.read(request, async |c, r| OrderServiceClient::new(c).list_orders(r).await).await
}

/// Orders as a table, one per line.
pub fn table(orders: &[Order], style: Style) -> String {
    let headings = [
        "created (UTC)",
        "id",
        "symbol",
        "side",
        "type",
        "for",
        "status",
        "quantity",
        "filled",
        "limit",
        "trigger",
        "average",
        "reason",
    ];
    let line = |order: &Order| {
        vec![
            text(format::utc(order.created_at.as_ref())),
            text(&*order.client_order_id),
            text(&*order.symbol),
            text(words::side(order.side)),
            text(words::order_type(order.r#type)),
            text(words::purpose(order.purpose)),
            status(order),
            number(wanted(order)),
            number(format::quantity(&order.filled_quantity)),
            number(format::price(&order.limit_price)),
            number(format::price(&order.trigger_price)),
            number(format::price(&order.average_price)),
            text(&*order.reason),
        ]
    };
    rows(style, &headings, orders.iter().map(line).collect())
}

/// What was ordered: a quantity, or an amount of quote asset to spend.
fn wanted(order: &Order) -> String {
    match (order.quantity.as_str(), order.quote_budget.as_str()) {
        ("", "") => String::new(),
        ("", budget) => format!("for {}", format::fixed(budget, 2)),
        (quantity, _) => format::quantity(quantity),
    }
}

fn status(order: &Order) -> Field {
    let tone = match OrderStatus::try_from(order.status) {
        Ok(OrderStatus::Filled) => Tone::Good,
        Ok(OrderStatus::Rejected) => Tone::Bad,
        Ok(OrderStatus::PartiallyFilled | OrderStatus::Attempted) => Tone::Warn,
        _ => Tone::Plain,
    };
    text(words::order_status(order.status)).tone(tone)
}

/// Shows one order with its fills.
pub async fn get(context: &Context<'_>, id: String) -> Result<(), Failure> {
    let answer = context
        .client
        .read(GetOrderRequest { client_order_id: id }, async |c, r| {
            OrderServiceClient::new(c).get_order(r).await
        })
        .await?;
    context.out.answer(&answer, order_panel)
}

fn order_panel(answer: &GetOrderResponse, style: Style) -> String {
    let order = answer.order.clone().unwrap_or_default();
    let lines = vec![
        ("order", text(&*order.client_order_id)),
        ("symbol", text(&*order.symbol)),
        ("side", text(words::side(order.side))),
        ("type", text(words::order_type(order.r#type))),
        ("for", text(words::purpose(order.purpose))),
        ("status", status(&order)),
        ("reason", text(&*order.reason)),
        ("quantity", text(wanted(&order))),
        ("filled", text(format::quantity(&order.filled_quantity))),
        ("limit", text(format::price(&order.limit_price))),
        ("trigger", text(format::price(&order.trigger_price))),
        ("average", text(format::price(&order.average_price))),
        ("fee", text(format::quantity(&order.fee)).unit(&order.fee_asset)),
        ("linked order", text(&*order.linked_order_id)),
        ("intent", text(order.intent.to_string())),
        ("created", text(format::utc(order.created_at.as_ref())).unit("UTC")),
        ("updated", text(format::utc(order.updated_at.as_ref())).unit("UTC")),
    ];
    let head = panel(style, lines);
    if answer.fills.is_empty() {
        return format!("{head}\n\nno fills");
    }
    format!("{head}\n\n{}", fills(&answer.fills, style))
}

fn fills(fills: &[Fill], style: Style) -> String {
    let headings = ["at (UTC)", "fill", "quantity", "price", "fee", "asset", "maker"];
    let line = |fill: &Fill| {
        vec![
            text(format::utc(fill.at.as_ref())),
            number(fill.trade_id.to_string()),
            number(format::quantity(&fill.quantity)),
            number(format::price(&fill.price)),
            number(format::quantity(&fill.fee)),
            text(&*fill.fee_asset),
            text(if fill.maker { "yes" } else { "no" }),
        ]
    };
    rows(style, &headings, fills.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradingd_proto::v1::{OrderSide, OrderType};

    fn order() -> Order {
        Order {
            client_order_id: "3f2a-17-1".to_owned(),
            symbol: "BTC/USDT".to_owned(),
            side: OrderSide::Buy.into(),
            r#type: OrderType::Market.into(),
            status: OrderStatus::Filled.into(),
            quote_budget: "1000".to_owned(),
            filled_quantity: "0.023".to_owned(),
            average_price: "43210.5".to_owned(),
            fee: "1.0".to_owned(),
            fee_asset: "USDT".to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn one_order_with_its_fills() {
        let fill = Fill {
            trade_id: 5,
            quantity: "0.023".to_owned(),
            price: "43210.5".to_owned(),
            fee: "1".to_owned(),
            fee_asset: "USDT".to_owned(),
            ..Default::default()
        };
        let answer = GetOrderResponse { order: Some(order()), fills: vec![fill] };
        assert_eq!(
            order_panel(&answer, Style { colour: false }),
            "order     3f2a-17-1\n\
             symbol    BTC/USDT\n\
             side      buy\n\
             type      market\n\
             status    filled\n\
             quantity  for 1,000.00\n\
             filled    0.023\n\
             average   43,210.5\n\
             fee       1 USDT\n\
             intent    0\n\
             \n\
             at (UTC)  fill  quantity     price  fee  asset  maker\n\
             -            5     0.023  43,210.5    1  USDT   no"
        );
    }

    #[test]
    fn orders_without_a_value_show_a_dash() {
        let shown = table(&[order()], Style { colour: false });
        let row = shown.lines().nth(1).expect("a row");
        assert!(row.contains("for 1,000.00"), "{row}");
        assert!(row.ends_with("43,210.5  -"), "{row}");
    }
}
