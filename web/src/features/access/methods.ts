// What an API token can be limited to, as suggestions: everything that the protocol has.
import { getOption } from "@bufbuild/protobuf";
import { SessionService, TokenService } from "@/gen/tradingd/v1/access_pb";
import { AlertService } from "@/gen/tradingd/v1/alerts_pb";
import { AnalyticsService } from "@/gen/tradingd/v1/analytics_pb";
import { AuditService } from "@/gen/tradingd/v1/audit_pb";
import { DecisionService } from "@/gen/tradingd/v1/decisions_pb";
import { EmergencyService } from "@/gen/tradingd/v1/emergency_pb";
import { EventService } from "@/gen/tradingd/v1/events_pb";
import { LogService } from "@/gen/tradingd/v1/logs_pb";
import { MarketService } from "@/gen/tradingd/v1/market_pb";
import { Permission, permission } from "@/gen/tradingd/v1/options_pb";
import { OrderService } from "@/gen/tradingd/v1/orders_pb";
import { PortfolioService } from "@/gen/tradingd/v1/portfolio_pb";
import { PositionService } from "@/gen/tradingd/v1/positions_pb";
import { RiskService } from "@/gen/tradingd/v1/risk_pb";
import { SettingsService } from "@/gen/tradingd/v1/settings_pb";
import { StrategyService } from "@/gen/tradingd/v1/strategies_pb";
import { SystemService } from "@/gen/tradingd/v1/system_pb";
import { TradeService } from "@/gen/tradingd/v1/trades_pb";

const SERVICES = [
  SystemService, PortfolioService, PositionService, OrderService, TradeService, StrategyService,
  DecisionService, MarketService, RiskService, AnalyticsService, EmergencyService, EventService,
  AlertService, SettingsService, AuditService, LogService, SessionService, TokenService,
];

export const METHODS: string[] = [
  "@read",
  ...SERVICES.flatMap((service) => [
    `${service.name}/*`,
    ...service.methods
      .filter((method) => getOption(method, permission) !== Permission.PUBLIC)
      .map((method) => `${service.name}/${method.name}`),
  ]),
];
