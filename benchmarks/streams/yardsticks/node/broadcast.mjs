// Node's ws, broadcasting as in its README; Redis is read by hand: one channel, no reconnect.
import { connect } from 'node:net'
import { WebSocketServer } from 'ws'

const { PORT, REDIS_URL, CHANNEL } = process.env
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT), perMessageDeflate: false })

function broadcast(data) {
  for (const client of server.clients) if (client.readyState === 1) client.send(data, { binary: false })
}

// *3 $7 message $<n> <channel> $<n> <data>
let rest = Buffer.alloc(0)
function takeMessage() {
  const place = rest.indexOf('$7\r\nmessage\r\n')
  if (place < 0) return false
  const start = rest.indexOf(CHANNEL, place) + CHANNEL.length + 3
  const end = rest.indexOf('\r\n', start)
  if (end < 0) return false
  const size = Number(rest.subarray(start, end))
  if (rest.length < end + 4 + size) return false
  broadcast(rest.subarray(end + 2, end + 2 + size))
  rest = rest.subarray(end + 4 + size)
  return true
}

const redis = connect(Number(new URL(REDIS_URL).port), '127.0.0.1', () => redis.write(`SUBSCRIBE ${CHANNEL}\r\n`))
redis.on('data', (data) => {
  rest = Buffer.concat([rest, data])
  while (takeMessage());
})
