import { expect, test } from 'vitest';
import { silentLog } from '../../../../src/base';
import { RecentErrors } from '../../../../src/editor/doctor/recentErrors';
import { changedSettings } from '../../../../src/editor/doctor/settingsDiff';

const builtIn = ['inkling-code'];

test('only settings that differ are told, each with its place', () => {
	const same = { name: 'inkling.a', defaultValue: 1, globalValue: 1 };
	const changed = { name: 'inkling.b', defaultValue: 1, globalValue: 2, workspaceValue: 3 };
	expect(changedSettings([same, changed, { name: 'inkling.c', defaultValue: '' }], builtIn)).toEqual([
		{ name: 'inkling.b', place: 'user', shown: '2' },
		{ name: 'inkling.b', place: 'workspace', shown: '3' },
	]);
});

test.each<[string, unknown, { shown?: string; count?: number }]>([
	['a switch', true, { shown: 'true' }],
	['a word of a fixed choice', 'webgpu', { shown: '"webgpu"' }],
	['a built-in model', 'inkling-code', { shown: '"inkling-code"' }],
	['a path', '/home/lin/models', {}],
	['an address', 'http://10.0.0.1/v1', {}],
	['languages', { '*': true, markdown: false }, { shown: '{"*":true,"markdown":false}' }],
	['roles', { chat: 'server', tasks: 'local' }, { shown: '{"chat":"server","tasks":"local"}' }],
	['roles with a name of the user', { chat: 'acme-gpu' }, { count: 1 }],
	['languages under a name that is none', { 'my secret project': true }, { count: 1 }],
	['a list', [{ name: 'acme', url: 'http://x' }], { count: 1 }],
])('%s', (_, globalValue, expected) => {
	const setting = { name: 'inkling.x', enum: ['auto', 'webgpu'], defaultValue: 'auto', globalValue };
	expect(changedSettings([setting], builtIn)).toEqual([{ name: 'inkling.x', place: 'user', ...expected }]);
});

test('the last coded errors are remembered, lines without a code are not', () => {
	let time = 0;
	const errors = new RecentErrors(() => ++time);
	const log = errors.listenTo(silentLog);
	log.error('The engine failed: badModel: config.json is missing');
	log.warn('something else: 5');
	log.info('outOfMemory: no error');
	for (let line = 0; line < 25; line++) log.warn(`network: ${line}`);
	expect(errors.list).toHaveLength(20);
	expect(errors.list.at(-1)).toEqual({ at: 26, code: 'network', message: '24' });
});
