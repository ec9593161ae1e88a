"""A client that shares nothing with ours: it learns the protocol from the daemon by reflection.

Usage: client.py ADDRESS TOKEN; prints one JSON object with what it found.
"""

import json
import sys

import grpc
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

address, token = sys.argv[1:]
channel = grpc.insecure_channel(address)
database = ProtoReflectionDescriptorDatabase(channel)
pool = DescriptorPool(database)


def method(service, name):
    """Path, request class and response class of a method, from its descriptor."""
    found = pool.FindServiceByName(service).FindMethodByName(name)
    classes = [message_factory.GetMessageClass(t) for t in (found.input_type, found.output_type)]
    return f"/{service}/{name}", *classes


def call(service, name, metadata):
    path, request, response = method(service, name)
    stub = channel.unary_unary(path, request.SerializeToString, response.FromString)
    return stub(request(), metadata=metadata, timeout=30)


def code(service, name, metadata):
    try:
        call(service, name, metadata)
    except grpc.RpcError as error:
        return error.code().name
    return "OK"


def first_of_stream(metadata):
    path, request, response = method("tradingd.v1.EventService", "Subscribe")
    stub = channel.unary_stream(path, request.SerializeToString, response.FromString)
    stream = stub(request(), metadata=metadata, timeout=30)
    try:
        first = next(stream)
    except grpc.RpcError as error:
        return {"error": error.code().name}
    stream.cancel()
    return json_format.MessageToDict(first)


bearer = [("authorization", f"Bearer {token}")]
health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=30)
system = "tradingd.v1.SystemService"
print(
    json.dumps(
        {
            "services": sorted(database.get_services()),
            "health": health_pb2.HealthCheckResponse.ServingStatus.Name(health.status),
            "status": json_format.MessageToDict(call(system, "GetStatus", bearer)),
            "without_token": code(system, "GetStatus", []),
            "wrong_token": code(system, "GetStatus", [("authorization", "Bearer x.y.z")]),
            "version_without_token": code(system, "GetVersion", []),
            "stream": first_of_stream(bearer),
            "stream_without_token": first_of_stream([]),
        }
    )
)
