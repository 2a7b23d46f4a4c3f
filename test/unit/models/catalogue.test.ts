import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { memoryNeed, readCatalogue, recommend, withOwnEntries, type Catalogue } from '../../../src/models';

const root = join(import.meta.dirname, '..', '..', '..');
const gigabyte = 1024 ** 3;

let catalogue: Catalogue;
beforeAll(async () => {
	catalogue = await readCatalogue(join(root, 'models', 'catalogue.json'));
});

describe('the catalogue that ships', () => {
	test('has at least twenty models, each once, and at least three for every role', () => {
		const repositories = catalogue.models.map(({ repository }) => repository);
		expect(repositories.length).toBeGreaterThanOrEqual(20);
		expect(new Set(repositories).size).toBe(repositories.length);
		for (const role of ['fill', 'task', 'chat'] as const)
			expect(recommend(catalogue, 64 * gigabyte, role).length).toBeGreaterThanOrEqual(3);
	});

	test('says in English and Chinese what every model is good for', () => {
		for (const { name, goodFor } of catalogue.models) {
			expect(goodFor.en, name).toMatch(/^[A-Z].*\.$/);
			expect(goodFor['zh-cn'], name).toMatch(/\p{Script=Han}.*。$/u);
		}
	});

	test('names a variant once, and the roles fit the kind of network', () => {
		for (const { name, variants, family, roles, tasks, prompt } of catalogue.models) {
			expect(new Set(variants.map(({ variant }) => variant)).size, name).toBe(variants.length);
			if (family === 'encoder-decoder') {
				expect(Object.keys(roles), name).toEqual(['task']);
				expect(tasks.length, name).toBeGreaterThan(0);
			}
			if (roles.chat !== undefined) expect(prompt.chat, name).toBe('template');
		}
	});

	test('has sizes of the order that parameters and bits make', () => {
		const bits = { full: 32, fp16: 16, int8: 8, quantized: 8, q8: 8, uint8: 8, q4: 4.5, q4f16: 4.5, bnb4: 4.5 };
		for (const { name, parameters, variants } of catalogue.models)
			for (const { variant, megabytes } of variants) {
				const least = (parameters * bits[variant]) / 8e6;
				expect(megabytes, `${name} ${variant}`).toBeGreaterThan(least * 0.85);
				// Embeddings that stay in 32 bits, once or twice, are most of a small model.
				expect(megabytes, `${name} ${variant}`).toBeLessThan((parameters * 4 * 1.25) / 1e6);
			}
	});

	test('keeps to its schema', () => {
		const schema = JSON.parse(readFileSync(join(root, 'models', 'catalogue.schema.json'), 'utf8')) as {
			definitions: { entry: { properties: Record<string, unknown>; required: string[] } };
		};
		const { properties, required } = schema.definitions.entry;
		const file = JSON.parse(readFileSync(join(root, 'models', 'catalogue.json'), 'utf8')) as { models: object[] };
		for (const entry of file.models) {
			expect(Object.keys(entry).filter(key => !(key in properties))).toEqual([]);
			expect(required.filter(key => !(key in entry))).toEqual([]);
		}
	});
});

describe('a recommendation', () => {
	test('fits into half of the memory, the best first', () => {
		for (const memory of [4, 8, 16, 64])
			for (const role of ['fill', 'task', 'chat'] as const) {
				const found = recommend(catalogue, memory * gigabyte, role);
				expect(found.every(({ needBytes }) => needBytes <= (memory * gigabyte) / 2)).toBe(true);
				const grades = found.map(({ entry }) => entry.roles[role]!);
				expect(grades).toEqual([...grades].sort((one, other) => other - one));
			}
	});

	test('takes a smaller variant where the first is too large', () => {
		const variants = [4, 8, 64].map(
			memory =>
				recommend(catalogue, memory * gigabyte, 'chat').find(({ entry }) => entry.name === 'SmolLM2 1.7B Instruct')
					?.variant.variant,
		);
		expect(variants).toEqual([undefined, 'q4', 'q4']);
	});

	test('is a coding model for completion on a machine of 8 GB', () => {
		expect(recommend(catalogue, 8 * gigabyte, 'fill')[0]?.entry.repository).toContain('Coder');
	});

	test('is nothing on a machine that has no room', () => {
		expect(recommend(catalogue, 0.4 * gigabyte, 'chat')).toEqual([]);
	});
});

test('memory is weights, cache and process', () => {
	const shape = { layers: 10, keyValueHeads: 2, headSize: 50, contextTokens: 1000 };
	expect(memoryNeed(shape, { variant: 'int8', megabytes: 100 })).toBe(120e6 + 2 * 10 * 2 * 50 * 1000 * 4 + 250e6);
	expect(memoryNeed(shape, { variant: 'q4f16', megabytes: 100 })).toBe(120e6 + 2 * 10 * 2 * 50 * 1000 * 2 + 250e6);
	const long = { ...shape, contextTokens: 100_000 };
	expect(memoryNeed(long, { variant: 'int8', megabytes: 100 })).toBe(120e6 + 2 * 10 * 2 * 50 * 4096 * 4 + 250e6);
});

describe("a user's own entries", () => {
	test('come first and replace those of the same repository', () => {
		const own = { ...catalogue.models[3]!, name: 'Mine' };
		const { catalogue: merged, problems } = withOwnEntries(catalogue, [own]);
		expect(problems).toEqual([]);
		expect(merged.models).toHaveLength(catalogue.models.length);
		expect(merged.models[0]?.name).toBe('Mine');
	});

	test.each([
		['no object', 'text', /entry 1/],
		['a repository that is a path', { repository: '../secret' }, /repository/],
		['an unknown format', { prompt: { fill: 'Nobody' } }, /prompt\.fill/],
	])('are left out with the reason: %s', (_, change, reason) => {
		const entry = typeof change === 'string' ? change : { ...catalogue.models[0]!, ...change };
		const { catalogue: merged, problems } = withOwnEntries(catalogue, [entry]);
		expect(merged.models).toHaveLength(catalogue.models.length);
		expect(problems).toEqual([expect.stringMatching(reason)]);
	});
});
