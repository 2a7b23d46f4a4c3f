import { defineConfig } from 'vitest/config';

/** Unit tests run in seconds on plain Node; engine tests load real ONNX models through onnxruntime-node; trust tests attack what
 * must hold (kills, damaged files, hostile servers), a short draw in `npm test`, all of it in `npm run test:trust`. */
export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
			{
				test: {
					name: 'engine',
					include: ['test/engine/**/*.test.ts'],
					// Each file in a process of its own: an ONNX Runtime session only returns its memory when the process ends.
					pool: 'forks',
					maxWorkers: 1,
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'trust',
					include: ['test/trust/**/*.test.ts'],
					pool: 'forks',
					maxWorkers: 1,
					testTimeout: process.env.INKLING_TRUST === 'full' ? 1_800_000 : 120_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
