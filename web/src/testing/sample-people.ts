// The in-memory daemon's users, sessions and API tokens.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { type ApiToken, ApiTokenSchema, KeyService, SessionSchema, SessionService, TokenService } from "@/gen/tradingd/v1/access_pb";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { type User, UserSchema, UserService } from "@/gen/tradingd/v1/users_pb";
import { DATA_START } from "./fixtures";
import type { SampleDaemon } from "./sample-daemon";

const AT = timestampFromMs(DATA_START);

export class SamplePeople {
  users: User[] = [
    create(UserSchema, { name: "ada", role: Role.ADMIN, createdAt: AT, changedAt: AT, sessions: 2 }),
    create(UserSchema, { name: "bob", role: Role.VIEWER, createdAt: AT, changedAt: AT, sessions: 1 }),
  ];
  sessions = [
    create(SessionSchema, { sessionId: "s-1", user: "ada", current: true, source: "127.0.0.1", client: "botctl/0.1.0", createdAt: AT }),
    create(SessionSchema, { sessionId: "s-2", user: "ada", source: "10.0.0.7", client: "Mozilla/5.0 (X11; Linux x86_64)", createdAt: AT }),
  ];
  tokens: ApiToken[] = [];
}

function plan(what: string, before: string, after: string) {
  return { plan: { planId: `plan ${what}`, changes: [{ what, before, after }] } };
}

export function samplePeople(router: ConnectRouter, daemon: SampleDaemon): void {
  const { people, access } = daemon;
  const put = (name: string, change: Partial<User>) => {
    people.users = people.users.map((each) => (each.name === name ? { ...each, ...change } : each));
  };
  router.service(UserService, {
    listUsers: (_request, context) => {
      access.require(context, Role.ADMIN);
      return { users: people.users };
    },
    createUser: (request, context) => {
      access.require(context, Role.ADMIN);
      daemon.calls.push({ method: "CreateUser", request });
      if (request.password.length < 12) throw new ConnectError("the password is too short", Code.InvalidArgument);
      if (request.dryRun) return plan(`user ${request.user}`, "", Role[request.role] ?? "");
      people.users = [...people.users, create(UserSchema, { name: request.user, role: request.role, createdAt: AT })];
      return {};
    },
    setUserRole: ({ user, role, dryRun }) => {
      if (dryRun) return plan(`user ${user}`, "viewer", Role[role] ?? "");
      put(user, { role });
      return {};
    },
    disableUser: ({ user, dryRun }) => {
      if (dryRun) return plan(`user ${user}`, "active", "disabled");
      put(user, { disabled: true });
      return {};
    },
    removeUser: ({ user, dryRun }) => {
      if (dryRun) return plan(`user ${user}`, "viewer", "");
      people.users = people.users.filter((each) => each.name !== user);
      return {};
    },
  });
  router.service(SessionService, {
    listSessions: () => ({ sessions: people.sessions }),
    revokeSession: ({ sessionId, dryRun }) => {
      if (dryRun) return plan(`session ${sessionId}`, "open", "");
      people.sessions = people.sessions.filter((each) => each.sessionId !== sessionId);
      return {};
    },
  });
  router.service(TokenService, {
    listTokens: () => ({ tokens: people.tokens }),
    createToken: (request, context) => {
      const { name: user } = access.require(context);
      daemon.calls.push({ method: "CreateToken", request });
      if (request.dryRun) return plan(`token ${request.name}`, "", "viewer");
      const token = create(ApiTokenSchema, { tokenId: `t-${request.name}`, user, name: request.name, role: request.role, createdAt: AT });
      if (request.limits) token.limits = request.limits;
      people.tokens = [...people.tokens, token];
      return { token, secret: "tdt_shown-once" };
    },
    deriveToken: (request, context) => {
      const bearer = context.requestHeader.get("authorization");
      if (bearer !== "Bearer tdt_shown-once") throw new ConnectError("needs an API token", Code.FailedPrecondition);
      if (request.dryRun) return plan(`token ${request.name}`, "", "viewer");
      return { secret: "tdt_narrower" };
    },
    revokeToken: ({ tokenId, dryRun }) => {
      if (dryRun) return plan(`token ${tokenId}`, "holds", "");
      people.tokens = people.tokens.filter((each) => each.tokenId !== tokenId);
      return {};
    },
  });
  router.service(KeyService, {
    rotateKeys: ({ dryRun }) => (dryRun ? plan("signing key", "", "new") : { oldUntil: AT }),
  });
}
