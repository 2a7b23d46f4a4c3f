// Loaded into Node processes before anything else (NODE_OPTIONS=--require): writes every attempt to reach another machine
// to the file INKLING_CONNECT_LOG. Loopback and local sockets do not count.
const process = require('node:process');
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

const file = process.env.INKLING_CONNECT_LOG;
const local = /^(localhost|127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)/;

function record(kind, host) {
	if (file && typeof host === 'string' && host !== '' && !local.test(host)) {
		appendFileSync(file, `${kind} ${host} by ${process.argv.slice(0, 2).join(' ')}\n`);
	}
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...options) {
	// Node's own callers pass one already normalised array.
	const first = Array.isArray(options[0]) ? options[0][0] : options[0];
	if (typeof first === 'object' && first !== null) {
		if (first.path === undefined) record('connect', first.host ?? '');
	} else if (typeof first === 'number') record('connect', typeof options[1] === 'string' ? options[1] : '');
	return connect.apply(this, options);
};

for (const module of [dns, dns.promises]) {
	for (const name of Object.keys(module).filter(
		key => /^(lookup|resolve)/.test(key) && typeof module[key] === 'function',
	)) {
		const original = module[name];
		module[name] = function (host, ...rest) {
			record(`dns.${name}`, host);
			return original.call(this, host, ...rest);
		};
	}
}

const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...options) {
	record('datagram', options.find((option, index) => index > 0 && typeof option === 'string') ?? '');
	return send.apply(this, options);
};
