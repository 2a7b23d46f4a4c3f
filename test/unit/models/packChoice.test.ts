import { describe, expect, test } from 'vitest';
import { modelForCompletions, modelForTask, packObstacle, type ChoiceFacts, type PackState } from '../../../src/models';

const sound: PackState = { kind: 'sound', folder: '/pack', needBytes: 700e6 };
const facts: ChoiceFacts = {
	pack: sound,
	isLoaded: false,
	wasTooLarge: false,
	memory: { available: 6e9, total: 8e9 },
};
const withFree = (available: number): ChoiceFacts => ({ ...facts, memory: { ...facts.memory, available } });

describe('the automatic choice of a model', () => {
	test('is the pack where every byte of it is right and there is room', () => {
		expect(packObstacle(facts)).toBeUndefined();
		expect(modelForCompletions(facts)).toBe('pack');
		expect(modelForTask('translate', facts)).toBe('pack');
	});

	test.each<PackState>([
		{ kind: 'missing' },
		{ kind: 'checking', folder: '/pack' },
		{ kind: 'damaged', folder: '/pack', damage: { file: 'onnx/model_q4.onnx_data_0', problem: 'bytes' } },
		{ kind: 'failed', folder: '/pack', code: 'badModel' },
	])('is what is built in while the pack is $kind', pack => {
		expect(packObstacle({ ...facts, pack })).toEqual(pack);
		expect(modelForCompletions({ ...facts, pack })).toBe('builtIn');
		expect(modelForTask('translate', { ...facts, pack })).toBe('builtIn');
	});

	test('leaves the rest of the machine its memory: with 1 GB free it is what is built in', () => {
		const neededBytes = 700e6 + 400e6;
		expect(packObstacle(withFree(1e9))).toEqual({ kind: 'memory', neededBytes, availableBytes: 1e9 });
		expect(modelForCompletions(withFree(1e9))).toBe('builtIn');
		expect(modelForCompletions(withFree(neededBytes))).toBe('pack');
		// A small machine keeps 300 MB.
		expect(packObstacle({ ...facts, memory: { available: 1.0e9, total: 2e9 } })).toBeUndefined();
		expect(packObstacle({ ...facts, memory: { available: 0.9e9, total: 2e9 } })).toMatchObject({ kind: 'memory' });
	});

	test('does not change because of the memory that the pack itself takes', () => {
		expect(modelForCompletions({ ...withFree(200e6), isLoaded: true })).toBe('pack');
	});

	test('believes the engine that refused it for want of memory', () => {
		expect(packObstacle({ ...facts, wasTooLarge: true })).toMatchObject({ kind: 'memory' });
	});
});
