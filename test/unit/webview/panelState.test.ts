import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ToResultPanel } from '../../../src/protocol';
import { nextAnnouncement } from '../../../src/webview/announcer';
import { emptyPanel, reducePanel } from '../../../src/webview/panelState';

const labels = { ...emptyPanel.labels, waiting: 'Waiting...' };
const start: ToResultPanel = { type: 'start', title: 'Summary', labels, canReplace: true };
const after = (...messages: readonly ToResultPanel[]) => messages.reduce(reducePanel, emptyPanel);

describe('the result panel', () => {
	test('waits, streams and finishes', () => {
		expect(after(start)).toMatchObject({ phase: 'running', status: 'Waiting...', fraction: undefined });
		expect(after(start, { type: 'append', text: 'a' }, { type: 'append', text: 'b' }).text).toBe('ab');
		expect(after(start, { type: 'finish', status: 'Done.' })).toMatchObject({ phase: 'finished', status: 'Done.' });
	});

	test('keeps what was written when it fails', () => {
		const state = after(start, { type: 'append', text: 'half' }, { type: 'fail', message: 'The engine stopped.' });
		expect(state).toMatchObject({ phase: 'failed', text: 'half', status: 'The engine stopped.' });
	});

	test('forgets the last result when a new one starts', () => {
		const state = after(
			start,
			{ type: 'append', text: 'old' },
			{ type: 'note', text: 'old' },
			{ ...start, title: 'New' },
		);
		expect(state).toMatchObject({ title: 'New', text: '', notes: [] });
	});

	test('shows progress between nothing and everything', () => {
		expect(after(start, { type: 'progress', fraction: 7, status: '' }).fraction).toBe(1);
	});
});

describe('announcements', () => {
	test.each([
		['Hello wor', ''],
		['One. Tw', 'One.'],
		['One. Two! Thr', 'One. Two!'],
		['Costs 3.1', ''],
		['第一句。第二', '第一句。'],
		['- item\n- ne', '- item\n'],
	])('of %j while it grows: %j', (text, expected) => {
		expect(nextAnnouncement(text, 0, false)).toBe(expected);
	});

	test('say everything exactly once, however the text arrives', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('One', '. ', 'two', '。', '\n', '!', ' ')), pieces => {
				let [text, said] = ['', ''];
				for (const piece of pieces) {
					text += piece;
					said += nextAnnouncement(text, said.length, false);
				}
				said += nextAnnouncement(text, said.length, true);
				expect(said).toBe(text);
			}),
		);
	});
});
