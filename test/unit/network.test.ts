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

test('only the endpoint that a user starts can listen, and nothing else touches sockets', () => {
	expect(filesWith(/import (?!\{ type )[^;]*from 'node:(net|tls|dgram|http2|https|dns)(\/promises)?'/)).toEqual([]);
	expect(filesWith(/\bcreateServer\b|\.listen\(/)).toEqual(['serving/modelServer.ts']);
});
