import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TextBatch } from '../../../src/engine/textBatch';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function batchWithClock(): {
	readonly batch: TextBatch;
	readonly sent: string[];
	readonly add: (...texts: string[]) => void;
} {
	const sent: string[] = [];
	const batch = new TextBatch(
		pieces => sent.push(pieces.map(({ text }) => text).join('|')),
		() => Date.now(),
	);
	const add = (...texts: string[]): void => texts.forEach(text => batch.add({ text, logProbability: -1 }));
	return { batch, sent, add };
}

test('the first piece goes at once, and those that follow it closely go together', () => {
	const { sent, add } = batchWithClock();
	add('a', 'b', 'c');
	expect(sent).toEqual(['a']);
	vi.advanceTimersByTime(20);
	expect(sent).toEqual(['a', 'b|c']);
	add('d');
	expect(sent).toEqual(['a', 'b|c', 'd']);
});

test('what waits goes before the end, once', () => {
	const { batch, sent, add } = batchWithClock();
	add('a', 'b');
	batch.flush();
	batch.flush();
	vi.advanceTimersByTime(20);
	expect(sent).toEqual(['a', 'b']);
});
