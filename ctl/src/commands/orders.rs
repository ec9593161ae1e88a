//! `orders list`, `orders get` and `orders cancel`.

use super::plan::{self, Ask};
use super::{Context, executions, next_page};
use crate::cli::{OrdersArgs, PlanArgs, SideFilter, StatusFilter};
use crate::failure::Failure;
use crate::output::table::{Field, Style, Tone, number, panel, rows, text};
use crate::output::{format, words};
use crate::progress;
use crate::random::request_id;
use tradingd_proto::v1::order_service_client::OrderServiceClient;
use tradingd_proto::v1::{
    CancelOrderRequest, CancelOrderResponse, Fill, GetOrderRequest, GetOrderResponse,
    ListOrdersRequest, ListOrdersResponse, Order, OrderPurpose, OrderSide, OrderStatus, OrderStep,
};

/// Lists orders, newest first.
pub async fn list(context: &Context<'_>, args: OrdersArgs) -> Result<(), Failure> {
    let limit = args.limit.unwrap_or(50) as usize;
    let mut request = ListOrdersRequest {
        open_only: args.open,
        symbol: args.symbol.unwrap_or_default(),
        page_size: next_page(limit, 0),
        page_token: String::new(),
        from: args.from,
        to: args.to,
        statuses: args.words.statuses.iter().map(|s| stands(*s).into()).collect(),
        side: args.words.side.map_or(OrderSide::Unspecified, side).into(),
        purpose: args.words.purpose.map_or(OrderPurpose::Unspecified, executions::purpose).into(),
        strategy: args.words.strategy.unwrap_or_default(),
    };
    let sign = progress::bar("orders", None);
    let mut answer = fetch(context, request.clone()).await?;
    while !answer.next_page_token.is_empty() && answer.orders.len() < limit {
        request.page_size = next_page(limit, answer.orders.len());
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let page = fetch(context, request.clone()).await?;
        answer.orders.extend(page.orders);
        sign.at(answer.orders.len() as u64);
        answer.next_page_token = page.next_page_token;
    }
    drop(sign);
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

const fn side(filter: SideFilter) -> OrderSide {
    match filter {
        SideFilter::Buy => OrderSide::Buy,
        SideFilter::Sell => OrderSide::Sell,
    }
}

const fn stands(filter: StatusFilter) -> OrderStatus {
    match filter {
        StatusFilter::Intent => OrderStatus::Intent,
        StatusFilter::Attempted => OrderStatus::Attempted,
        StatusFilter::Working => OrderStatus::Working,
        StatusFilter::PartiallyFilled => OrderStatus::PartiallyFilled,
        StatusFilter::Filled => OrderStatus::Filled,
        StatusFilter::Cancelled => OrderStatus::Cancelled,
        StatusFilter::Expired => OrderStatus::Expired,
        StatusFilter::Rejected => OrderStatus::Rejected,
        StatusFilter::Unknown => OrderStatus::Unknown,
        StatusFilter::NeverArrived => OrderStatus::NeverArrived,
    }
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
        "reference",
        "slippage (bps)",
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
            filled(order),
            number(format::price(&order.limit_price)),
            number(format::price(&order.trigger_price)),
            number(format::price(&order.average_price)),
            number(format::price(&order.reference_price)),
            executions::slippage(&order.slippage_bps),
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

/// What has been filled, and what the venue has executed besides whose fills are missing.
fn filled(order: &Order) -> Field {
    let filled = format::quantity(&order.filled_quantity);
    if order.missing_quantity.is_empty() {
        return number(filled);
    }
    let missing = format::quantity(&order.missing_quantity);
    number(format!("{filled} ({missing} missing)")).tone(Tone::Warn)
}

fn status(order: &Order) -> Field {
    text(words::order_status(order.status)).tone(tone_of(order.status))
}

fn tone_of(order_status: i32) -> Tone {
    match OrderStatus::try_from(order_status) {
        Ok(OrderStatus::Filled) => Tone::Good,
        Ok(OrderStatus::Rejected) => Tone::Bad,
        Ok(
            OrderStatus::PartiallyFilled
            | OrderStatus::Attempted
            | OrderStatus::Unknown
            | OrderStatus::NeverArrived,
        ) => Tone::Warn,
        _ => Tone::Plain,
    }
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
    let triggered = if order.triggered { "yes" } else { "" };
    let lines = vec![
        ("order", text(&*order.client_order_id)),
        ("symbol", text(&*order.symbol)),
        ("side", text(words::side(order.side))),
        ("type", text(words::order_type(order.r#type))),
        ("for", text(words::purpose(order.purpose))),
        ("status", status(&order)),
        ("reason", text(&*order.reason)),
        ("quantity", text(wanted(&order))),
        ("filled", filled(&order)),
        ("limit", text(format::price(&order.limit_price))),
        ("trigger", text(format::price(&order.trigger_price))),
        ("triggered", text(triggered)),
        ("average", text(format::price(&order.average_price))),
        ("reference", text(format::price(&order.reference_price))),
        ("slippage", executions::slippage(&order.slippage_bps).unit("bps")),
        ("fee", text(format::quantity(&order.fee)).unit(&order.fee_asset)),
        ("linked order", text(&*order.linked_order_id)),
        ("intent", text(order.intent.to_string())),
        ("created", text(format::utc(order.created_at.as_ref())).unit("UTC")),
        ("updated", text(format::utc(order.updated_at.as_ref())).unit("UTC")),
    ];
    let mut page = panel(style, lines);
    match answer.fills.as_slice() {
        [] => page.push_str("\n\nno fills"),
        all => page.push_str(&format!("\n\n{}", fills(all, style))),
    }
    if !answer.timeline.is_empty() {
        page.push_str(&format!("\n\n{}", timeline(&answer.timeline, style)));
    }
    page
}

/// Every step of its life.
fn timeline(steps: &[OrderStep], style: Style) -> String {
    let headings = ["step", "at (UTC)", "after", "record", "quantity", "price", "reason"];
    let line = |step: &OrderStep| {
        let after = step.since_first.unwrap_or_default();
        let seconds = after.seconds as f64 + f64::from(after.nanos) / 1e9;
        vec![
            text(words::order_step(step.kind)),
            text(format::utc(step.at.as_ref())),
            number(format!("{seconds:.3} s")),
            number(step.sequence.to_string()),
            number(format::quantity(&step.quantity)),
            number(format::price(&step.price)),
            text(&*step.reason),
        ]
    };
    rows(style, &headings, steps.iter().map(line).collect())
}

/// Takes back one order.
pub async fn cancel(
    context: &Context<'_>,
    id: String,
    reason: String,
    plan: PlanArgs,
) -> Result<(), Failure> {
    let request = CancelOrderRequest {
        client_order_id: id,
        request_id: request_id()?,
        reason,
        dry_run: false,
        plan_id: String::new(),
    };
    let call = async |r: CancelOrderRequest| -> Result<CancelOrderResponse, Failure> {
        let rpc = async |c, r| OrderServiceClient::new(c).cancel_order(r).await;
        context.client.mutate(r, rpc).await
    };
    let Some(request) = plan::first(context, request, &plan, Ask::Never, &call).await? else {
        return Ok(());
    };
    let answer = call(request).await?;
    context.out.answer(&answer, cancelled)
}

fn cancelled(answer: &CancelOrderResponse, _: Style) -> String {
    let order = answer.order.clone().unwrap_or_default();
    let id = &order.client_order_id;
    let filled = match format::quantity(&order.filled_quantity).as_str() {
        "0" | format::NONE => "nothing of it was filled".to_owned(),
        filled => format!("{filled} of it was filled"),
    };
    match order.status() {
        OrderStatus::Cancelled => format!("order {id} is cancelled; {filled}"),
        _ => format!(
            "the cancel of order {id} is on its way; it is {} and may still fill; {filled}",
            words::order_status(order.status)
        ),
    }
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
        let answer =
            GetOrderResponse { order: Some(order()), fills: vec![fill], ..Default::default() };
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
        let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        assert_eq!(cells[cells.len() - 4..], ["43,210.5", "-", "-", "-"], "{row}");
    }

    #[test]
    fn doubt_is_told_in_a_warning_tone() {
        let plain = Style { colour: false };
        for (order_status, word) in
            [(OrderStatus::Unknown, "unknown"), (OrderStatus::NeverArrived, "never arrived")]
        {
            let order = Order { status: order_status.into(), ..order() };
            // Whether a terminal shows the tone as a colour is the environment's business.
            assert_eq!(tone_of(order.status), Tone::Warn);
            let shown = table(&[order], plain);
            assert!(shown.contains(word), "{shown:?}");
        }
        let missing = Order {
            missing_quantity: "0.002".to_owned(),
            reference_price: "43200".to_owned(),
            slippage_bps: "2.43".to_owned(),
            ..order()
        };
        let shown = table(std::slice::from_ref(&missing), Style { colour: false });
        assert!(shown.contains("0.023 (0.002 missing)"), "{shown}");
        assert!(shown.contains("43,200") && shown.contains("2.43"), "{shown}");
        let answer = GetOrderResponse { order: Some(missing), ..Default::default() };
        let panel = order_panel(&answer, Style { colour: false });
        assert!(panel.contains("slippage   2.43 bps"), "{panel}");
    }

    #[test]
    fn a_cancel_tells_whether_the_order_is_gone() {
        let answer = |order_status: OrderStatus, filled: &str| CancelOrderResponse {
            order: Some(Order {
                status: order_status.into(),
                filled_quantity: filled.to_owned(),
                ..order()
            }),
            effect: None,
            plan: None,
        };
        let plain = Style { colour: false };
        assert_eq!(
            cancelled(&answer(OrderStatus::Cancelled, "0"), plain),
            "order 3f2a-17-1 is cancelled; nothing of it was filled"
        );
        assert_eq!(
            cancelled(&answer(OrderStatus::Working, "0.01"), plain),
            "the cancel of order 3f2a-17-1 is on its way; it is working and may still fill; \
             0.01 of it was filled"
        );
    }
}
