import { GenerationError, type Device, type GenerateRequest, type ModelInfo } from '../../generation';
import { type LoadOptions } from '../../protocol';
import { type EngineClient } from '../engineClient';
import { type DeviceTrial, type MeasuredTrial } from './deviceTrial';
import { inOwnProcess, type ProcessParts } from './ownProcess';

/** For loading and all runs; a device that needs longer has lost. */
const measureLimitMs = 120_000;
const promptTokens = 64;
const decodeSteps = 8;
/** The first run compiles and warms up and does not count; of the others the best does, because a disturbance only adds time. */
const runs = 4;

/** Loads a model on a device in a process of its own and times a few short answers. Undefined when aborted.
 * @throws GenerationError outOfMemory when the memory for a second copy is not there now, which says nothing about the device */
export async function measureDevice(
	parts: ProcessParts,
	options: LoadOptions & { readonly device: Device },
	signal: AbortSignal,
): Promise<DeviceTrial | undefined> {
	const { device } = options;
	const unusable = (obstacle: 'crashed' | 'timedOut' | 'modelUnfit', detail: string): DeviceTrial => ({
		kind: 'unusable',
		device,
		obstacle,
		detail,
	});
	try {
		const result = await inOwnProcess(parts, measureLimitMs, client => loadAndMeasure(client, options, signal), signal);
		switch (result.kind) {
			case 'done':
				return typeof result.value === 'string' ? unusable('modelUnfit', result.value) : result.value;
			case 'crashed':
				return unusable('crashed', result.detail);
			case 'timedOut':
				return unusable('timedOut', `It took longer than ${measureLimitMs / 1000} s.`);
			default:
				return undefined;
		}
	} catch (error) {
		if (!(error instanceof GenerationError) || error.code === 'outOfMemory') throw error;
		return unusable('modelUnfit', error.message);
	}
}

/** The figures, or why the model is not on the device. */
async function loadAndMeasure(
	client: EngineClient,
	options: LoadOptions & { readonly device: Device },
	signal: AbortSignal,
): Promise<MeasuredTrial | string> {
	const model = await client.load(options, () => undefined);
	if (model.device !== options.device) return model.fallbackReason ?? `It was loaded on ${model.device}.`;
	let best: MeasuredTrial | undefined;
	for (let run = 0; run < runs; run++) {
		const { prefillMs, decodeMs } = await timeAnswer(client, requestFor(run, model), signal);
		const isBetter = run > 0 && (!best || prefillMs + decodeMs < best.prefillMs + best.decodeMs);
		if (isBetter) best = { kind: 'measured', device: options.device, prefillMs, decodeMs };
	}
	return best ?? 'No run ended.';
}

async function timeAnswer(
	client: EngineClient,
	request: GenerateRequest,
	signal: AbortSignal,
): Promise<{ readonly prefillMs: number; readonly decodeMs: number }> {
	for await (const event of client.generate(request, signal)) if (event.type === 'done') return event.usage;
	throw new GenerationError('engineStopped', 'An answer ended without an end.');
}

/** Another first token in every run, so that none finds a cache of an earlier one. */
function requestFor(run: number, { contextTokens }: ModelInfo): GenerateRequest {
	const newTokens = decodeSteps + 1;
	const length = Math.max(1, Math.min(promptTokens, contextTokens - newTokens));
	const ids = Array.from({ length }, (_, index) => 10 + ((index * 7 + run) % 100));
	const sampling = { temperature: 0, minTokens: newTokens };
	return { prompt: { kind: 'tokens', ids }, maxTokens: newTokens, sampling, stop: [], priority: 'idle' };
}
