import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Everything that opens or accepts a connection is in these files, behind the gate or off until started. Another one needs a reason. */
const src = resolve(import.meta.dirname, '../../src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
	.filter(file => /\.tsx?$/.test(file))
	.map(file => [file.replaceAll('\\', '/'), readFileSync(join(src, file), 'utf8')] as const);

const filesWith = (pattern: RegExp): string[] =>
	sources.flatMap(([file, text]) => (pattern.test(text) ? [file] : [])).sort();

test('only the transport to servers and the downloads connect, and both ask the gate', () => {
	const connecting = filesWith(/\bfetch\(|\bnew (WebSocket|XMLHttpRequest|EventSource)\b/);
	expect(connecting).toEqual(['backends/servers/transport.ts', 'models/download/hubRequest.ts']);
	const gated = filesWith(/\.allowNetwork\(/);
	expect(gated).toEqual(connecting);
});

test('only the endpoint that a user starts can listen on a port, and nothing else touches sockets but the windows that share an engine', () => {
	const shared = ['backends/joining/joinEngine.ts', 'engine/serveWindows.ts'];
	expect(filesWith(/import (?!\{ type )[^;]*from 'node:(net|tls|dgram|http2|https|dns)(\/promises)?'/)).toEqual(shared);
	expect(filesWith(/\bcreateServer\b|\.listen\(/)).toEqual(['engine/serveWindows.ts', 'serving/modelServer.ts']);
});

test('windows meet their engine at a path of this machine, never at a port', () => {
	expect(filesWith(/\.listen\(\{ path: /)).toEqual(['engine/serveWindows.ts']);
	expect(filesWith(/\bconnect\(\{ path \}\)/)).toEqual(['backends/joining/joinEngine.ts']);
	for (const [file, text] of sources)
		if (/joinEngine|serveWindows/.test(file))
			expect(text).not.toMatch(/\.listen\((?!\{ path: )|\bconnect\((?!\{ path \})|\bport:/);
});
