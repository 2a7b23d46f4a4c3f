import { defineConfig } from 'vitest/config';

/** Limits end hangs; they do not measure speed, so that a busy machine keeps every one of them. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };

/** Unit tests run in seconds on plain Node; engine tests load real ONNX models through onnxruntime-node; trust tests attack what
 * must hold (kills, damaged files, hostile servers), a short draw in `npm test`, all of it in `npm run test:trust`. */
export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patience } },
			{
				test: {
					name: 'engine',
					include: ['test/engine/**/*.test.ts'],
					// Each file in a process of its own: an ONNX Runtime session only returns its memory when the process ends.
					pool: 'forks',
					maxWorkers: 1,
					...patience,
				},
			},
			{
				test: {
					name: 'trust',
					include: ['test/trust/**/*.test.ts'],
					pool: 'forks',
					maxWorkers: 1,
					...patience,
					testTimeout: process.env.INKLING_TRUST === 'full' ? 1_800_000 : 120_000,
				},
			},
		],
	},
});
