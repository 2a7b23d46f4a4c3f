import { expect, test } from 'vitest';
import { NetworkLedger } from '../../../src/backends/networkLedger';

test('connections of one purpose to one host are one line, with what went out and came in', () => {
	let time = 0;
	const ledger = new NetworkLedger(
		() => false,
		() => ++time,
	);
	const use = ledger.allowNetwork('chat', 'a:1');
	use.sent(10);
	use.received(20);
	ledger.allowNetwork('chat', 'a:1').sent(5);
	ledger.allowNetwork('download', 'b');
	expect(ledger.entries).toMatchObject([
		{ host: 'b', purpose: 'download', connections: 1, bytesSent: 0 },
		{ host: 'a:1', purpose: 'chat', connections: 2, refused: 0, bytesSent: 15, bytesReceived: 20 },
	]);
});

test('while locked nothing is allowed, loopback included, and the refusal is written down', () => {
	let locked = false;
	const ledger = new NetworkLedger(
		() => locked,
		() => 0,
	);
	ledger.allowNetwork('task', '127.0.0.1:8000');
	locked = true;
	expect(() => ledger.allowNetwork('task', '127.0.0.1:8000')).toThrow(expect.objectContaining({ code: 'offline' }));
	expect(ledger.entries).toMatchObject([{ connections: 1, refused: 1 }]);
});
