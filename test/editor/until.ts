import assert from 'node:assert/strict';

/** Waits until something is true, looking ten times a second; fails after a minute. */
export async function until(isTrue: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!(await isTrue())) {
		assert.ok(Date.now() < deadline, `not true within ${timeoutMs} ms: ${isTrue.toString()}`);
		await new Promise(resolve => setTimeout(resolve, 100));
	}
}
