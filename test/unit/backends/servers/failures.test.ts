import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../../src/backends/servers/faults';
import { messageIn, readRetryAfter } from '../../../../src/backends/servers/refusals';

/** What `fetch` throws: the reason is in the cause, or in the cause of that. */
function fetchFailed(code: string, message = code): Error {
	const cause = Object.assign(new Error(message), { code });
	return new TypeError('fetch failed', { cause });
}

describe('the step at which a connection failed', () => {
	test.each([
		['ENOTFOUND', 'name'],
		['EAI_AGAIN', 'name'],
		['ECONNREFUSED', 'connection'],
		['ECONNRESET', 'connection'],
		['UND_ERR_SOCKET', 'connection'],
		['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
		['ETIMEDOUT', 'unreachable'],
		['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
		['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
		['CERT_HAS_EXPIRED', 'tls'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
	])('%s: %s', (code, step) => {
		expect(faultOf(fetchFailed(code), 'host')).toMatchObject({ step });
	});

	test('a proxy that refuses is not mistaken for the server', () => {
		const error = fetchFailed('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling');
		expect(faultOf(error, 'host')).toMatchObject({ step: 'proxy' });
	});

	test('of several addresses that were tried, the reason is found', () => {
		const tries = ['::1', '127.0.0.1'].map(ip =>
			Object.assign(new Error(`connect ECONNREFUSED ${ip}`), { code: 'ECONNREFUSED' }),
		);
		const error = new TypeError('fetch failed', { cause: new AggregateError(tries, 'all failed') });
		expect(faultOf(error, 'host')).toMatchObject({ step: 'connection', code: 'network' });
	});
});

describe('Retry-After', () => {
	test.each([
		['7', 7000],
		['0', 0],
		['999999999', 86_400_000],
		['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
		['Wed, 25 Nov 2020 12:00:00 GMT', 0],
		['soon', undefined],
	])('%s: %s ms', (value, milliseconds) => {
		expect(readRetryAfter(value, Date.parse('2026-11-25T12:00:00Z'))).toBe(milliseconds);
	});
});

test.each([
	['{"error":{"message":"a"}}', 'a'],
	['{"error":"b"}', 'b'],
	['{"message":"c","code":400}', 'c'],
	['{"detail":[{"msg":"d","loc":["body"]}]}', 'd'],
	['{"detail":"e"}', 'e'],
	['[1,2]', ''],
	['null', ''],
])('the reason in %s', (body, reason) => {
	expect(messageIn(JSON.parse(body))).toBe(reason);
});
