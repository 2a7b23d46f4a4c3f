import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ModelRoles } from '../../../src/editor/modelRoles';
import { type ChoiceFacts, type ModelStore, type PackState, type StoredModel } from '../../../src/models';

const scratch = mkdtempSync(join(tmpdir(), 'inkling-roles-'));
const modelsRoot = join(scratch, 'models');
const packFolder = join(scratch, 'extension', 'models', 'qwen');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function writeModel(folder: string, inkling: object | undefined, files: Readonly<Record<string, string>> = {}): void {
	mkdirSync(folder, { recursive: true });
	for (const [name, text] of Object.entries({ 'config.json': JSON.stringify({ inkling }), ...files }))
		writeFileSync(join(folder, name), text);
}

writeModel(join(modelsRoot, 'inkling-code'), { roles: ['fill'] });
writeModel(join(modelsRoot, 'inkling-text'), { roles: ['task'], tasks: [{ task: 'translate', to: 'zh' }] });
writeModel(packFolder, undefined);
const own = join(scratch, 'own');
writeModel(own, undefined, { 'chat_template.jinja': 'x' });

const sound: PackState = { kind: 'sound', folder: packFolder, needBytes: 1 };
const settings = { completionModel: '', tasksModel: '', chatModel: '' };
const place = {
	pack: sound as PackState,
	stored: [] as Partial<StoredModel['manifest']>[],
	tooSlow: undefined as string | undefined,
};
beforeEach(() => {
	Object.assign(settings, { completionModel: '', tasksModel: '', chatModel: '' });
	Object.assign(place, { pack: sound, stored: [], tooSlow: undefined });
});

const facts = (): ChoiceFacts => ({
	pack: place.pack,
	isLoaded: false,
	wasTooLarge: false,
	memory: { available: 8e9, total: 8e9 },
});
const store = {
	list: () => Promise.resolve(place.stored.map((manifest, index) => ({ folder: `/stored/${index}`, manifest }))),
} as unknown as ModelStore;
const roles = new ModelRoles({
	modelsRoot,
	store,
	settings,
	pack: {
		get state() {
			return place.pack;
		},
		facts,
		looked: () => Promise.resolve(place.pack),
	},
	isLoaded: () => false,
	isTooSlow: folder => folder === place.tooSlow,
});
const builtIn = (name: string): string => join(modelsRoot, name);

describe('with a pack that can be used', () => {
	test('its model completes, does every task and chats', async () => {
		expect(roles.completion()).toBe(packFolder);
		for (const task of ['translate', 'summarize', 'document']) expect(await roles.task(task)).toBe(packFolder);
		expect(await roles.chat()).toBe(packFolder);
	});

	test('what the user chose wins, the pack by its name included', async () => {
		Object.assign(settings, { completionModel: 'inkling-code', tasksModel: 'inkling-text', chatModel: own });
		expect(roles.completion()).toBe(builtIn('inkling-code'));
		expect(await roles.task('summarize')).toBe(builtIn('inkling-text'));
		expect(await roles.chat()).toBe(own);
		Object.assign(settings, { completionModel: 'qwen', tasksModel: 'qwen' });
		expect(roles.completion()).toBe(packFolder);
		expect(await roles.task('translate')).toBe(packFolder);
	});

	test('where it is too slow for completions it does everything else, and completes for who chose it', async () => {
		place.tooSlow = packFolder;
		expect(roles.completion()).toBe(builtIn('inkling-code'));
		expect(await roles.task('summarize')).toBe(packFolder);
		expect(await roles.chat()).toBe(packFolder);
		settings.completionModel = 'qwen';
		expect(roles.completion()).toBe(packFolder);
	});

	test('what the user installed for a task or for chat comes first', async () => {
		place.stored = [
			{ roles: ['task'], tasks: [{ task: 'translate', to: 'de' }] },
			{ roles: ['task', 'chat'], tasks: [] },
		];
		expect(await roles.task('translate')).toBe('/stored/0');
		expect(await roles.task('summarize')).toBe('/stored/1');
		expect(await roles.chat()).toBe('/stored/1');
	});

	test('so does a completion model of the user that chats', async () => {
		settings.completionModel = own;
		expect(await roles.chat()).toBe(own);
	});
});

describe.each<PackState>([
	{ kind: 'missing' },
	{ kind: 'damaged', folder: packFolder, damage: { file: 'config.json', problem: 'bytes' } },
	{ kind: 'failed', folder: packFolder, code: 'badModel' },
	{ kind: 'checking', folder: packFolder },
])('with a pack that is $kind', pack => {
	test('everything is as it was without one', async () => {
		place.pack = pack;
		expect(roles.completion()).toBe(builtIn('inkling-code'));
		expect(await roles.task('translate')).toBe(builtIn('inkling-text'));
		expect(await roles.task('summarize')).toBeUndefined();
		expect(await roles.chat()).toBeUndefined();
		expect((await roles.installed()).map(({ id }) => id)).toEqual(['inkling-code', 'inkling-text']);
	});
});

test('a pack that is being compared with its checksums counts for what may be said, not for what is loaded', async () => {
	place.pack = { kind: 'checking', folder: packFolder };
	expect(await roles.chat('likely')).toBe(packFolder);
	expect(await roles.chat()).toBeUndefined();
	place.pack = { kind: 'damaged', folder: packFolder, damage: { file: 'config.json', problem: 'bytes' } };
	expect(await roles.chat('likely')).toBeUndefined();
});

test('a name or path that leads nowhere is refused', () => {
	settings.completionModel = '../elsewhere';
	expect(() => roles.completion()).toThrow(expect.objectContaining({ code: 'badRequest' }) as Error);
});
