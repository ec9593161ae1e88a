"""Serves one JSON document at /status with FastAPI on one uvicorn worker, behind a bearer token
that is checked with each call, as the earlier system did.

Prints the address that it listens on and a token, then serves until it is killed.
"""

import json
import secrets
import socket
import sys
import time

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

STATUS = json.load(open(sys.argv[1], encoding="utf-8"))
KEY = secrets.token_hex(32)
app = FastAPI()
bearer = HTTPBearer()


async def user(given: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    try:
        claims = jwt.decode(given.credentials, KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return claims["sub"]


@app.get("/status")
async def status(_: str = Depends(user)) -> dict:
    # A new document with each call, as from state that changes.
    return dict(STATUS)


listener = socket.socket()
# Accepted sockets inherit it; without, each answer waits for a delayed acknowledgement.
listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
listener.bind(("127.0.0.1", 0))
now = int(time.time())
token = jwt.encode({"sub": "admin", "iat": now, "exp": now + 3600}, KEY, algorithm="HS256")
print("127.0.0.1:%d %s" % (listener.getsockname()[1], token), flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
