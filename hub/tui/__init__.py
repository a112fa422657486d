"""The terminal interface of staff: a client of the hub and nothing more. Start it with `hub.tui.app.run_tui`.

    client ──▶ bridge ──▶ messages ──▶ app ──▶ situation ──▶ rows (pure) ──▶ panels
    keys  ──▶ panels ──▶ messages ──▶ app ──▶ bridge ──▶ client

Only `bridge` talks to the client. Panels are given a frozen `Situation` and draw it; what people do goes up as
messages. Everything that decides what is shown is pure and lives in `rows`, `describe`, `forms` and `actions`.
"""
