/* global document -- of the test that imports this */
import { markdownRenderer } from '../../src/webview/chat/markdownRenderer';

const renderer = markdownRenderer({ link: 'Opens {address}', openPlace: 'Open {place}' });

/** What the chat panel would put into its page for an answer: every element with its attributes. Needs a document. */
export function answerElements(markdown) {
	const holder = document.createElement('div');
	holder.append(renderer.render(markdown));
	return [...holder.querySelectorAll('*')].map(element => ({
		tag: element.localName,
		attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
		text: element.textContent,
	}));
}
