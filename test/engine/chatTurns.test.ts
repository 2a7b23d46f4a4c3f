import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChatPrompt, type ChatPromptMessage, type ContextText } from '../../src/chat';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { copyModel } from '../helpers/modelFolders';

/** ChatML's shape with the control tokens that the built-in model has. */
const template =
	"{% for m in messages %}<|file_sep|>{{ m['role'] + '\\n' + m['content'] + '\\n' }}{% endfor %}<|file_sep|>assistant\n";
const answerTokens = 24;

interface Asked {
	readonly promptTokens: number;
	readonly reusedTokens: number;
	readonly droppedTurns: number;
}

describe('a conversation with the real engine', () => {
	const model = copyModel('tiny-code');
	let engine: InProcessEngine;
	let budgetTokens: number;

	beforeAll(async () => {
		const file = join(model.folder, 'config.json');
		const config = JSON.parse(readFileSync(file, 'utf8')) as { inkling: { roles: string[] } };
		config.inkling.roles.push('chat');
		writeFileSync(file, JSON.stringify(config));
		writeFileSync(join(model.folder, 'chat_template.jinja'), template);
		engine = await startInProcess(model.folder);
		budgetTokens = engine.model.contextTokens - answerTokens;
	});
	afterAll(() => {
		engine.dispose();
		model.dispose();
	});

	/** Asks so many questions, each with all that was said before. */
	async function converse(turns: number, context: readonly ContextText[]): Promise<readonly Asked[]> {
		const countTokens = (text: string): Promise<number> => engine.client.countTokens(text);
		const messages: ChatPromptMessage[] = [];
		const asked: Asked[] = [];
		for (let turn = 0; turn < turns; turn++) {
			messages.push({ role: 'user', text: `Question ${turn}: what does the function number ${turn} return, and why?` });
			const system = 'Answer briefly and exactly.';
			const built = await buildChatPrompt({ system, context, messages, budgetTokens }, countTokens);
			const request = requestFor([], { prompt: built.prompt, maxTokens: answerTokens, priority: 'chat' });
			const { text, done } = await collect(engine.client.generate(request, never));
			// The builder's estimate is what keeps the engine from refusing a prompt.
			expect(done.usage.promptTokens).toBeLessThanOrEqual(built.usedTokens);
			asked.push({ ...done.usage, droppedTurns: built.dropped.turns });
			messages.push({ role: 'assistant', text });
		}
		return asked;
	}

	test('computes in a turn only the question, the answer before it and the marks, unless turns had to go', async () => {
		const source = readFileSync(join(__dirname, '..', '..', 'src', 'base', 'emitter.ts'), 'utf8');
		const item = { kind: 'file', id: 'emitter.ts', label: 'emitter.ts', detail: '', path: 'emitter.ts' } as const;
		const asked = await converse(16, [{ item, text: source, notices: [] }]);
		const drops = asked.filter(({ droppedTurns }, turn) => droppedTurns > (asked[turn - 1]?.droppedTurns ?? 0)).length;
		for (const [turn, { promptTokens, reusedTokens, droppedTurns }] of asked.entries()) {
			if (turn === 0 || droppedTurns > asked[turn - 1]!.droppedTurns) continue;
			expect(promptTokens - reusedTokens, `turn ${turn}`).toBeLessThanOrEqual(answerTokens + 48);
			expect(reusedTokens, `turn ${turn}`).toBeGreaterThan(promptTokens / 2);
		}
		// Turns went, and seldom: in blocks.
		expect(drops).toBeGreaterThan(0);
		expect(drops).toBeLessThanOrEqual(4);
	});

	test('asks for a summary of turns before they go, and computes little more than the wish for it', async () => {
		const countTokens = (text: string): Promise<number> => engine.client.countTokens(text);
		const messages: ChatPromptMessage[] = [];
		const summaries: { upTo: string; text: string }[] = [];
		const computed: number[] = [];
		let summarized = 0;
		for (let turn = 0; turn < 30; turn++) {
			messages.push({
				id: `q${turn}`,
				role: 'user',
				text: `Question ${turn}: what does the function number ${turn} return?`,
			});
			const input = { system: 'Answer briefly.', context: [], messages, budgetTokens, older: { summaries } };
			const built = await buildChatPrompt(input, countTokens);
			const { text } = await collect(
				engine.client.generate(
					requestFor([], { prompt: built.prompt, maxTokens: answerTokens, priority: 'chat' }),
					never,
				),
			);
			messages.push({ id: `a${turn}`, role: 'assistant', text });
			expect(built.older?.summarized ?? 0).toBe(built.older?.turns ?? 0);
			summarized = built.older?.summarized ?? 0;
			if (!built.due) continue;
			const { prompt, maxTokens, upTo } = built.due;
			const asked = requestFor([], { prompt, maxTokens: Math.min(maxTokens, answerTokens), priority: 'idle' });
			const summary = await collect(engine.client.generate(asked, never));
			const { promptTokens, reusedTokens } = summary.done.usage;
			// Beside the wish itself.
			computed.push(promptTokens - reusedTokens - (await countTokens(prompt.messages.at(-1)?.text ?? '')));
			// Babble, but of this model's own making.
			summaries.push({ upTo, text: summary.text.trim() === '' ? 'Functions.' : summary.text });
		}
		expect(summarized).toBeGreaterThan(5);
		expect(computed.length).toBeGreaterThan(1);
		for (const tokens of computed) expect(tokens).toBeLessThanOrEqual(24);
	});
});
