"""The hub's HTTP API: sign-in, rights, views, commands and the live stream, on a unix socket.

`serve.ApiServer` runs it; `backend.Backend` is all that it needs of the running hub.
"""
