"""Emberwatch's own settings; each is described in ``docs/settings.md``."""

from config import env

HOST = env.get("HOST")
PORT = env.get("PORT")
DEMO = env.get("DEMO")
DEMO_FEED = env.get("DEMO_FEED")
_worker = env.get("EMBEDDED_WORKER")
EMBEDDED_WORKER = not env.get("DATABASE_URL") if _worker is None else _worker

# Each stream and the permission that opens it, in the order in which a transaction numbers them.
STREAMS = {
    "hotspots": "hotspots.view_hotspot",
    "alerts": "alerts.view_alert",
    "recommendations": "recommendations.view_recommendation",
}
CHANNEL_PREFIX = env.get("CHANNEL_PREFIX")
STREAMS_POLL_SECONDS = env.get("STREAMS_POLL_SECONDS")
STREAMS_RETENTION_HOURS = env.get("STREAMS_RETENTION_HOURS")
STREAMS_HEARTBEAT_SECONDS = env.get("STREAMS_HEARTBEAT_SECONDS")
STREAMS_MAX_LAG_EVENTS = env.get("STREAMS_MAX_LAG_EVENTS")
STREAMS_MAX_SOCKETS = env.get("STREAMS_MAX_SOCKETS")
STREAMS_MAX_SOCKETS_PER_USER = env.get("STREAMS_MAX_SOCKETS_PER_USER")
STREAMS_COMMAND_RATE = env.get("STREAMS_COMMAND_RATE")
STREAMS_COMMAND_BURST = env.get("STREAMS_COMMAND_BURST")
STREAMS_ALLOW_ANONYMOUS = env.get("STREAMS_ALLOW_ANONYMOUS")

ACCESS_TOKEN_SECONDS = env.get("ACCESS_TOKEN_SECONDS")
REFRESH_TOKEN_SECONDS = env.get("REFRESH_TOKEN_SECONDS")
SIGN_IN_ATTEMPTS = env.get("SIGN_IN_ATTEMPTS")

FUTURE_TOLERANCE_SECONDS = env.get("FUTURE_TOLERANCE_SECONDS")
HOTSPOT_THRESHOLD = env.get("HOTSPOT_THRESHOLD")
HOTSPOT_CLEAR_POINTS = env.get("HOTSPOT_CLEAR_POINTS")
HOTSPOT_UPDATE_SECONDS = env.get("HOTSPOT_UPDATE_SECONDS")
DECISION_UNDO_SECONDS = env.get("DECISION_UNDO_SECONDS")
RECOMMENDATION_EXPIRY_HOURS = env.get("RECOMMENDATION_EXPIRY_HOURS")
