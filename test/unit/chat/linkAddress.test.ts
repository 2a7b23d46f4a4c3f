import { describe, expect, test } from 'vitest';
import { readLinkAddress } from '../../../src/chat';

describe('the address of a link as a person can judge it', () => {
	test.each([
		['https://example.org/%74ides', 'https://example.org/tides'],
		['https://example.org/?q=%E6%BD%AE%f0%9f%8c%8a', 'https://example.org/?q=潮🌊'],
		['https://example.org/%ff%65%76%69%6c', 'https://example.org/%ffevil'],
		['https://example.org/%E6%BD%65vil%E6', 'https://example.org/%E6%BDevil%E6'],
		['https://evil.example/%E2%80%AEgpj.exe', 'https://evil.example/\\u{202E}gpj.exe'],
		['https://good.example@evil.example/', 'https://good.example@evil.example/'],
	])('%s is shown as %s', (address, shown) => expect(readLinkAddress(address)?.shown).toBe(shown));

	test.each([
		'command:a',
		'javascript:alert(1)',
		'vscode://file/a',
		'file:///etc/passwd',
		'data:text/html,a',
		'//a',
		'',
	])('%s is none', address => expect(readLinkAddress(address)).toBeUndefined());
});
