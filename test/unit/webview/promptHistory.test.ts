import { expect, test } from 'vitest';
import { PromptHistory } from '../../../src/webview/chat/promptHistory';

test('goes back through the questions, each once, and forward to what was being written', () => {
	const history = new PromptHistory();
	const questions = ['First?', 'Second?', 'Second?'];
	const move = (direction: 'older' | 'newer', current: string) => history.move(direction, questions, current);
	expect(move('newer', 'half')).toBeUndefined();
	expect(move('older', 'half')).toBe('Second?');
	expect(move('older', 'Second?')).toBe('First?');
	expect(move('older', 'First?')).toBeUndefined();
	expect(move('newer', 'First?')).toBe('Second?');
	expect(move('newer', 'Second?')).toBe('half');
	expect(history.isRecalling).toBe(false);
});
