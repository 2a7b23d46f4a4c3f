import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { CliEngines } from '../../../src/cli/engines';
import { readPackFacts } from '../../../src/cli/pack';
import { chooseTaskFolder } from '../../../src/cli/taskModel';
import { type Template } from '../../../src/prompts';
import { flipBit, makeStandInPack } from '../../helpers/standInPack.mjs';

const root = mkdtempSync(join(tmpdir(), 'inkling-cli-pack-'));
const models = join(root, 'models');
let pack: string;
beforeAll(() => {
	pack = makeStandInPack(models);
	mkdirSync(join(models, 'inkling-code'));
	writeFileSync(join(models, 'inkling-code', 'config.json'), JSON.stringify({ inkling: { roles: ['fill'] } }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const defaults = { completionModel: '', tasksModel: '', cacheMegabytes: 64, timeLimitMs: 1, minimumConfidence: 0 };
const instruction = { name: 'summarize', values: {} } as unknown as Template;

function enginesFor(model?: string, available = 8e9): CliEngines {
	const options = { batch: false, verbose: false, help: false, ...(model !== undefined && { model }) };
	const findPack = async (): ReturnType<typeof readPackFacts> => ({
		...(await readPackFacts(models, join(root, 'proofs'))),
		memory: { available, total: 8e9 },
	});
	return new CliEngines({ root, cwd: root, options, defaults, findPack, log: silentLog });
}

describe('the command line takes the model that the editor takes', () => {
	test('the pack for completions and tasks, once it was looked for', async () => {
		const engines = enginesFor();
		expect(engines.completionFolder()).toBe(join(models, 'inkling-code'));
		await engines.lookForPack();
		expect(engines.completionFolder()).toBe(pack);
		expect(await chooseTaskFolder(instruction, {}, engines)).toBe(pack);
	});

	test('what the caller names, without looking for a pack', async () => {
		const engines = enginesFor('inkling-code');
		await engines.lookForPack();
		expect(engines.completionFolder()).toBe(join(models, 'inkling-code'));
	});

	test('the built-in one where the pack does not fit or is damaged', async () => {
		const short = enginesFor(undefined, 5e8);
		await short.lookForPack();
		expect(short.completionFolder()).toBe(join(models, 'inkling-code'));
		flipBit(join(pack, 'onnx', 'model_q4.onnx_data_0'));
		const damaged = enginesFor();
		await damaged.lookForPack();
		expect(damaged.completionFolder()).toBe(join(models, 'inkling-code'));
		await expect(chooseTaskFolder(instruction, {}, damaged)).rejects.toMatchObject({ code: 'unsupportedTask' });
	});
});
