import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LocalContext, NgramCache, Evidence, type Source } from '../../../../src/engine/ngrams';
import { longestMatch, TokenLog } from '../../../../src/engine/ngrams/tokenLog';

interface Match {
	readonly follower: number;
	readonly length: number;
}

/** Few kinds of tokens, so that matches are many and long. */
const tokens = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 });
const documents = fc.array(tokens, { maxLength: 6 });
const context = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 20 });

/** Every place in the documents after at least `least` tokens of the context's end, by comparing all of them. */
function naiveMatches(documentList: readonly (readonly number[])[], end: readonly number[], least: number): Match[] {
	return documentList.flatMap(document =>
		document.flatMap((follower, position) => {
			let length = 0;
			while (length < Math.min(position, end.length) && document[position - 1 - length] === end.at(-1 - length))
				length++;
			return length >= least ? [{ follower, length }] : [];
		}),
	);
}

function logMatches(log: TokenLog, ids: readonly number[]): Match[] {
	const found: Match[] = [];
	log.findMatches({ tokens: Int32Array.from(ids), end: ids.length }, (follower, length) =>
		found.push({ follower, length }),
	);
	return found;
}

function logOf(documentList: readonly (readonly number[])[], capacity = 4096): TokenLog {
	const log = new TokenLog(capacity);
	for (const document of documentList) {
		log.append(document);
		log.close();
	}
	return log;
}

const sorted = (matches: readonly Match[]): readonly Match[] =>
	[...matches].sort((one, other) => one.length - other.length || one.follower - other.follower);

test('finds only real matches, and the longest there is while the chains are short enough to be read', () => {
	fc.assert(
		fc.property(documents, context, (documentList, end) => {
			const expected = naiveMatches(documentList, end, 2);
			const found = logMatches(logOf(documentList), end);
			const left = expected.map(match => JSON.stringify(match));
			for (const match of found) {
				const at = left.indexOf(JSON.stringify(match));
				expect(at).toBeGreaterThanOrEqual(0);
				left.splice(at, 1);
			}
			if (expected.length <= 24) expect(sorted(found)).toEqual(sorted(expected));
		}),
	);
});

test('what was erased is not found, what stands beside it still is', () => {
	const log = new TokenLog(1024);
	log.append([1, 2, 3]);
	log.close();
	const start = log.end;
	log.append([1, 2, 4]);
	log.erase(start, log.end);
	expect(logMatches(log, [1, 2])).toEqual([{ follower: 3, length: 2 }]);
});

test('no match crosses from one document into the next', () => {
	expect(
		logMatches(
			logOf([
				[1, 2],
				[3, 4],
			]),
			[1, 2],
		),
	).toEqual([]);
	expect(
		logMatches(
			logOf([
				[1, 2],
				[3, 4],
			]),
			[2, 3],
		),
	).toEqual([]);
});

test('what the ring has overwritten is not found, however often it goes round', () => {
	const log = new TokenLog(1024);
	log.append([7, 8, 9]);
	for (let round = 0; round < 5000; round++) log.append([1, 2]);
	expect(logMatches(log, [7, 8])).toEqual([]);
	expect(logMatches(log, [1, 2, 1]).every(({ follower }) => follower === 2)).toBe(true);
});

test('the longest matches are told apart up to a limit', () => {
	const long = Array.from({ length: 200 }, (_, index) => index);
	expect(logMatches(logOf([long]), long.slice(0, 150))[0]).toEqual({ follower: 150, length: longestMatch });
});

test('a request finds the same as comparing every place in its own text', () => {
	fc.assert(
		fc.property(context, tokens, (before, after) => {
			const local = new LocalContext(before, after);
			const found: Match[] = [];
			local.findMatches((follower, length) => found.push({ follower, length }));
			expect(sorted(found)).toEqual(sorted(naiveMatches([after, before], before, 1)));
		}),
	);
});

/** Votes by follower, told by the least and most matching tokens they could have. */
function votes(cache: NgramCache, before: readonly number[], own?: string): number[] {
	const evidence = new Evidence();
	cache.collect(new LocalContext(before, []), own, evidence);
	return Array.from({ length: evidence.count }, (_, index) => evidence.followerAt(index));
}

test('a document takes the place of its older text, and is gone when forgotten', () => {
	const cache = new NgramCache({ near: 1024, far: 1024 });
	cache.remember('a', 'open', Int32Array.of(1, 2, 3));
	cache.remember('a', 'open', Int32Array.of(1, 2, 4));
	expect(votes(cache, [1, 2])).toEqual([4]);
	expect([cache.documentCount, cache.tokenCount]).toEqual([1, 3]);
	cache.forget('a');
	expect(votes(cache, [1, 2])).toEqual([]);
	expect([cache.documentCount, cache.tokenCount]).toEqual([0, 0]);
});

test('the budget holds: the oldest documents make room, whatever is remembered', () => {
	const cache = new NgramCache({ near: 1024, far: 1024 });
	const pair = (index: number): number[] => [2 * index, 2 * index + 1];
	for (let index = 0; index < 100; index++) {
		cache.remember(
			`${index}`,
			'workspace',
			Int32Array.from({ length: 100 }, (_, at) => pair(index)[at % 2]!),
		);
		expect(cache.tokenCount).toBeLessThanOrEqual(1024);
		expect(votes(cache, pair(index)).every(follower => follower === 2 * index)).toBe(true);
	}
	expect(votes(cache, pair(99))).not.toEqual([]);
	expect(votes(cache, pair(0))).toEqual([]);
});

test('a document that is edited again and again does not push out the others', () => {
	const cache = new NgramCache({ near: 1024, far: 1024 });
	cache.remember('kept', 'open', Int32Array.of(1, 2, 3));
	for (let index = 0; index < 1000; index++) cache.remember('edited', 'open', Int32Array.of(5, 6, 7, 8));
	expect(votes(cache, [1, 2])).toEqual([3]);
	expect(votes(cache, [5, 6])).toEqual([7]);
});

test('the older copy of a document does not answer for the place it is edited at, but its other places do', () => {
	const cache = new NgramCache();
	const text = Array.from({ length: 100 }, (_, index) => index);
	cache.remember('own', 'open', Int32Array.from(text));
	expect(votes(cache, text.slice(0, 60), 'own')).toEqual([]);
	expect(votes(cache, text.slice(0, 60), 'other')).toEqual([60]);
	expect(votes(cache, [500, 41, 42], 'own')).toEqual([43]);
	expect(votes(cache, [0, 1, 2], 'own')).toEqual([]);
});

test('votes of one length agree only while no other follower stands against them', () => {
	const evidence = new Evidence();
	const source: Source = 'near';
	evidence.add(source, 5, 3);
	const agreeing = evidence.classAt(0);
	evidence.add(source, 5, 3);
	expect(evidence.classAt(1)).toBe(agreeing);
	evidence.add(source, 6, 3);
	expect(evidence.classAt(0)).not.toBe(agreeing);
	expect(evidence.countAt(0)).toBe(3);
});

test('the beginnings of two texts are no part of a match', () => {
	const log = logOf([[9], [1, 2, 3]]);
	const context = new LocalContext([1, 2], [9]);
	const lengths: number[] = [];
	log.findMatches(context, (_, length) => lengths.push(length));
	expect(lengths).toEqual([2]);
});
