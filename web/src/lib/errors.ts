// What went wrong, as a person should read it: the code, the daemon's own sentence, the stable
// reason and the refused fields when the daemon sent them.
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@/gen/google/rpc/error_details_pb";
import { t } from "./i18n";

export interface Problem {
  /** E.g. "FAILED_PRECONDITION". */
  code: string;
  sentence: string;
  /** Stable reason from google.rpc.ErrorInfo, e.g. "OPEN_POSITIONS". */
  reason?: string;
  fields: { field: string; description: string }[];
}

const NOT_REACHED = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Unknown, Code.Canceled]);

function codeName(code: Code): string {
  return (Code[code] ?? "Unknown").replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** What browsers say when a request got no answer at all. */
function isLost(error: ConnectError): boolean {
  return /failed to fetch|networkerror|load failed|network error/i.test(error.rawMessage);
}

function sentenceOf(error: ConnectError): string {
  if (isLost(error)) return t("unreachable");
  return error.rawMessage === "" ? t("no_reason_given") : error.rawMessage;
}

export function describeError(error: unknown): Problem {
  const known = ConnectError.from(error);
  const info = known.findDetails(ErrorInfoSchema)[0];
  const fields = known.findDetails(BadRequestSchema).flatMap((each) => each.fieldViolations);
  return {
    code: codeName(isLost(known) ? Code.Unavailable : known.code),
    sentence: sentenceOf(known),
    ...(info && info.reason !== "" ? { reason: info.reason } : {}),
    fields: fields.map(({ field, description }) => ({ field, description })),
  };
}

export function hasCode(error: unknown, code: Code): boolean {
  return ConnectError.from(error).code === code;
}

/** True when the daemon gave no answer, as opposed to a refusal. */
export function isUnreachable(error: unknown): boolean {
  const known = ConnectError.from(error);
  return isLost(known) || NOT_REACHED.has(known.code) || (known.code === Code.Internal && known.cause !== undefined);
}
