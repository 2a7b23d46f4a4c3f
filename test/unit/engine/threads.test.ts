import { expect, test } from 'vitest';
import { countCores, defaultThreads } from '../../../src/engine/threads';

const processor = (id: number, socket: number, core: number): string =>
	`processor\t: ${id}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

test('counts cores, not hyper-threads', () => {
	expect(countCores([processor(0, 0, 0), processor(1, 0, 1), processor(2, 0, 0), processor(3, 0, 1)].join('\n'))).toBe(
		2,
	);
});

test('counts the cores of every socket', () => {
	expect(countCores([processor(0, 0, 0), processor(1, 1, 0)].join('\n'))).toBe(2);
});

test('does not know when the system does not say', () => {
	expect(countCores('processor\t: 0\nBogoMIPS\t: 50.00\n')).toBeUndefined();
	expect(countCores('')).toBeUndefined();
});

test('leaves the editor a core and uses at least one', () => {
	expect(defaultThreads()).toBeGreaterThanOrEqual(1);
	expect(defaultThreads()).toBeLessThanOrEqual(8);
});
