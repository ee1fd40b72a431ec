"""A worker in Python for a queue of skein/cluster. It needs redis-py only (Debian: python3-redis), and executors with codec 'json'.
Nothing renews its locks, so its functions have to end within LOCK_MS. Delayed jobs need a worker of skein beside it."""
import json
import sys
import time
import uuid
import redis

LOCK_MS = 30_000
TAKE = """
local job = redis.call('ZPOPMIN', KEYS[1])
if #job == 0 then return nil end
redis.call('LPUSH', KEYS[2], job[1])
redis.call('SET', KEYS[3] .. job[1] .. ':lock', ARGV[1], 'PX', ARGV[2])
return {job[1], redis.call('HGET', KEYS[3] .. job[1], 'name'), redis.call('HGET', KEYS[3] .. job[1], 'data')}"""
# The first outcome stays. Then the executors are told, and the job is over.
END = """
redis.call('SET', KEYS[1] .. 'o:' .. ARGV[1], ARGV[2], 'NX', 'PX', ARGV[3])
local first = redis.call('GET', KEYS[1] .. 'o:' .. ARGV[1])
local addresses = redis.call('SMEMBERS', KEYS[1] .. 'w:' .. ARGV[1])
addresses[#addresses + 1] = ARGV[4]
for _, address in ipairs(addresses) do
  redis.call('XADD', KEYS[1] .. 'r:' .. address, 'NOMKSTREAM', '*', 'i', ARGV[1], 'o', #first <= 65536 and first or '')
end
redis.call('LREM', KEYS[1] .. 'jobs:active', 0, ARGV[1])
local job = KEYS[1] .. 'jobs:' .. ARGV[1]
redis.call('DEL', job, job .. ':lock', KEYS[1] .. 'w:' .. ARGV[1], KEYS[1] .. 's:' .. ARGV[1])"""


def call(functions, name, data):
    try:
        return ["returned", json.dumps(functions[name](*json.loads(data["args"])))]
    except Exception as error:
        thrown = {"known": "Error", "name": type(error).__name__, "message": str(error), "properties": []}
        return ["threw", json.dumps({"root": {"error": 0}, "errors": [thrown]})]


def serve(url, queue, functions):
    server, base = redis.Redis.from_url(url, decode_responses=True), "{skein:%s}:" % queue
    take, end = server.register_script(TAKE), server.register_script(END)
    lists = [base + "jobs:prioritized", base + "jobs:active", base + "jobs:"]
    while True:
        job = take(keys=lists, args=[uuid.uuid4().hex, LOCK_MS])
        if job is None:
            time.sleep(0.02)
            continue
        data = json.loads(job[2])
        end(keys=[base], args=[job[0], json.dumps(call(functions, job[1], data)), data["keep"], data["replyTo"]])


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], {"mean": lambda numbers: sum(numbers) / len(numbers), "upper": str.upper})
