import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { BadRequestSchema, ErrorInfoSchema } from "@/gen/google/rpc/error_details_pb";
import { describeError, isUnreachable } from "./errors";

describe("errors in words", () => {
  it("show code, sentence, reason and refused fields", () => {
    const fieldViolations = [{ field: "max_points", description: "2 to 5000, got 1" }];
    const error = new ConnectError("the request is not valid", Code.InvalidArgument, undefined, [
      { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: "OUT_OF_RANGE" }) },
      { desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations }) },
    ]);
    expect(describeError(error)).toEqual({
      code: "INVALID_ARGUMENT",
      sentence: "the request is not valid",
      reason: "OUT_OF_RANGE",
      fields: fieldViolations,
    });
  });

  it.each([
    [new TypeError("Failed to fetch"), "UNAVAILABLE", "the daemon can't be reached", true],
    [new ConnectError("draining", Code.Unavailable), "UNAVAILABLE", "draining", true],
    [new ConnectError("", Code.NotFound), "NOT_FOUND", "the daemon gave no reason", false],
    [new ConnectError("no", Code.PermissionDenied), "PERMISSION_DENIED", "no", false],
    [new ConnectError("", Code.FailedPrecondition), "FAILED_PRECONDITION", "the daemon gave no reason", false],
  ])("%s", (error, code, sentence, unreachable) => {
    expect(describeError(error)).toEqual({ code, sentence, fields: [] });
    expect(isUnreachable(error)).toBe(unreachable);
  });
});
