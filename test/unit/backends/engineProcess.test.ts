import { expect, test } from 'vitest';
import { engineEnvironment } from '../../../src/backends';

test('the engine runs as plain Node, without the options of its host', () => {
	const environment = engineEnvironment({ PATH: '/bin', NODE_OPTIONS: '--inspect' }, 'darwin');
	expect(environment).toEqual({
		PATH: '/bin',
		NODE_OPTIONS: undefined,
		ELECTRON_RUN_AS_NODE: '1',
		ORT_DISABLE_TELEMETRY: '1',
	});
});

test('on Linux its weights lie on large pages', () => {
	expect(engineEnvironment({}, 'linux').GLIBC_TUNABLES).toBe('glibc.malloc.hugetlb=1');
});

test('keeps ONNX Runtime from reporting to its makers, whatever the host says', () => {
	expect(engineEnvironment({ ORT_DISABLE_TELEMETRY: '0' }, 'linux').ORT_DISABLE_TELEMETRY).toBe('1');
});
