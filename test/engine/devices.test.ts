import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, type Disposable, type Log } from '../../src/base';
import { DeviceChooser } from '../../src/backends';
import { buildEngine } from '../helpers/buildEngine';
import { modelFolder } from '../helpers/references';
import { explainMissingGpu, hasSoftwareGpu, useSoftwareGpu } from '../helpers/softwareGpu';

explainMissingGpu();
const never = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'inkling-devices-'));
let entry: string;
beforeAll(async () => void (entry = await buildEngine()));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Remembers what it logs at info. */
function newChooser(name: string): { readonly chooser: DeviceChooser; readonly lines: string[] } {
	const lines: string[] = [];
	const log: Log = { ...silentLog, info: line => void lines.push(line) };
	return { chooser: new DeviceChooser({ root: join(root, name), entry, threads: () => 1, log }), lines };
}

test('the CPU computes, and whatever else the runtime brings is listed with its reason', async () => {
	const [cpu, ...others] = await newChooser('probe').chooser.probe(never);
	expect(cpu).toMatchObject({ device: 'cpu', runtime: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
	expect(cpu).not.toHaveProperty('obstacle');
	expect(others.map(({ device }) => device)).toEqual(cpu?.inBuild.filter(device => device !== 'cpu'));
}, 60_000);

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
	"CUDA is not usable on Linux without its libraries, in the runtime's own words",
	async () => {
		const probes = await newChooser('cuda').chooser.probe(never);
		const cuda = probes.find(({ device }) => device === 'cuda');
		expect(cuda).toMatchObject({ obstacle: 'librariesMissing', detail: expect.stringMatching(/library/) as string });
	},
	60_000,
);

describe.skipIf(!hasSoftwareGpu)('with a graphics device in software', () => {
	let gpu: Disposable;
	beforeAll(() => void (gpu = useSoftwareGpu()));
	afterAll(() => gpu.dispose());

	test('WebGPU computes', async () => {
		const probes = await newChooser('webgpu').chooser.probe(never);
		const webgpu = probes.find(({ device }) => device === 'webgpu');
		expect(webgpu).toBeDefined();
		expect(webgpu).not.toHaveProperty('obstacle');
	}, 60_000);

	test('automatic measures both, stays on the CPU because it is faster, and says so', async () => {
		const { chooser, lines } = newChooser('measured');
		const folder = modelFolder('tiny-plain');
		const verdict = await chooser.decide(folder, never);
		expect(verdict).toMatchObject({ device: 'cpu', devices: ['cpu', 'webgpu'] });
		const timed = verdict!.trials.filter(trial => trial.kind === 'measured');
		expect(timed.map(({ device }) => device)).toEqual(['cpu', 'webgpu']);
		for (const { prefillMs, decodeMs } of timed) expect(Math.min(prefillMs, decodeMs)).toBeGreaterThan(0);
		expect(lines.join('\n')).toMatch(/cpu [\d.]+ ms .*webgpu [\d.]+ ms .*Automatic is cpu/);
		expect(newChooser('measured').chooser.verdict(folder)).toEqual(verdict);
	}, 120_000);

	test('a model that the device cannot run keeps the reason', async () => {
		const verdict = await newChooser('unfit').chooser.decide(modelFolder('tiny-qwen2'), never);
		expect(verdict?.device).toBe('cpu');
		const webgpu = verdict?.trials.find(({ device }) => device === 'webgpu');
		expect(webgpu).toMatchObject({ obstacle: 'modelUnfit', detail: expect.stringContaining('16-bit') as string });
	}, 120_000);
});
