// A refusal as the daemon words it: code, message, and a reason that never changes.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@/gen/google/rpc/error_details_pb";

export function refuse(message: string, reason: string, code = Code.FailedPrecondition): ConnectError {
  const details = [{ desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason }) }];
  return new ConnectError(message, code, undefined, details);
}
