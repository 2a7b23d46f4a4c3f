import { describe, expect, test } from 'vitest';
import {
	nameProblem,
	removeProfile,
	renameProfile,
	rolesOf,
	saveConnected,
	useProfile,
} from '../../../src/editor/serverProfiles';
import { resolveRole, type RawServerSettings } from '../../../src/editor/serverRoles';

const big = { name: 'big', url: 'https://gpu.example.com/v1', model: 'qwen3' };
const raw: RawServerSettings = {
	url: 'http://127.0.0.1:8000/v1',
	model: 'coder',
	roles: { completion: 'server', tasks: 'big', chat: 'local' },
	profiles: [big],
};

describe('servers under names', () => {
	test('what runs on one is known', () => {
		expect([rolesOf('big', raw), rolesOf('other', raw)]).toEqual([['tasks'], []]);
	});

	test('roles that are chosen go there, others that went there come back, the rest stays', () => {
		expect(useProfile('big', ['chat'], raw)).toEqual({ completion: 'server', tasks: 'local', chat: 'big' });
		expect(useProfile('big', [], raw)).toEqual({ completion: 'server', tasks: 'local', chat: 'local' });
	});

	test('the connected server gets a name, and what goes there goes to the same server as before', () => {
		const saved = saveConnected(' team ', raw);
		expect(saved.roles).toEqual({ completion: 'team', tasks: 'big', chat: 'local' });
		expect(resolveRole('completion', { ...raw, ...saved })).toMatchObject({ url: raw.url, model: raw.model });
	});

	test('a new name takes its roles along', () => {
		const renamed = renameProfile('big', 'huge', raw);
		expect(renamed.roles.tasks).toBe('huge');
		expect(resolveRole('tasks', { ...raw, ...renamed })).toMatchObject({ url: big.url });
	});

	test('what went to a removed one runs on this machine', () => {
		const removed = removeProfile('big', raw);
		expect(removed).toEqual({ profiles: [], roles: { completion: 'server', tasks: 'local', chat: 'local' } });
	});

	test.each([
		['', 'empty'],
		['  ', 'empty'],
		['local', 'taken'],
		['server', 'taken'],
		[' big ', 'taken'],
		['team', undefined],
	])('the name %j: %s', (name, problem) => {
		expect(nameProblem(name, [big])).toBe(problem);
	});

	test('a name may stay as it is', () => {
		expect(nameProblem('big', [big], 'big')).toBeUndefined();
	});
});
