// Login, first run and the caller's own account at the in-memory daemon.
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { AuthService } from "@/gen/tradingd/v1/auth_pb";
import { SAMPLE_CODE } from "./sample-access";
import type { SampleDaemon } from "./sample-daemon";

export function sampleAuth(router: ConnectRouter, { access }: SampleDaemon): void {
  router.service(AuthService, {
    getSetupState: () => ({ setupNeeded: access.setupNeeded, tokenFile: "data/bootstrap-token" }),
    setup: ({ token, user, password }) => access.setUp(token, user, password),
    login: ({ user, password, totpCode }) => access.login(user, password, totpCode),
    refresh: () => access.refresh(),
    logout: (_request, context) => {
      access.require(context);
      access.logout();
      return {};
    },
    whoAmI: (_request, context) => {
      const { name, role, totpCode } = access.require(context);
      return { user: name, role, totp: totpCode !== "" };
    },
    changePassword: ({ oldPassword, newPassword }, context) => {
      const user = access.require(context);
      if (user.password !== oldPassword) {
        throw new ConnectError("the old password is wrong", Code.Unauthenticated);
      }
      user.password = newPassword;
      return { endedSessions: 1 };
    },
    enrolTotp: (_request, context) => {
      const { name } = access.require(context);
      const secret = "JBSWY3DPEHPK3PXP";
      return { secret, uri: `otpauth://totp/tradingd:${name}?secret=${secret}` };
    },
    confirmTotp: ({ totpCode }, context) => {
      const user = access.require(context);
      if (totpCode !== SAMPLE_CODE) throw new ConnectError("totp_code is wrong", Code.InvalidArgument);
      user.totpCode = totpCode;
      return {};
    },
    removeTotp: (_request, context) => {
      access.require(context).totpCode = "";
      return {};
    },
  });
}
