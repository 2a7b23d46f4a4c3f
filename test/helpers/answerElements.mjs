/* global document -- of the test that imports this */
import { markdownRenderer } from '../../src/webview/chat/markdownRenderer';

const renderer = markdownRenderer({ link: 'Opens {address}', openPlace: 'Open {place}' });

/** What the chat panel would put into its page for an answer: every element with its attributes. Needs a document. */
export function answerElements(markdown) {
	return elementsOf([markdown]);
}

/** The same for an answer that is still arriving, cut into blocks as the panel does. */
export function growingAnswer() {
	const growing = renderer.growing();
	return { elements: text => elementsOf(growing.blocks(text)) };
}

function elementsOf(blocks) {
	const holder = document.createElement('div');
	for (const block of blocks) holder.append(renderer.render(block));
	return [...holder.querySelectorAll('*')].map(element => ({
		tag: element.localName,
		attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
		text: element.textContent,
	}));
}
