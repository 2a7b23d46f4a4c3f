import { describe, expect, it } from 'vitest';
import { inlineScript, inlineStyle } from '../../../src/editor/inlineText';

describe('a script in a page', () => {
	it('keeps its strings and ends nowhere inside of them', () => {
		const strings = ['</script>', '</SCRIPT >', '<!-- <script>', 'a < b', '<b>'];
		const script = inlineScript(`export default ${JSON.stringify(strings)}`);
		expect(script).not.toMatch(/<\/script|<!--/i);
		expect(JSON.parse(script.replace('export default ', '').replaceAll('\\x3c', '<'))).toEqual(strings);
	});

	it('is left alone where nothing has to be changed', () => {
		expect(inlineScript('const a = b < c && d <= e;')).toBe('const a = b < c && d <= e;');
	});
});

describe('a style sheet in a page', () => {
	it('ends nowhere inside of itself', () => {
		expect(inlineStyle(`a::after { content: '</style>' }`)).toBe(`a::after { content: '\\3c /style>' }`);
	});
});
