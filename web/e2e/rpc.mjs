// The daemon's own word, asked beside the page: whatever a page shows or exports can be compared
// with it. Methods come from the protocol files, so that nothing of the wire is written by hand.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

function registryOf(protocol) {
  const image = join(tmpdir(), `tradingd-protocol-${process.pid}.binpb`);
  const web = join(import.meta.dirname, "..");
  const buf = join(web, "node_modules/.bin/buf");
  execFileSync(buf, ["build", protocol, "--as-file-descriptor-set", "-o", image], { cwd: web });
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(image));
  rmSync(image);
  return createFileRegistry(set);
}

/** `client("TradeService")` of a user who is logged in. */
export async function askDaemon({ url, user, password }) {
  const registry = registryOf(join(import.meta.dirname, "../../proto"));
  let token = "";
  const withToken = (next) => async (request) => {
    // A call may bring a token of its own.
    if (request.method.name === "Login" || request.header.has("authorization")) return next(request);
    const call = () => {
      request.header.set("authorization", `Bearer ${token}`);
      return next(request);
    };
    try {
      return await call();
    } catch (error) {
      // Access tokens may live a minute only, and journeys wait longer for the market.
      if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
      await logIn();
      return call();
    }
  };
  const transport = createGrpcWebTransport({ baseUrl: url, interceptors: [withToken] });
  const client = (name) => {
    const service = registry.getService(`tradingd.v1.${name}`);
    if (!service) throw new Error(`the protocol has no ${name}`);
    return createClient(service, transport);
  };
  const logIn = async () => {
    const { tokens } = await client("AuthService").login({ user, password });
    token = tokens.accessToken;
  };
  await logIn();
  return client;
}
