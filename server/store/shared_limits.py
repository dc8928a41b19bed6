"""Token buckets that all processes of a site share, in Redis."""

from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.domain.limits import Limit

_TIMEOUT_S = 0.5
_TAKE = """
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, most, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local left = tonumber(bucket[1] or most)
left = math.min(most, left + math.max(0, now - tonumber(bucket[2] or now)) * rate)
local taken = math.min(wanted, math.floor(left))
redis.call('HSET', KEYS[1], 'left', tostring(left - taken), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(most / rate) + 1)
return {taken, tostring((1 - (left - taken)) / rate)}
"""


class SharedLimits:
    """Takes some at a time, so that a request costs no way to Redis and back.

    Args:
        url: of Redis, `redis://` or `rediss://`.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT_S, socket_timeout=_TIMEOUT_S
        )
        self._take = self._redis.register_script(_TAKE)

    async def take(self, key: str, limit: Limit, wanted: int) -> tuple[int, float] | None:
        """How many were given, and in how many seconds there is one more; None where Redis does
        not answer."""
        try:
            given, wait = await self._take(
                keys=[f"huizhen:limit:{key}"], args=[limit.a_second, limit.at_once, wanted]
            )
        except (RedisError, OSError):
            return None
        return int(given), float(wait)

    async def close(self) -> None:
        await self._redis.aclose()
