import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopStrings } from '../../../src/generation/stopStrings';

/** Feeds the pieces and returns what was delivered, in pieces too. */
function deliver(pieces: readonly string[], stops: readonly string[]): string[] {
	const strings = new StopStrings(stops);
	const delivered: string[] = [];
	for (const piece of pieces) {
		const delivery = strings.push(piece, -1);
		if (delivery) delivered.push(delivery.text);
		if (strings.stopped) return delivered;
	}
	const rest = strings.flush();
	return rest ? [...delivered, rest.text] : delivered;
}

test('ends before a stop string that crosses token borders', () => {
	expect(deliver(['foo(', ')\n', '\n', 'bar'], ['\n\n'])).toEqual(['foo(', ')']);
});

test('delivers a beginning of a stop string as soon as it turns out to be none', () => {
	expect(deliver(['a', '\n', 'b'], ['\n\n'])).toEqual(['a', '\nb']);
});

test('delivers a beginning of a stop string at the end', () => {
	expect(deliver(['a', '\n'], ['\n\n'])).toEqual(['a', '\n']);
});

test('ends at the stop string that is complete first', () => {
	expect(deliver(['one END two STOP'], ['STOP', 'END']).join('')).toBe('one ');
});

test('ignores empty stop strings', () => {
	expect(deliver(['abc'], [''])).toEqual(['abc']);
});

test('gives the log probabilities of held tokens with the text they end up in', () => {
	const strings = new StopStrings(['xyz']);
	expect(strings.push('ax', -1)).toEqual({ text: 'a', logProbability: -1 });
	expect(strings.push('y', -2)).toBeUndefined();
	expect(strings.push('', -4)).toBeUndefined();
	expect(strings.push('!', -8)).toEqual({ text: 'xy!', logProbability: -14 });
});

test('delivers exactly the text before the stop string that is complete first, however it is cut', () => {
	const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 });
	const stop = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(fc.array(letters), fc.array(stop, { maxLength: 3 }), (pieces, stops) => {
			// Character by character: the first that is complete ends the text, the longest of those that end there.
			const text = pieces.join('');
			const wanted = stops.filter(stop => text.includes(stop));
			const end = Math.min(...wanted.map(stop => text.indexOf(stop) + stop.length));
			const starts = wanted
				.map(stop => text.indexOf(stop))
				.filter((place, index) => place + wanted[index]!.length === end);
			expect(deliver(pieces, stops).join('')).toBe(text.slice(0, Math.min(text.length, ...starts)));
		}),
	);
});
