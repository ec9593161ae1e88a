// Users and sessions of the in-memory daemon. The browser's cookie is a field, because there is
// no HTTP here; it survives nothing but a call, like the real one would a reload.
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { Role } from "@/gen/tradingd/v1/auth_pb";
import { refuse } from "./sample-refusal";

interface User {
  name: string;
  password: string;
  role: Role;
  /** The code that logins need; empty for none. There is no clock in it. */
  totpCode: string;
}

/** What an authenticator would show for the secret that is handed out. */
export const SAMPLE_CODE = "123456";

export class SampleAccess {
  setupSecret = "";
  /** The refresh cookie of the one browser there is. */
  cookie = "";
  /** Seconds an access token lives. */
  life = 600n;
  refreshes = 0;
  readonly #users: User[] = [];
  readonly #tokens = new Map<string, User>();
  #made = 0;

  get setupNeeded(): boolean {
    return this.#users.length === 0;
  }

  addUser(name: string, password: string, role: Role): void {
    this.#users.push({ name, password, role, totpCode: "" });
  }

  setUp(secret: string, name: string, password: string) {
    if (!this.setupNeeded) throw new ConnectError("an admin exists", Code.FailedPrecondition);
    if (secret === "" || secret !== this.setupSecret) {
      throw new ConnectError("the setup secret is wrong or too old", Code.Unauthenticated);
    }
    const user = { name, password, role: Role.ADMIN, totpCode: "" };
    this.#users.push(user);
    return this.#grant(user);
  }

  login(name: string, password: string, code = "") {
    const user = this.#users.find((each) => each.name === name && each.password === password);
    if (!user) throw new ConnectError("user name or password is wrong", Code.Unauthenticated);
    if (code !== user.totpCode) throw refuse("a code is needed", "TOTP_NEEDED", Code.Unauthenticated);
    return this.#grant(user);
  }

  refresh() {
    this.refreshes += 1;
    const name = this.cookie.split("/")[0];
    const user = this.#users.find((each) => each.name === name);
    if (!user) throw new ConnectError("no session", Code.Unauthenticated);
    return this.#grant(user);
  }

  logout(): void {
    this.cookie = "";
    this.#tokens.clear();
  }

  /** Access tokens stop working; the cookie may renew them. */
  expireAccess(): void {
    this.#tokens.clear();
  }

  /** Who calls; refuses without a valid token, and viewers where operators are needed. */
  require(context: HandlerContext, least = Role.VIEWER): User {
    const token = context.requestHeader.get("authorization")?.replace("Bearer ", "") ?? "";
    const user = this.#tokens.get(token);
    if (!user) throw new ConnectError("the access token is not valid", Code.Unauthenticated);
    if (user.role < least) throw new ConnectError("needs an operator", Code.PermissionDenied);
    return user;
  }

  #grant(user: User) {
    this.#made += 1;
    const accessToken = `access-${this.#made}`;
    this.#tokens.set(accessToken, user);
    this.cookie = `${user.name}/${this.#made}`;
    const tokens = { accessToken, accessExpiresIn: { seconds: this.life } };
    return { tokens, user: user.name, role: user.role };
  }
}
