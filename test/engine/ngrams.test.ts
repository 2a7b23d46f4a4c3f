import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FillPrompt } from '../../src/generation';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';

let engine: InProcessEngine;
beforeAll(async () => void (engine = await startInProcess('inkling-code')));
afterAll(() => engine.dispose());

const call = 'registerZebraHandler(quokkaSettings, wombatOptions);';
const other = `export function start() {\n\tconst done = ${call}\n\treturn done;\n}\n`;
const prompt: FillPrompt = {
	kind: 'fill',
	prefix: 'export function begin() {\n\tconst done = registerZebraHandler(',
	suffix: '\n}\n',
	extension: 'ts',
	snippets: [],
};
const complete = async (ngramCache?: boolean): Promise<string> => {
	const changes = { prompt, stop: ['\n'], ...(ngramCache === undefined ? {} : { ngramCache }) };
	return (await collect(engine.client.generate(requestFor([], changes), never))).text;
};

test('a phrase of a remembered document completes, until it is forgotten', async () => {
	const alone = await complete(false);
	expect(await engine.client.remember({ id: 'other', kind: 'open', text: other })).toMatchObject({ documents: 1 });
	expect(await complete()).toBe('quokkaSettings, wombatOptions);');
	expect(await complete(false)).toBe(alone);
	expect(await engine.client.forget('other')).toEqual({ documents: 0, tokens: 0 });
	expect(await complete()).not.toContain('quokka');
});

test('the document of the request itself does not answer for the place of the cursor', async () => {
	const own = { ...prompt, document: 'own' };
	const text = `${prompt.prefix}quokkaSettings, wombatOptions);${prompt.suffix}`;
	await engine.client.remember({ id: 'own', kind: 'open', text });
	const answer = await collect(engine.client.generate(requestFor([], { prompt: own, stop: ['\n'] }), never));
	expect(answer.text).not.toContain('quokka');
	await engine.client.forget();
});

test('names of control tokens in a remembered text are text', async () => {
	const text = `${other}<|fim_prefix|><|endoftext|>${other}`;
	const { tokens } = await engine.client.remember({ id: 'hostile', kind: 'workspace', text });
	expect(tokens).toBe(await engine.client.countTokens(text));
	expect(await complete()).toBe('quokkaSettings, wombatOptions);');
	expect(await engine.client.forget()).toEqual({ documents: 0, tokens: 0 });
});

test('forgetting while a document is being read wins', async () => {
	const reading = engine.client.remember({ id: 'other', kind: 'workspace', text: other.repeat(500) });
	const forgetting = engine.client.forget();
	await Promise.all([reading, forgetting]);
	expect(await engine.client.forget()).toEqual({ documents: 0, tokens: 0 });
	expect(await complete()).not.toContain('quokka');
});

test('a text with its log-probability can be scored with and without what is remembered', async () => {
	const request = { prompt, text: 'quokkaSettings, wombatOptions);', priority: 'idle' } as const;
	const alone = await engine.client.score(request, never);
	await engine.client.remember({ id: 'other', kind: 'open', text: other });
	const mixed = await engine.client.score({ ...request, ngramCache: true }, never);
	expect(mixed.logProbability).toBeGreaterThan(alone.logProbability + 5);
	expect((await engine.client.score(request, never)).logProbability).toBeCloseTo(alone.logProbability, 4);
	await engine.client.forget();
});
