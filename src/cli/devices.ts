import { basename } from 'node:path';
import { answerMs, type DeviceTrial } from '../backends';
import { assertNever } from '../base';
import { GenerationError } from '../generation';
import { type Command, type CommandContext, type Result } from './command';
import { milliseconds } from './measures';
import { type Fields } from './fields';

/** Where a model could run: every device of this build, timed or with the reason it cannot be used. */
export const devicesCommand: Command = {
	name: 'devices',
	summary: 'Try every device with a model and time it; --device auto uses the fastest from then on.',
	flags: {},
	notes: [
		'The result has device, which auto now stands for, and devices with the times of 64 prompt tokens and 8 more, or the reason why not.',
	],
	run: measure,
};

async function measure(_: Fields, { engines, signal }: CommandContext): Promise<Result> {
	await engines.lookForPack();
	const folder = engines.completionFolder();
	const verdict = await engines.chooser.measureAnew(folder, signal);
	if (!verdict) throw new GenerationError('engineStopped', 'The measurement was interrupted. Run it again.');
	const { device, trials, facts } = verdict;
	const { cpu, cores, system, runtime } = facts;
	return { model: basename(folder), device, devices: trials.map(trialFields), cpu, cores, system, runtime };
}

function trialFields(trial: DeviceTrial): Result {
	const { device } = trial;
	switch (trial.kind) {
		case 'measured':
			return {
				device,
				...milliseconds('prefillMs', trial.prefillMs),
				...milliseconds('decodeMs', trial.decodeMs),
				...milliseconds('totalMs', answerMs(trial)),
			};
		case 'unmeasured':
			return { device };
		case 'unusable':
			return { device, obstacle: trial.obstacle, detail: trial.detail };
		default:
			return assertNever(trial);
	}
}
